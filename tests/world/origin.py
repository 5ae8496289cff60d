"""The forge's git repository: real objects, written without a work tree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pygit2

from controller.core.model import BranchName, Sha


class Origin:
    """A bare repository with the few writes that a forge makes by itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = pygit2.init_repository(str(folder), bare=True, initial_head="main")

    def heads(self) -> dict[BranchName, Sha]:
        names = [name for name in self.repository.references if name.startswith("refs/heads/")]
        return {
            BranchName(n.removeprefix("refs/heads/")): Sha(str(self.repository.references[n].target)) for n in names
        }

    def commit(
        self,
        files: Mapping[str, bytes | None],
        *,
        parent: Sha | None,
        message: str,
        author: str,
        time: int,
        tree: pygit2.Oid | None = None,
        email: str = "",
    ) -> Sha:
        """A commit of `files` on `parent`'s tree, on no branch."""
        index = pygit2.Index()
        if tree is not None:
            index.read_tree(self.repository[tree])
        elif parent is not None:
            index.read_tree(self.repository[parent].tree)
        for path, content in files.items():
            if content is None:
                index.remove(path)
            else:
                mode = pygit2.enums.FileMode.BLOB
                index.add(pygit2.IndexEntry(path, self.repository.create_blob(content), mode))
        who = pygit2.Signature(author, email or f"{author}@example.invalid", time, 0)
        parents = [parent] if parent is not None else []
        oid = self.repository.create_commit(None, who, who, message, index.write_tree(self.repository), parents)
        return Sha(str(oid))

    def move(self, branch: str, sha: Sha) -> None:
        self.repository.references.create(f"refs/heads/{branch}", pygit2.Oid(hex=sha), force=True)

    def keep(self, number: int, sha: Sha) -> None:
        """The pull request's own ref, which outlives its branch."""
        self.repository.references.create(f"refs/pull/{number}/head", pygit2.Oid(hex=sha), force=True)

    def delete(self, branch: str) -> None:
        self.repository.references.delete(f"refs/heads/{branch}")

    def merged(self, ours: Sha, theirs: Sha) -> pygit2.Oid | None:
        """The tree of a merge, `None` where the texts conflict."""
        index = self.repository.merge_commits(self.repository[ours], self.repository[theirs])
        return None if index.conflicts is not None else index.write_tree(self.repository)

    def message(self, sha: Sha) -> str:
        return str(self.repository[sha].message)

    def parents(self, sha: Sha) -> tuple[Sha, ...]:
        return tuple(Sha(str(parent)) for parent in self.repository[sha].parent_ids)

    def is_before(self, older: Sha, newer: Sha) -> bool:
        """Whether nothing is lost by moving from one to the other."""
        return older == newer or self.repository.descendant_of(newer, older)

    def file(self, sha: Sha, path: str) -> bytes:
        return self.repository[self.repository[sha].tree[path].id].data
