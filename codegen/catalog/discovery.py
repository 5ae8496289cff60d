"""The modules that a repository holds: every folder with a module's own file is an offer, whether or not a list says so.

What the catalog says of a module outweighs what is found, so a list is needed only for what the folders cannot say.
"""

from __future__ import annotations

import re
from typing import Any

from codegen.catalog.facts import ModuleFacts, read_facts
from codegen.catalog.listed import Catalog, read_catalog
from codegen.errors import Finding, ManifestError, shown
from codegen.manifest.model import ModuleEntry
from codegen.names import CRATE, PATH, ModuleName
from codegen.repository import Files, matching
from codegen.toml.data import read_data
from codegen.toml.text import decode

_MOST = 5000
_SLUG_KEY = "module.slug"
# The usual form, in which nothing but plain lines stand between the header and the name; any other is parsed.
_PACKAGE = re.compile(
    r'^\[package\][ \t]*\n(?:[a-z-]+[ \t]*=[ \t]*"[^"\n]*"[ \t]*\n)*?name[ \t]*=[ \t]*"([^"\n]+)"', re.MULTILINE
)


def offered(files: Files, *, catalog_path: str, discovery: str | None) -> Catalog:
    """What may be installed: the catalog's modules and, where `discovery` is a pattern, those that it finds.

    Raises `ManifestError` where the catalog is wrong, or missing and the only source.
    """
    content = files.get(catalog_path)
    if content is None and discovery is None:
        raise ManifestError(Finding(path=catalog_path, problem="the file is missing", hint="the host preset needs it"))
    listed = Catalog(catalog_path)
    if content is not None:
        listed = read_catalog(decode(content, path=catalog_path), path=catalog_path)
    return listed if discovery is None else merged(discover(files, pattern=discovery), listed)


def discover(files: Files, *, pattern: str = "crates/*/rustok-module.toml") -> Catalog:
    """The modules whose own files a pattern names, each as an install would write it.

    A file that is wrong, and a slug that two folders claim, are findings of the catalog: nobody can be offered these,
    and everybody else can. `pattern` has `*` within a part of the path only, so that no more than its folders are
    listed; more than a few thousand are a `ManifestError`.
    """
    found: dict[ModuleName, list[ModuleEntry]] = {}
    findings: list[Finding] = []
    for number, path in enumerate(matching(files, pattern)):
        if number >= _MOST:
            raise ManifestError(Finding(path=pattern, problem="too many modules", allowed=f"at most {_MOST}"))
        try:
            entry = _entry(files, path)
            found.setdefault(entry.slug, []).append(entry)
        except ManifestError as error:
            findings += error.findings
    findings += (_duplicate(entries, pattern) for entries in found.values() if len(entries) > 1)
    return Catalog(pattern, {slug: one[0] for slug, one in found.items() if len(one) == 1}, {}, tuple(findings))


def merged(discovered: Catalog, listed: Catalog) -> Catalog:
    """Both, where a module that is listed is what the list says, alone; the path is that of the list."""
    # Two folders with one slug are no finding where the list says which of them it is.
    open_ones = (each for each in discovered.findings if each.key != _SLUG_KEY or each.found not in listed.modules)
    modules = {**discovered.modules, **listed.modules}
    return Catalog(listed.path, modules, listed.others, (*listed.findings, *open_ones))


def _duplicate(entries: list[ModuleEntry], pattern: str) -> Finding:
    """The finding for a slug of several folders, at the second of them."""
    name = pattern.rsplit("/", 1)[-1]
    places = [f"{entry.path}/{name}" for entry in entries]
    problem = f"the module is in {len(places)} folders: {', '.join(places[:5])}"
    hint = "give one of them another slug, or say in the catalog which it is"
    return Finding(path=places[1], key=_SLUG_KEY, problem=problem, found=entries[0].slug, hint=hint)


def _entry(files: Files, path: str) -> ModuleEntry:
    folder = path.rsplit("/", 1)[0]
    if not PATH.accepts(folder):
        raise ManifestError(
            Finding(path=shown(path), problem="a module's folder has such a name", allowed=PATH.allowed)
        )
    facts = read_facts(decode(files[path], path=path), path=path)
    return ModuleEntry(
        slug=facts.slug,
        crate=_crate(files, folder),
        path=folder,
        required=facts.trust_level == "core",
        runtime=_runtime(facts),
    )


def _runtime(facts: ModuleFacts) -> str | None:
    """What a manifest says of it: `module` is what everything is that says nothing."""
    return None if facts.runtime == "module" else facts.runtime


def _crate(files: Files, folder: str) -> str:
    """The folder's package, or else the folder's name, which is what Cargo's own `cargo new` makes of it."""
    content, path = files.get(f"{folder}/Cargo.toml"), f"{folder}/Cargo.toml"
    name = folder.rsplit("/", 1)[-1] if content is None else _package_name(decode(content, path=path), path=path)
    if isinstance(name, str) and CRATE.accepts(name):
        return name
    raise ManifestError(
        Finding(path=path, key="package.name", problem="not allowed", found=shown(name), allowed=CRATE.allowed)
    )


def _package_name(text: str, *, path: str) -> Any:
    if usual := _PACKAGE.search(text):
        return usual[1]
    package = read_data(text, path=path).get("package", {})
    return package.get("name") if isinstance(package, dict) else None
