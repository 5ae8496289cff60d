"""A folder as codegen sees a repository, and the way back: the only part of codegen that touches files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from codegen.errors import Finding, ManifestError

LARGEST = 32 * 1024 * 1024
"""Bytes of one file: no file that is read here comes near, and one that is larger is never read into memory."""
_NOWHERE = frozenset(("", ".", ".."))
_GIT = ".git"


class Folder(Mapping[str, bytes]):
    """A work tree as a lazy mapping from path to bytes. Symbolic links are not followed: they could lead outside."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __getitem__(self, path: str) -> bytes:
        target = self.root / path
        if not is_below(path):
            raise KeyError(path)
        if has_link(self.root, path):
            raise ManifestError(Finding(path=path, problem="a symbolic link", hint="put the file itself there"))
        if not target.is_file():
            raise KeyError(path)
        if target.stat().st_size > LARGEST:
            raise ManifestError(Finding(path=path, problem="too large", allowed=f"at most {LARGEST} bytes"))
        return target.read_bytes()

    def __contains__(self, path: object) -> bool:
        return (
            isinstance(path, str) and is_below(path) and (self.root / path).is_file() and not has_link(self.root, path)
        )

    def __iter__(self) -> Iterator[str]:
        found = (path for path in sorted(self.root.rglob("*")) if path.is_file() and not path.is_symlink())
        return (str(path.relative_to(self.root)) for path in found)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def children(self, folder: str) -> list[str]:
        """The names directly under a folder; none where there is no such folder. Nothing behind a link is listed."""
        place = self.root / folder
        if (folder and not is_below(folder)) or not place.is_dir() or has_link(self.root, folder):
            return []
        return [entry.name for entry in os.scandir(place) if not entry.is_symlink()]


def is_below(path: str) -> bool:
    """Whether a path leads to something under its root: relative, and no part of it goes nowhere or up."""
    return "\0" not in path and _NOWHERE.isdisjoint(path.split("/"))


def is_inside(path: str) -> bool:
    """Whether a path is that of a file of the repository: below its root, and not git's own, which runs what is there."""
    return is_below(path) and all(part.lower() != _GIT for part in path.split("/"))


def has_link(root: Path, path: str) -> bool:
    """Whether a path, or a folder on its way, is a symbolic link."""
    parts = path.split("/")
    steps = ("/".join(parts[:length]) for length in range(1, len(parts) + 1))
    return any(os.path.islink(f"{root}/{step}") for step in steps)  # noqa: PTH114 - asked for every file; `Path` is slow
