"""A package of the repository as Cargo reads it from its `Cargo.toml`, as far as `Cargo.lock` depends on it.

Every kind of dependency counts: a lock holds what any feature, target, build script or test may need. What a package
takes over from the workspace is put in, as https://doc.rust-lang.org/cargo/reference/workspaces.html says.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from codegen import names
from codegen.errors import Finding, ManifestError, shown
from codegen.toml.text import decode, parse

_TABLES = ("dependencies", "dev-dependencies", "dev_dependencies", "build-dependencies", "build_dependencies")
_DEFAULT = "default"
_INHERITED = {"workspace": True}


@dataclass(frozen=True, kw_only=True)
class Need:
    """A dependency: the package's own name (not the alias), where it comes from, and what is asked of it.

    `folder` is a place in the repository, `git` an address, `registry` an index other than the usual one; with none of
    them it comes from the package index. `features` has `default` among them unless that is switched off.
    """

    name: str
    alias: str
    requirement: str | None = None
    folder: str | None = None
    git: str | None = None
    registry: str | None = None
    features: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class PathPackage:
    """A package of the repository; features that it asks of its needs in its own `[features]` are among theirs."""

    name: str
    version: str
    folder: str
    needs: tuple[Need, ...]


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """What packages may take over from the root's `Cargo.toml`, and which packages it puts in another's place."""

    path: str
    version: str | None
    needs: Mapping[str, Any]
    patched: frozenset[str]
    excluded: tuple[str, ...]

    @property
    def folder(self) -> str:
        """The folder that paths of the workspace count from."""
        return posixpath.dirname(self.path)

    @cached_property
    def aliases(self) -> Mapping[str, frozenset[str]]:
        """The names under which packages may take over each of the workspace's dependencies, by its own name."""
        found: dict[str, set[str]] = {}
        for alias, entry in self.needs.items():
            found.setdefault(_renamed(alias, entry), set()).add(alias)
        return {name: frozenset(aliases) for name, aliases in found.items()}


def read_workspace(files: Mapping[str, bytes], path: str) -> Workspace:
    """What the workspace's root says; raises `ManifestError` where the file is missing or no TOML."""
    data = _data(_text(files, path), path=path)
    workspace = _table(data, "workspace")
    patches = [table for table in _table(data, "patch").values() if isinstance(table, dict)]
    patched = {_renamed(alias, entry) for table in patches for alias, entry in table.items()}
    return Workspace(
        path=path,
        version=_text_of(_table(workspace, "package"), "version"),
        needs=_table(workspace, "dependencies"),
        patched=frozenset(patched),
        excluded=tuple(each for each in _list(workspace, "exclude") if isinstance(each, str)),
    )


def read_package(files: Mapping[str, bytes], folder: str, *, workspace: Workspace) -> PathPackage:
    """The package in a folder; raises `ManifestError` where its file is missing, no TOML, or says nothing usable."""
    path = posixpath.join(folder, "Cargo.toml")
    data = _data(_text(files, path), path=path)
    package = _table(data, "package")
    name, version = _text_of(package, "name"), package.get("version", "0.0.0")
    if version == _INHERITED:
        version = workspace.version
    if name is None or not names.CRATE.accepts(name):
        raise _not_usable(path, "package.name", name, names.CRATE.allowed)
    if not isinstance(version, str) or not names.VERSION.accepts(version):
        raise _not_usable(path, "package.version", version, names.VERSION.allowed)
    needs = [_need(path, alias, entry, workspace=workspace) for alias, entry in _entries(data)]
    return PathPackage(name=name, version=version, folder=folder, needs=_with_features(data, needs))


