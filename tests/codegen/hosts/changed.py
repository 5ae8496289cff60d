"""Platforms with a change made to them, and what is then still out of step."""

from __future__ import annotations

from collections.abc import Mapping

from codegen import Change, Drift, Edits, Install, ModuleName, Uninstall, check, plan_changes, read_manifest
from tests.codegen.hosts.half_edits import HalfEdit
from tests.codegen.hosts.trees import tree

Files = dict[str, bytes]

PRESET_OF = {"distribution": "rustok", "build_script": "rustok-build-script", "chain": "rustok-chain"}
CATALOG = ".modwright/catalog.yaml"
ROW = "  {0}: {{ source: path, path: crates/rustok-{1}, default_enabled: false }}\n"
OFFERED = ("content", "blog", "forum", "pages", "index", "photo_album", "tenant")
# Its crate has no module type, so nobody can register it and every check of the platform says so.
TYPELESS = "stream_connector"
TYPELESS_SOURCE = "crates/rustok-stream-connector/src/lib.rs"


def platform(name: str) -> Files:
    """One of the three trees; the one whose modules have no files of their own gets a catalog of what it offers."""
    files = tree(name)
    if name == "chain":
        rows = (ROW.format(slug, slug.replace("_", "-")) for slug in OFFERED)
        files[CATALOG] = ("format: 1\nmodules:\n" + "".join(rows)).encode()
    return files


def after(files: Mapping[str, bytes], edits: Edits) -> Files:
    """The files with an edit's in their place."""
    return {path: content for path, content in {**files, **edits.files}.items() if content is not None}


def install(files: Mapping[str, bytes], *modules: str) -> Edits:
    return plan_changes(files, [Install(ModuleName(module)) for module in modules])


def uninstall(files: Mapping[str, bytes], *modules: str) -> Edits:
    return plan_changes(files, [Uninstall(ModuleName(module)) for module in modules])


def changed(files: Mapping[str, bytes], *changes: Change) -> Files:
    return after(files, plan_changes(files, changes))


def drift(files: Mapping[str, bytes]) -> list[Drift]:
    """What is out of step, beside the module that nobody can register."""
    return [one for one in check(files) if (one.module, one.path) != (TYPELESS, TYPELESS_SOURCE)]


def modules(files: Mapping[str, bytes]) -> set[str]:
    return set(read_manifest(files["modules.toml"].decode()).modules)


def edited(files: Mapping[str, bytes], path: str, old: str, new: str) -> Files:
    """The files with one text, which stands there once, in place of another."""
    return HalfEdit(path, old, new, "").applied(files)
