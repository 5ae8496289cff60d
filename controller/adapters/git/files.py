"""The files of one tree as a mapping, read as blobs: no link is ever followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pygit2
from pygit2.enums import FileMode

from controller.core.errors import Terminal

_FILES = (FileMode.BLOB, FileMode.BLOB_EXECUTABLE)
_MOST_BYTES = 32 * 1024 * 1024


class TreeFiles(Mapping[str, bytes]):
    """
    The files of a tree by path, read when they are asked for.

    A path that is not there is a `KeyError`; a link or a submodule raises `Terminal` (`HostilePath`): what it stands
    for is outside of the tree. They are not listed.
    """

    def __init__(self, repository: pygit2.Repository, tree: pygit2.Tree) -> None:
        self._repository = repository
        self._tree = tree
        self._read: dict[str, bytes] = {}
        self._paths: tuple[str, ...] | None = None

    def __getitem__(self, path: str) -> bytes:
        if path not in self._read:
            self._read[path] = self._content(path)
        return self._read[path]

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and path in self._tree and self._tree[path].filemode in _FILES

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed())

    def __len__(self) -> int:
        return len(self._listed())

    def children(self, folder: str) -> list[str]:
        """The names of files and folders directly under a folder; none where there is no such folder."""
        try:
            found = self._tree[folder] if folder else self._tree
        except (KeyError, ValueError):
            return []
        if not isinstance(found, pygit2.Tree):
            return []
        return [str(entry.name) for entry in found if isinstance(entry, pygit2.Tree) or entry.filemode in _FILES]

    def _content(self, path: str) -> bytes:
        try:
            entry = self._tree[path]
        except (KeyError, ValueError) as error:
            raise KeyError(path) from error
        if isinstance(entry, pygit2.Tree):
            raise KeyError(path)
        if entry.filemode not in _FILES or not isinstance(entry, pygit2.Blob):
            raise Terminal("HostilePath", f"{path!r} is a link or a submodule, not a file")
        demand_size(path, entry.size)
        return entry.data

    def _listed(self) -> tuple[str, ...]:
        if self._paths is None:
            self._paths = tuple(_paths_of(self._tree))
        return self._paths


def demand_size(path: str, size: int) -> None:
    """Raises `Terminal` (`FileTooLarge`) for a file that is larger than anything that is read here."""
    if size > _MOST_BYTES:
        raise Terminal("FileTooLarge", f"{path!r} has {size} bytes; at most {_MOST_BYTES} are read")


def _paths_of(tree: pygit2.Tree) -> Iterator[str]:
    """Every file, in git's order. Folders may nest deeper than functions may call themselves."""
    open_folders = [("", iter(tree))]
    while open_folders:
        prefix, entries = open_folders[-1]
        entry = next(entries, None)
        if entry is None:
            open_folders.pop()
        elif isinstance(entry, pygit2.Tree):
            open_folders.append((f"{prefix}{entry.name}/", iter(entry)))
        elif entry.filemode in _FILES:
            yield f"{prefix}{entry.name}"
