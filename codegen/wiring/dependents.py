"""Which packages of a repository list a module's crates, as their `Cargo.toml` say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from codegen.cargo.lock_text import read_lock
from codegen.toml.text import parse
from codegen.wiring.reader import Reader
from codegen.wiring.references import EditedTexts
from codegen.wiring.shape import Shape

_KINDS = ("dependencies", "dev-dependencies", "build-dependencies")


class Dependents:
    """Who takes a crate from the workspace, beside the packages that a preset wires."""

    def __init__(self, reader: Reader, folders: Mapping[str, str]) -> None:
        self._reader = reader
        self._folders = folders

    def inherit(self, crate: str, texts: EditedTexts) -> bool:
        """Whether any package takes this crate from the workspace; one whose folder is not known is taken to."""
        listing = {name for path in self._locks(texts) for name in read_lock(texts[path], path=path).dependents(crate)}
        return any(self._inherits(name, crate, texts) for name in sorted(listing))

    def _locks(self, texts: EditedTexts) -> list[str]:
        paths = dict.fromkeys(locked.path for locked in self._reader.host.locked)
        return [path for path in paths if path in texts]

    def _inherits(self, package: str, crate: str, texts: EditedTexts) -> bool:
        folder = self._folders.get(package)
        path = f"{folder}/Cargo.toml"
        if folder is None or path not in texts:
            return True
        return any(found.get("workspace") is True for found in listed_as(texts[path], crate, path=path))


def folders_of(root: str, crates: Mapping[str, str], *, path: str) -> Mapping[str, str]:
    """Where packages stand: those that the workspace names as dependencies with a path, and the given ones."""
    workspace = parse(root, path=path).data.get("workspace", {})
    named = workspace.get("dependencies", {}) if isinstance(workspace, dict) else {}
    paths = {name: value.get("path") for name, value in named.items() if isinstance(value, dict)}
    return {**{name: found for name, found in paths.items() if isinstance(found, str)}, **crates}


def listed_as(text: str, crate: str, *, path: str) -> Sequence[Mapping[str, Any]]:
    """Every way in which a `Cargo.toml` lists a crate: in its tables of any kind, for any target, under any name."""
    return _by_crate(text, path=path).get(crate, ())


@lru_cache(maxsize=32)
def _by_crate(text: str, *, path: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Found once for a text, since every module asks for its crates."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for table in _tables(parse(text, path=path).data):
        for name, value in table.items():
            said = value if isinstance(value, dict) else {"version": value}
            found.setdefault(str(said.get("package", name)), []).append(said)
    return found


def package_version(text: str, root: str | None, *, path: str) -> str | None:
    """The version of a package, which it may take from its workspace; nothing where neither says one."""
    own = _at(parse(text, path=path).data, "package", "version")
    if isinstance(own, dict) and own.get("workspace") is True and root is not None:
        own = _at(parse(root, path="Cargo.toml").data, "workspace", "package", "version")
    return own if isinstance(own, str) else None


def _at(data: object, *keys: str) -> object:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def lock_wishes(text: str, shapes: Iterable[Shape], *, path: str) -> Mapping[str, bool]:
    """For each crate of these modules whether the package of this `Cargo.toml` has to list it in the lock."""
    crates = dict.fromkeys(crate for shape in shapes for crate in _crates(shape))
    return {crate: bool(listed_as(text, crate, path=path)) for crate in crates}


def _crates(shape: Shape) -> Iterator[str]:
    yield shape.crate
    yield from (found.crate for found in shape.ui.values())
    if shape.cli_crate:
        yield shape.cli_crate


def _tables(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    target = data.get("target", {})
    targets = target.values() if isinstance(target, dict) else ()
    for owner in (data, *(one for one in targets if isinstance(one, dict))):
        for kind in _KINDS:
            if isinstance(owner.get(kind), dict):
                yield owner[kind]
