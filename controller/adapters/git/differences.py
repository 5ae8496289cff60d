"""
What differs between two trees, by their entries as the object store has them.

No object is made of what is the same: a ledger's step differs from the one before it in one file of thousands. Modes
mean what they mean to git, which also reads those that it would not write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pygit2.enums import FileMode

_KINDS = 0o170000
_RUNS = 0o100
_MANY = 1000
"""Bytes of a tree that are read whole as fast as their like beginning is found."""
_FILES = (FileMode.BLOB, FileMode.BLOB_EXECUTABLE)
# An entry is its mode, its name and 20 bytes of id: https://git-scm.com/docs/gitformat-pack, git-mktree.
_ENTRY = re.compile(rb"([0-7]+) ([^\0]+)\0(.{20})", re.DOTALL)
_ENTRIES = re.compile(rb"(?:[0-7]++ [^\0]++\0.{20})*+", re.DOTALL)


@dataclass(frozen=True)
class Difference:
    """A path whose entry differs. `blob` is the file that the newer tree has there; `None` where it has none."""

    path: str
    blob: str | None


class _Entry(NamedTuple):
    kind: FileMode
    name: bytes
    id: str


def differences(read: Callable[[str], bytes], old: str | None, new: str | None) -> Iterator[Difference]:
    """
    Everything but folders that differs between two trees, in no order; `None` is an empty one.

    `read` answers a tree as it is stored. Only folders that differ are looked into.
    """
    open_folders = [("", old, new)]
    while open_folders:
        prefix, before, after = open_folders.pop()
        gone, come = _differing(read(before) if before else b"", read(after) if after else b"")
        blobs = {entry.name: entry.id if entry.kind in _FILES else None for entry in come if not _is_folder(entry)}
        for name in blobs.keys() | {entry.name for entry in gone if not _is_folder(entry)}:
            yield Difference(f"{prefix}{_text(name)}", blobs.get(name))
        first, second = _folders(gone), _folders(come)
        open_folders += [
            (f"{prefix}{_text(name)}/", first.get(name), second.get(name)) for name in first.keys() | second.keys()
        ]


def _differing(before: bytes, after: bytes) -> tuple[set[_Entry], set[_Entry]]:
    """The entries that the first tree alone has, and those that the second alone has."""
    begin = _same_entries(before, after)
    old, new = (frozenset(_ENTRY.findall(raw, begin)) for raw in (before, after))
    gone, come = _entries(old - new), _entries(new - old)
    return gone - come, come - gone


def _same_entries(before: bytes, after: bytes) -> int:
    """How many bytes at the beginning are the same entries, as far as that is worth finding out."""
    if len(before) < _MANY:
        return 0
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if before[low:middle] == after[low:middle] else (low, middle - 1)
    whole = _ENTRIES.match(after, 0, low)
    return whole.end() if whole is not None else 0


def _entries(found: Iterable[tuple[bytes, bytes, bytes]]) -> set[_Entry]:
    return {_Entry(_kind(mode), name, id_.hex()) for mode, name, id_ in found}


@lru_cache(maxsize=64)
def _kind(mode: bytes) -> FileMode:
    """What git takes a mode for, `canon_mode` in its cache.h: whatever it does not know is a submodule."""
    number = int(mode, 8)
    kind = number & _KINDS
    if kind == FileMode.BLOB & _KINDS:
        return FileMode.BLOB_EXECUTABLE if number & _RUNS else FileMode.BLOB
    return FileMode(kind) if kind in (FileMode.TREE, FileMode.LINK) else FileMode.COMMIT


def _folders(entries: Iterable[_Entry]) -> dict[bytes, str]:
    return {entry.name: entry.id for entry in entries if _is_folder(entry)}


def _is_folder(entry: _Entry) -> bool:
    return entry.kind == FileMode.TREE


def _text(name: bytes) -> str:
    return name.decode(errors="replace")
