"""What the platform's checks demand of the hosts that modules' screens are shown in."""

from __future__ import annotations

from posixpath import basename, dirname, join, normpath

from tests.codegen.hosts.platform_facts import SURFACES, Platform, Table, difference

# Which features of a host have to pass on what a screen crate of the same feature name offers.
PASSED_ON = {"admin": ("hydrate", "ssr"), "storefront": ("ssr",)}
# In which features of any host an entry for a screen that no module declares is refused.
LOOKED_AT = ("hydrate", "ssr")
# What a module says of its screens in one word, and the hosts that it then has screens for.
CLASSES: dict[str | None, set[str]] = {
    "dual_surface": {"admin", "storefront"},
    "admin_only": {"admin"},
    "storefront_only": {"storefront"},
    "no_ui": set(),
    "capability_only": set(),
    "future_ui": set(),
}


def screen_rules(platform: Platform) -> list[str]:
    """Every screen that an installed module declares is in its host, and no other module's screen is."""
    return [
        *classes(platform),
        *(sentence for surface in SURFACES for sentence in [*missing(platform, surface), *orphans(platform, surface)]),
    ]


def classes(platform: Platform) -> list[str]:
    """What a module says of its screens in one word agrees with what it provides, and with the crates in its folder."""
    found = []
    for slug, stated in platform.facts.items():
        provided = {surface for surface in SURFACES if platform.screen_crate(slug, surface)}
        said = stated["module"].get("ui_classification")
        if CLASSES.get(said) != provided:
            found.append(f"{slug}: {said} does not fit the screens that it provides")
        there = {name for name in SURFACES if f"{platform.folder(slug)}/{name}/Cargo.toml" in platform.files}
        found += difference(f"{slug}: crates for its screens", provided, there)
    return found


def host(surface: str) -> str:
    return f"apps/{surface}/Cargo.toml"


def declared(platform: Platform, surface: str) -> dict[str, str]:
    """The screen crates that installed modules declare, with the folder that each of them belongs in."""
    named = {slug: platform.screen_crate(slug, surface) for slug in platform.modules}
    return {crate: f"{platform.folder(slug)}/{surface}" for slug, crate in named.items() if crate}


def located(surface: str, dependency: object) -> str | None:
    """The folder that a host's dependency points to, from the root; none where it names no folder."""
    path = dependency.get("path") if isinstance(dependency, dict) else None
    return normpath(join(dirname(host(surface)), path)) if path else None


def missing(platform: Platform, surface: str) -> list[str]:
    """The screens that their host lacks, or takes from elsewhere, or does not pass a feature on to."""
    cargo = platform.table(host(surface))
    found = []
    for crate, folder in declared(platform, surface).items():
        dependency = cargo.get("dependencies", {}).get(crate)
        if dependency is None:
            found.append(f"{host(surface)}: the dependency {crate} is missing")
            continue
        found += difference(f"{host(surface)}: folder of {crate}", folder, located(surface, dependency))
        offered = platform.table(f"{folder}/Cargo.toml").get("features", {})
        for feature in PASSED_ON[surface]:
            if feature in offered and f"{crate}/{feature}" not in cargo.get("features", {}).get(feature, []):
                found.append(f"{host(surface)}: {feature} does not pass on to {crate}")
    return found


def orphans(platform: Platform, surface: str) -> list[str]:
    """The screens in a host that belong to a module which is not installed or does not declare them."""
    cargo, known = platform.table(host(surface)), declared(platform, surface)
    depended = cargo.get("dependencies", {})
    left = {name for name in depended if name not in known and is_screen(platform, surface, depended[name])}
    found = [f"{host(surface)}: no installed module declares {name}" for name in sorted(left)]
    for feature in LOOKED_AT:
        for entry in cargo.get("features", {}).get(feature, []):
            found += entry_problem(entry, feature, surface, known, depended, left)
    return found


def is_screen(platform: Platform, surface: str, dependency: object) -> bool:
    """Whether a dependency is a module's screens, by where it lies: below the folder of something with facts."""
    folder = located(surface, dependency)
    if folder is None or basename(folder) != surface or f"{folder}/Cargo.toml" not in platform.files:
        return False
    return f"{dirname(folder)}/rustok-module.toml" in platform.files


def entry_problem(
    entry: str, feature: str, surface: str, known: dict[str, str], depended: Table, left: set[str]
) -> list[str]:
    """What is wrong with one entry of a host's feature."""
    crate, _, passed = entry.partition("/")
    if passed != feature:
        return []
    if crate in left:
        return [f"{host(surface)}: {feature} names {entry}, which no installed module declares"]
    if crate in known and crate not in depended:
        return [f"{host(surface)}: {feature} names {entry}, which is no dependency"]
    return []
