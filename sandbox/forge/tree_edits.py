"""New trees from old ones, without a work tree."""

from __future__ import annotations

import os
from pathlib import Path

import pygit2

from sandbox.forge.git_repository import GitRepository
from sandbox.forge.refusals import Refusal

_FILE = pygit2.enums.FileMode.BLOB
_EXECUTABLE = pygit2.enums.FileMode.BLOB_EXECUTABLE
_LINK = pygit2.enums.FileMode.LINK


def edited(repository: GitRepository, base: str, *, additions: dict[str, bytes], deletions: list[str]) -> str:
    """The tree of commit `base` with files put in and taken out; an existing file keeps its mode.

    Raises `Refusal` 422 for a path that cannot be in a tree or a deletion of what is not there.
    """
    index = pygit2.Index()
    index.read_tree(repository.tree(base))
    for path in deletions:
        if path not in index:
            raise Refusal(422, f"A path was requested for deletion which does not exist: {path}")
        index.remove(path)
    for path, content in additions.items():
        mode = index[path].mode if path in index else _FILE
        _put(repository, index, path, content, mode)
    return str(index.write_tree(repository.handle))


def _put(
    repository: GitRepository, index: pygit2.Index, path: str, content: bytes, mode: pygit2.enums.FileMode
) -> None:
    parts = path.split("/")
    if not path or any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        raise Refusal(422, f"A path was requested which is malformed: {path!r}")
    index.add(pygit2.IndexEntry(path, repository.handle.create_blob(content), mode))


def from_entries(repository: GitRepository, base: str | None, entries: list[dict[str, str | None]]) -> str:
    """The tree of `POST git/trees`: entries put over a base tree. An entry whose sha is null is taken out."""
    index = pygit2.Index()
    if base is not None:
        index.read_tree(repository.tree(base))
    for entry in entries:
        _put_entry(repository, index, entry)
    return str(index.write_tree(repository.handle))


def _put_entry(repository: GitRepository, index: pygit2.Index, entry: dict[str, str | None]) -> None:
    path = entry.get("path") or ""
    if "content" in entry:
        _put(repository, index, path, (entry["content"] or "").encode(), _mode(entry))
    elif entry.get("sha") is None:
        index.remove(path)
    elif entry.get("type") == "tree":
        _graft(repository, index, path, entry["sha"] or "")
    else:
        index.add(pygit2.IndexEntry(path, pygit2.Oid(hex=entry["sha"] or ""), _mode(entry)))


def _mode(entry: dict[str, str | None]) -> pygit2.enums.FileMode:
    return pygit2.enums.FileMode(int(entry.get("mode") or "100644", 8))


def _graft(repository: GitRepository, index: pygit2.Index, path: str, tree: str) -> None:
    below = pygit2.Index()
    below.read_tree(repository.tree(tree))
    for entry in below:
        index.add(pygit2.IndexEntry(f"{path}/{entry.path}", entry.id, entry.mode))


def of_folder(repository: GitRepository, folder: Path) -> str:
    """The tree that holds a folder's files. Executables and links keep their kind; `.git` and `target` stay out."""
    index = pygit2.Index()
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in (".git", "target", "__pycache__"))
        for name in sorted(names):
            file = Path(place, name)
            index.add(_entry_of(repository, file, str(file.relative_to(folder))))
    return str(index.write_tree(repository.handle))


def _entry_of(repository: GitRepository, file: Path, path: str) -> pygit2.IndexEntry:
    if file.is_symlink():
        return pygit2.IndexEntry(path, repository.handle.create_blob(str(file.readlink()).encode()), _LINK)
    mode = _EXECUTABLE if os.access(file, os.X_OK) else _FILE
    return pygit2.IndexEntry(path, repository.handle.create_blob(file.read_bytes()), mode)
