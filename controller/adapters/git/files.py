"""The files of one tree as a mapping, read as blobs: no link is ever followed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pygit2
from pygit2.enums import FileMode

from controller.core.errors import Terminal

_FILES = (FileMode.BLOB, FileMode.BLOB_EXECUTABLE)
_MOST_BYTES = 32 * 1024 * 1024
_MOST_FOLDERS = 64
"""That are kept of one tree. Nearly all files of a platform stand below a few."""


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
        self._folders: dict[str, pygit2.Tree] = {}
        self._paths: tuple[str, ...] | None = None

    def __getitem__(self, path: str) -> bytes:
        if path not in self._read:
            self._read[path] = self._content(path)
        return self._read[path]

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, str):
            return False
        try:
            return path in self._read or self._entry(path).filemode in _FILES
        except KeyError:
            return False

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
        entry = self._entry(path)
        if isinstance(entry, pygit2.Tree):
            raise KeyError(path)
        if entry.filemode not in _FILES or not isinstance(entry, pygit2.Blob):
            raise Terminal("HostilePath", f"{path!r} is a link or a submodule, not a file")
        demand_size(path, entry.size)
        return entry.data

    def _entry(self, path: str) -> pygit2.Object:
        """Looked for from the folder above its own, which is kept: libgit2 would read a large one anew for each file."""
        if "\0" in path or "//" in path:  # libgit2 would read on to the first zero, and over a slash at the end
            raise KeyError(path)
        try:
            above, *rest = path.rsplit("/", 2)
            return self._folder(above)["/".join(rest)] if above and len(rest) == 2 else self._tree[path]
        except (KeyError, ValueError) as error:
            raise KeyError(path) from error

    def _folder(self, path: str) -> pygit2.Tree:
        known = self._folders.get(path)
        if known is not None:
            return known
        found = self._tree[path]
        if not isinstance(found, pygit2.Tree):
            raise KeyError(path)
        if len(self._folders) >= _MOST_FOLDERS:
            self._folders.clear()
        self._folders[path] = found
        return found

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
