"""What the platform's own checks demand of its files, told once more and in another language.

The platform checks itself with a program of its own and a script. Neither can run where its packages are missing, so
their rules stand here, each as a function from the platform to sentences. They know nothing of codegen: where both
agree, that says something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.codegen.hosts.oracle_pages import page_rules
from tests.codegen.hosts.oracle_screens import screen_rules
from tests.codegen.hosts.platform_facts import SERVER, Platform, difference

REGISTRATION = "apps/server/src/modules/mod.rs"
NEEDED_BESIDE = {"path": "path", "git": "git", "registry": "version", "crates-io": "version"}
TRUST = {"core", "verified", "unverified", "private"}


def violations(files: Mapping[str, bytes]) -> list[str]:
    """Everything that the platform's checks would refuse, all at once, sorted; empty for a platform that agrees.

    Raises what the standard library's parser raises where a file is no TOML.
    """
    platform = Platform(files)
    return sorted({sentence for rule in RULES for sentence in rule(platform)})


def sources(platform: Platform) -> list[str]:
    """A source is one of four kinds, and each of them needs one more key."""
    found = []
    for slug, row in platform.modules.items():
        needed = NEEDED_BESIDE.get(row.get("source", ""))
        if needed is None:
            found.append(f"{slug}: {row.get('source')} is no source")
        elif needed not in row:
            found.append(f"{slug}: its source needs {needed}")
    return found


def dependencies(platform: Platform) -> list[str]:
    """What a module needs is installed, and is the same in the manifest, in its facts and in its source."""
    found = []
    for slug in platform.modules:
        needs = platform.needs(slug)
        found += [f"{slug} needs {other}, which is not installed" for other in sorted(needs - set(platform.modules))]
        if slug in platform.facts:
            stated = set(platform.facts[slug].get("dependencies", {}))
            found += difference(f"{slug}: dependencies in its facts", needs, stated)
        if platform.compiled_type(slug) is not None:
            told = re.search(r"fn dependencies\(&self\)[^{]*\{.*?&\[([^\]]*)\]", platform.source(slug), re.DOTALL)
            compiled = set(re.findall(r'"([^"]+)"', told[1])) if told else set()
            found += difference(f"{slug}: dependencies in its source", needs, compiled)
    return found


def facts(platform: Platform) -> list[str]:
    """A module from a folder states who owns it, how far it is trusted and how it runs, in step with the manifest."""
    found = []
    for slug, row in platform.modules.items():
        if row.get("source") != "path" or platform.manifest.get("schema") == 1:
            continue
        stated = platform.facts.get(slug, {}).get("module")
        if stated is None:
            found.append(f"{slug} has no rustok-module.toml")
            continue
        trust = stated.get("trust_level")
        found += difference(f"{slug}: slug in its facts", slug, stated.get("slug"))
        found += difference(f"{slug}: ownership", "first_party", stated.get("ownership"))
        found += difference(f"{slug}: runtime", row.get("runtime", "module"), stated.get("runtime", "module"))
        found += [] if trust in TRUST else [f"{slug}: {trust} is no level of trust"]
        found += difference(f"{slug}: trusted as core", platform.is_required(slug), trust == "core")
        found += [] if len(stated.get("description", "")) >= 20 else [f"{slug}: its description is too short"]
    return found


def kinds(platform: Platform) -> list[str]:
    """A required module says in its source that it is of the core, and no other module does."""
    if platform.manifest.get("schema") == 1:
        return []
    found = []
    for slug in platform.modules:
        if platform.compiled_type(slug) is not None:
            core = "ModuleKind::Core" in platform.source(slug)
            found += difference(f"{slug}: of the core by its source", platform.is_required(slug), core)
    return found


def types(platform: Platform) -> list[str]:
    """The type that a module states is the one that its source gives the trait to, and the other way round.

    A trait that the source calls by its path is not seen, by the platform's checks as well as here.
    """
    found = []
    for slug in platform.facts:
        stated, compiled = platform.stated_type(slug), platform.compiled_type(slug)
        found += difference(f"{slug}: type in its facts", compiled, stated)
    return found


def packages(platform: Platform) -> list[str]:
    """The crate in the manifest is the one in the folder."""
    found = []
    for slug, row in platform.modules.items():
        package = platform.table(f"{platform.folder(slug)}/Cargo.toml").get("package", {})
        found += difference(f"{slug}: crate in its folder", row.get("crate"), package.get("name"))
    return found


def enabled(platform: Platform) -> list[str]:
    """What is enabled by default is installed, optional, closed under dependencies, and a default of the server."""
    chosen = platform.default_enabled
    known = [slug for slug in chosen if slug in platform.modules]
    found = [f"default_enabled: {slug} is not installed" for slug in chosen if slug not in platform.modules]
    found += [f"default_enabled: {slug} is required" for slug in known if platform.is_required(slug)]
    for slug in known:
        optional = {need for need in platform.needs(slug) & set(platform.modules) if not platform.is_required(need)}
        found += [f"default_enabled: {slug} needs {need}" for need in sorted(optional - set(chosen))]
        if platform.has_module_features and f"mod-{slug}" not in platform.features.get("default", []):
            found += [] if platform.is_required(slug) else [f"{SERVER}: mod-{slug} is no default feature"]
    return found


def features(platform: Platform) -> list[str]:
    """An optional module has a feature in the server, which brings its crate and the features of what it needs."""
    if not platform.has_module_features:
        return []
    found = []
    for slug, row in platform.modules.items():
        if platform.is_required(slug) or platform.is_extension(slug):
            continue
        listed = platform.features.get(f"mod-{slug}")
        if listed is None:
            found.append(f"{SERVER}: there is no feature mod-{slug}")
            continue
        linked = platform.facts.get(slug, {}).get("module", {}).get("ui_classification") == "capability_only"
        if f"dep:{row['crate']}" not in listed and not linked:
            found.append(f"{SERVER}: mod-{slug} does not bring dep:{row['crate']}")
        wanted = {f"mod-{need}" for need in platform.needs(slug)} & set(platform.features)
        brought = {name for name in listed if name.startswith("mod-")}
        found += difference(f"{SERVER}: what mod-{slug} brings", wanted, brought)
    return found


def registrations(platform: Platform) -> list[str]:
    """A required module is registered by the server or the distribution; an optional one not by name in the server."""
    text = platform.text(REGISTRATION) or ""
    if not platform.has_module_features:
        return []
    found = []
    for slug in platform.modules:
        if platform.is_extension(slug):
            continue
        entry = platform.stated_type(slug) or platform.compiled_type(slug)
        if entry is None:
            found.append(f"{slug} has no type that could be registered")
            continue
        named = any(f".register({name})" in text for name in (entry, f"{slug}_module"))
        if platform.is_required(slug) and not named and "pub use rustok_distribution::build_registry;" not in text:
            found.append(f"{REGISTRATION}: {slug} is required and not registered")
        if not platform.is_required(slug) and named:
            found.append(f"{REGISTRATION}: {slug} is optional and registered by name")
    return found


RULES: tuple[Callable[[Platform], list[str]], ...] = (
    sources,
    dependencies,
    facts,
    kinds,
    types,
    packages,
    enabled,
    features,
    registrations,
    screen_rules,
    page_rules,
)
