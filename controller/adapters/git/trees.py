"""
Trees without a work tree: the tree of some paths alone, and a tree with changes.

Only the folders on the way are written, so that the cost follows the change and not the repository.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pygit2
from pygit2.enums import FileMode, ObjectType

from controller.core.errors import Terminal

Parts = tuple[str, ...]


def only(repository: pygit2.Repository, tree: pygit2.Tree, paths: Iterable[Parts]) -> pygit2.Oid:
    """The tree that holds these paths of `tree` and nothing else; a path that is not there is left out."""
    below: defaultdict[str, list[Parts]] = defaultdict(list)
    for parts in paths:
        below[parts[0]].append(parts[1:])
    builder = repository.TreeBuilder()
    for name, rests in below.items():
        if name in tree:
            entry = tree[name]
            kept = entry.id if () in rests else _kept_below(repository, entry, rests)
            if kept is not None:
                builder.insert(name, kept, entry.filemode)
    return builder.write()


def edited(
    repository: pygit2.Repository, tree: pygit2.Tree | None, changes: Mapping[Parts, bytes | None]
) -> pygit2.Oid | None:
    """
    The tree with these changes; `None` where nothing is left in it.

    A changed file keeps its mode; a new one is plain. Raises `Terminal` (`HostilePath`) where a link, a submodule or a
    file stands on the way of a path.
    """
    builder = repository.TreeBuilder(tree) if tree is not None else repository.TreeBuilder()
    below: defaultdict[str, dict[Parts, bytes | None]] = defaultdict(dict)
    for parts, content in changes.items():
        below[parts[0]][parts[1:]] = content
    for name, inner in below.items():
        entry = builder.get(name)
        if () in inner:
            _put(repository, builder, name, inner[()])
        else:
            kept = edited(repository, _folder(name, entry), inner)
            _set(builder, name, kept, FileMode.TREE)
    return builder.write() if len(builder) else None


def _kept_below(repository: pygit2.Repository, entry: pygit2.Object, rests: list[Parts]) -> pygit2.Oid | None:
    if not isinstance(entry, pygit2.Tree):
        return None
    kept = only(repository, entry, rests)
    return kept if len(repository[kept].peel(pygit2.Tree)) else None


def _put(repository: pygit2.Repository, builder: pygit2.TreeBuilder, name: str, content: bytes | None) -> None:
    entry = builder.get(name)
    if entry is not None and entry.filemode not in (FileMode.BLOB, FileMode.BLOB_EXECUTABLE):
        raise Terminal("HostilePath", f"{name!r} is a folder, link or submodule where a file is to be written")
    mode = entry.filemode if entry is not None else FileMode.BLOB
    _set(builder, name, None if content is None else repository.create_blob(content), mode)


def _set(builder: pygit2.TreeBuilder, name: str, target: pygit2.Oid | None, mode: FileMode | int) -> None:
    if target is not None:
        builder.insert(name, target, mode)
    elif builder.get(name) is not None:
        builder.remove(name)


def _folder(name: str, entry: pygit2.Object | None) -> pygit2.Tree | None:
    if entry is None:
        return None
    if entry.type != ObjectType.TREE or not isinstance(entry, pygit2.Tree):
        raise Terminal("HostilePath", f"{name!r} is a file, link or submodule where a folder is wanted")
    return entry
