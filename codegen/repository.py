"""A repository as codegen sees it: files by path, and the names in one folder without a walk over all the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Protocol, runtime_checkable

Files = Mapping[str, bytes]
"""The platform repository by path; may be lazy. Only what a plan needs is read."""


@runtime_checkable
class Listing(Protocol):
    """Files that can tell what is in a folder without telling what is everywhere."""

    def children(self, folder: str) -> Iterable[str]:
        """The names directly under a folder, of files and of folders; none where there is no such folder."""


def children(files: Files, folder: str) -> tuple[str, ...]:
    """The names directly under a folder (`""` is the root), sorted.

    Asked of the files where they know; a mapping that does not is walked over, which is for small ones.
    """
    if isinstance(files, Listing):
        return tuple(sorted(files.children(folder)))
    prefix = f"{folder}/" if folder else ""
    names = {path[len(prefix) :].split("/", 1)[0] for path in files if path.startswith(prefix)}
    return tuple(sorted(names))


def matching(files: Files, pattern: str) -> Iterator[str]:
    """The paths of files that a pattern names, in order: each part of it is a name or has `*`, which is no `/`."""
    *folders, last = pattern.split("/")
    found = [""]
    for part in folders:
        found = [_join(folder, name) for folder in found for name in _named(files, folder, part)]
    for folder in found:
        yield from (path for name in _named(files, folder, last) if (path := _join(folder, name)) in files)


def _named(files: Files, folder: str, part: str) -> Iterable[str]:
    if "*" not in part:
        return (part,)
    return (name for name in children(files, folder) if fnmatchcase(name, part) and not name.startswith("."))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def paths_under(files: Files, folder: str, *, suffix: str, depth: int = 16) -> Iterator[str]:
    """The paths of files of one kind under a folder, however deep; folders with a dot in their name are left out."""
    for name in children(files, folder):
        path = _join(folder, name)
        if name.endswith(suffix) and path in files:
            yield path
        elif "." not in name and depth:
            yield from paths_under(files, path, suffix=suffix, depth=depth - 1)
