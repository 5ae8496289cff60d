"""What a repository holds: commits, files, trees. Read by pygit2 from the object store; nothing is checked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pygit2
from pygit2.enums import ObjectType, SortMode

from controller.adapters.git import names, trees
from controller.adapters.git.differences import differences
from controller.adapters.git.files import TreeFiles, demand_size
from controller.adapters.git.memory import Memory
from controller.core.errors import Terminal
from controller.core.model import BranchName, Sha, TreeId

_KEPT_COMMITS = 20_000
_KEPT_TREES = 2_000
_KEPT_FILES = 16
_KEPT_RAW_TREES = 64
"""Some steps of a ledger: its folder of releases, the largest, changes in few of them."""


@dataclass(frozen=True)
class CommitRecord:
    """A commit. `signature` and `signed_payload` are what a signature is verified with; both `None` without one."""

    sha: Sha
    parents: tuple[Sha, ...]
    tree: TreeId
    committed_at: datetime
    author_name: str
    author_email: str
    committer_name: str
    committer_email: str
    message: str
    signature: str | None = None
    signed_payload: bytes | None = None


class History:
    """
    A repository, bare or a clone with a work tree, read-only.

    What depends on an object id alone is remembered: ids do not change their meaning.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._repository = pygit2.Repository(str(folder))
        except pygit2.GitError as error:
            hint = "go to the folder of a clone, or name it with --clone; it has to belong to the user who asks"
            raise Terminal(
                "NotARepository", f"{folder} cannot be read as a git repository: {error}", hint=hint
            ) from error
        self._commits: Memory[Sha, CommitRecord] = Memory(_KEPT_COMMITS)
        self._input_trees: Memory[tuple[str, tuple[str, ...]], TreeId] = Memory(_KEPT_TREES)
        self._merged: Memory[tuple[Sha, Sha], TreeId | None] = Memory(_KEPT_TREES)
        self._files: Memory[str, TreeFiles] = Memory(_KEPT_FILES)
        self._raw_trees: Memory[str, bytes] = Memory(_KEPT_RAW_TREES)

    def head(self, branch: BranchName) -> Sha | None:
        """Where a branch stands; in a clone also where its origin had it. `None` where there is none."""
        names.branch(branch)
        for name in (f"refs/heads/{branch}", f"refs/remotes/origin/{branch}"):
            reference = self._repository.references.get(name)
            if reference is not None:
                return Sha(str(reference.resolve().target))
        return None

    def earlier_heads(self, branch: BranchName) -> tuple[Sha, ...]:
        """Where that head stood here before, newest first, as far as the repository's reflog remembers; often nothing."""
        names.branch(branch)
        for name in (f"refs/heads/{branch}", f"refs/remotes/origin/{branch}"):
            reference = self._repository.references.get(name)
            if reference is not None:
                found = (Sha(str(entry.oid_old)) for entry in reference.log())
                return tuple(sha for sha in found if set(sha) != {"0"})
        return ()

    @property
    def is_shallow(self) -> bool:
        """Whether the past was cut off where it was cloned: commits without parents may have some elsewhere."""
        return bool(self._repository.is_shallow)

    def has(self, sha: str) -> bool:
        """Whether that object is here."""
        return pygit2.Oid(hex=names.object_id(sha)) in self._repository

    def commit(self, sha: Sha) -> CommitRecord:
        """One commit. Raises `Terminal` (`NotFound`) where it is not here."""
        return self._commits.get(sha, lambda: _record(self._commit(sha)))

    def first_parents(self, head: Sha, *, until: Sha | None = None, limit: int = 10_000) -> list[CommitRecord]:
        """The commits of a line, newest first, down to and with `until`, at most `limit`."""
        found = [self.commit(head)]
        while found[-1].parents and found[-1].sha != until and len(found) < limit:
            found.append(self.commit(found[-1].parents[0]))
        return found

    def ancestors(self, head: Sha, *, without: Iterable[Sha] = (), limit: int = 10_000) -> list[Sha]:
        """`head` and every commit behind it that is not behind one of `without`, children before parents."""
        walker = self._repository.walk(self._commit(head).id, SortMode.TOPOLOGICAL)
        for other in without:
            walker.hide(self._commit(other).id)
        return [Sha(str(commit.id)) for commit, _ in zip(walker, range(limit), strict=False)]

    def merge_base(self, one: Sha, other: Sha) -> Sha | None:
        """The best common ancestor, `None` where the histories have none."""
        found = self._repository.merge_base(self._commit(one).id, self._commit(other).id)
        return None if found is None else Sha(str(found))

    def is_ancestor(self, older: Sha, newer: Sha) -> bool:
        """Whether `older` is `newer` or behind it."""
        return older == newer or self._repository.descendant_of(self._commit(newer).id, self._commit(older).id)

    def files(self, commit_or_tree: str) -> Mapping[str, bytes]:
        """The files of a commit or tree, read lazily."""
        tree = self._tree(commit_or_tree)
        return self._files.get(str(tree.id), lambda: TreeFiles(self._repository, tree))

    def input_tree(self, commit: Sha, paths: Iterable[str]) -> TreeId:
        """The id of the git tree that holds only these paths of the commit; all of them where `paths` is empty."""
        return self.input_tree_of(TreeId(str(self._tree(commit).id)), paths)

    def input_tree_of(self, tree: TreeId, paths: Iterable[str]) -> TreeId:
        """Likewise, for a tree."""
        wanted = tuple(sorted({path.strip("/").removeprefix("./") for path in paths}))
        if not wanted or "." in wanted:
            return TreeId(str(self._tree(tree).id))
        parts = [names.path(path) for path in wanted]
        return self._input_trees.get(
            (tree, wanted), lambda: TreeId(str(trees.only(self._repository, self._tree(tree), parts)))
        )

    def changed_paths(self, old: str, new: str) -> tuple[str, ...]:
        """The paths that differ between two commits or trees, sorted; a moved file is two."""
        first, second = (str(self._tree(one).id) for one in (old, new))
        return tuple(sorted({difference.path for difference in differences(self._raw_tree, first, second)}))

    def changed_files(self, old: TreeId | None, new: TreeId) -> Mapping[str, bytes | None]:
        """
        The files that differ between two trees as `new` has them, all of them without `old`.

        `None` for what it has not, and for a link or a submodule: what it stands for is outside of the tree.
        """
        found = sorted(differences(self._raw_tree, old, new), key=lambda difference: difference.path)
        return {one.path: None if one.blob is None else self._blob(one.path, one.blob) for one in found}

    def _raw_tree(self, tree: str) -> bytes:
        return self._raw_trees.get(tree, lambda: self._raw(tree, ObjectType.TREE))

    def _blob(self, path: str, blob: str) -> bytes:
        content = self._raw(blob, ObjectType.BLOB)
        demand_size(path, len(content))
        return content

    def _raw(self, text: str, kind: ObjectType) -> bytes:
        """An object as it is stored."""
        try:
            found, content = self._repository.read(pygit2.Oid(hex=names.object_id(text)))
        except KeyError as error:
            raise _missing(text, kind.name.lower()) from error
        if found != kind:
            raise _missing(text, kind.name.lower())
        return content

    def merged_tree(self, ours: Sha, theirs: Sha) -> TreeId | None:
        """The tree that merging gives, `None` where the texts conflict."""
        return self._merged.get((ours, theirs), lambda: self._merge(ours, theirs))

    def _merge(self, ours: Sha, theirs: Sha) -> TreeId | None:
        index = self._repository.merge_commits(self._commit(ours), self._commit(theirs))
        if index.conflicts is not None:
            return None
        return TreeId(str(index.write_tree(self._repository)))

    def _commit(self, sha: str) -> pygit2.Commit:
        found = self._object(sha)
        if not isinstance(found, pygit2.Commit):
            raise _missing(sha, "a commit")
        return found

    def _tree(self, commit_or_tree: str) -> pygit2.Tree:
        found = self._object(commit_or_tree)
        if isinstance(found, pygit2.Commit):
            return found.tree
        if not isinstance(found, pygit2.Tree):
            raise _missing(commit_or_tree, "a commit or tree")
        return found

    def _object(self, text: str) -> object:
        return self._repository.get(pygit2.Oid(hex=names.object_id(text)))


def _missing(text: str, kind: str) -> Terminal:
    return Terminal("NotFound", f"{text[:40]} is not here as {kind}", hint="Fetch first.")


def _record(commit: pygit2.Commit) -> CommitRecord:
    signature, payload = commit.gpg_signature
    return CommitRecord(
        sha=Sha(str(commit.id)),
        parents=tuple(Sha(str(parent)) for parent in commit.parent_ids),
        tree=TreeId(str(commit.tree_id)),
        committed_at=datetime.fromtimestamp(commit.commit_time, UTC),
        author_name=commit.author.name,
        author_email=commit.author.email,
        committer_name=commit.committer.name,
        committer_email=commit.committer.email,
        message=commit.message,
        signature=None if signature is None else signature.decode(errors="replace"),
        signed_payload=payload,
    )