def _entries(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every dependency of every kind, with the name that the package itself gives it."""
    targets = [table for table in _table(data, "target").values() if isinstance(table, dict)]
    for table in (data, *targets):
        for kind in _TABLES:
            yield from _table(table, kind).items()


def _need(path: str, alias: str, entry: Any, *, workspace: Workspace) -> Need:
    entry = {"version": entry} if isinstance(entry, str) else entry
    if not isinstance(entry, dict):
        raise _not_usable(path, f"dependencies.{shown(alias)}", entry, "a version or a table")
    if entry.get("workspace") is True:
        return _inherited(path, alias, entry, workspace=workspace)
    return _own_need(path, alias, entry)


def _inherited(path: str, alias: str, entry: Mapping[str, Any], *, workspace: Workspace) -> Need:
    """The workspace's dependency, with the features that the package adds; it cannot take the default ones away."""
    shared = workspace.needs.get(alias)
    shared = {"version": shared} if isinstance(shared, str) else shared
    if not isinstance(shared, dict):
        allowed = f"a name in [workspace.dependencies] of {workspace.path}"
        raise _not_usable(path, f"dependencies.{shown(alias)}", "workspace = true", allowed)
    features = [*_list(shared, "features"), *_list(entry, "features")]
    added: dict[str, Any] = {"features": features}
    if _asks_default(entry, unless_said=False):
        added["default-features"] = True
    return _own_need(workspace.path, alias, {**shared, **added})


def _own_need(path: str, alias: str, entry: Mapping[str, Any]) -> Need:
    folder, features = _text_of(entry, "path"), {each for each in _list(entry, "features") if isinstance(each, str)}
    if _asks_default(entry, unless_said=True):
        features.add(_DEFAULT)
    return Need(
        name=_renamed(alias, entry),
        alias=alias,
        requirement=_text_of(entry, "version"),
        folder=None if folder is None else _inside(path, alias, folder),
        git=_git(entry),
        registry=_text_of(entry, "registry") or _text_of(entry, "registry-index"),
        features=frozenset(features),
    )


def _inside(path: str, alias: str, folder: str) -> str:
    """The folder as a path of the repository; what leads out of it is not ours to read."""
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), folder))
    if inside == ".." or inside.startswith(("../", "/")):
        raise _not_usable(path, f"dependencies.{shown(alias)}.path", folder, "a folder of the repository")
    return "" if inside == "." else inside


def _git(entry: Mapping[str, Any]) -> str | None:
    """The address as a lock's source has it in front of the commit."""
    url = _text_of(entry, "git")
    asked = [f"?{kind}={_text_of(entry, kind)}" for kind in ("rev", "tag", "branch") if kind in entry]
    return url and "".join([url, *asked])


def _with_features(data: Mapping[str, Any], needs: list[Need]) -> tuple[Need, ...]:
    """The needs, each with what the package's own features switch on in it: `alias/feature`, `alias?/feature`."""
    asked: dict[str, set[str]] = {}
    for listed in _table(data, "features").values():
        for each in listed if isinstance(listed, list) else []:
            alias, slash, feature = str(each).partition("/")
            if slash:
                asked.setdefault(alias.removesuffix("?"), set()).add(feature)
    return tuple(replace(need, features=need.features | asked.get(need.alias, set())) for need in needs)


def _renamed(alias: str, entry: Any) -> str:
    return (_text_of(entry, "package") if isinstance(entry, dict) else None) or alias


def _asks_default(entry: Mapping[str, Any], *, unless_said: bool) -> bool:
    said = entry.get("default-features", entry.get("default_features"))
    return unless_said if said is None else said is True


def _text(files: Mapping[str, bytes], path: str) -> str:
    content = files.get(path)
    if content is None:
        raise ManifestError(Finding(path=path, problem="the file is missing", hint="every package has one"))
    return decode(content, path=path)


def _data(text: str, *, path: str) -> dict[str, Any]:
    return parse(text, path=path).data


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    found = data.get(key)
    return found if isinstance(found, list) else []


def _text_of(data: Mapping[str, Any], key: str) -> str | None:
    found = data.get(key)
    return found if isinstance(found, str) else None


def _not_usable(path: str, key: str, found: object, allowed: str) -> ManifestError:
    hint = "mend it, as Cargo would not read it either"
    return ManifestError(
        Finding(path=path, key=key, problem="not usable", found=shown(found), allowed=allowed, hint=hint)
    )
