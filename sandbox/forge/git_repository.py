"""One bare repository: objects and refs. It knows no rules; see `refs` for updates that are checked and announced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pygit2

from sandbox.forge.clock import now
from sandbox.forge.refusals import Refusal
from sandbox.forge.store import Document

ZERO = "0" * 40


@dataclass(frozen=True, kw_only=True)
class Move:
    """A ref and where it shall point. `before` is what the asker saw: an id, ZERO for "not there", None for any.
    `after` is an id, or ZERO to delete."""

    ref: str
    after: str
    before: str | None = None


class RefMovedError(Exception):
    """A ref is not where the asker believed it to be."""

    def __init__(self, move: Move, found: str) -> None:
        super().__init__(f"{move.ref} is at {found}, expected {move.before}")
        self.move = move
        self.found = found


def signature(account: Document, when: datetime | None = None) -> pygit2.Signature:
    """An account as author or committer, now."""
    name = account["name"] or account["login"]
    return pygit2.Signature(name, account["email"], int((when or now()).timestamp()), 0)


class GitRepository:
    """pygit2 over a bare repository; every id that goes in or out is 40 hex digits."""

    def __init__(self, full_name: str, directory: Path) -> None:
        self.full_name = full_name
        self.directory = directory
        self.handle = pygit2.Repository(str(directory))

    @classmethod
    def create(cls, full_name: str, directory: Path, default_branch: str) -> GitRepository:
        """An empty repository whose HEAD names the default branch."""
        pygit2.init_repository(str(directory), bare=True, initial_head=default_branch)
        return cls(full_name, directory)

    def target(self, ref: str) -> str | None:
        """Where a full ref name points, or None."""
        reference = self.handle.references.get(ref)
        return None if reference is None else str(reference.resolve().target)

    def branch(self, name: str) -> str | None:
        """The tip of a branch, or None."""
        return self.target(f"refs/heads/{name}")

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """Full names and targets below a prefix, in order of name."""
        found = {}
        for reference in self.handle.references.iterator():
            if reference.name.startswith(prefix):
                direct = reference.type == pygit2.enums.ReferenceType.DIRECT
                found[reference.name] = str(reference.target if direct else reference.resolve().target)
        return dict(sorted(found.items()))

    def resolve(self, text: str) -> str | None:
        """The commit that a branch, tag, `heads/x`, full ref name or (abbreviated) id stands for, or None."""
        for ref in (text, f"refs/{text}", f"refs/heads/{text}", f"refs/tags/{text}"):
            if ref.startswith("refs/") and pygit2.reference_is_valid_name(ref):
                target = self.target(ref)
                if target is not None:
                    return self._commit_of(target)
        return self._commit_of(text) if 4 <= len(text) <= 40 and not set(text) - set("0123456789abcdef") else None

    def _commit_of(self, identifier: str) -> str | None:
        try:
            return str(self.handle[identifier].peel(pygit2.Commit).id)
        except (KeyError, ValueError, pygit2.InvalidSpecError, pygit2.GitError):
            return None

    def commit(self, text: str) -> pygit2.Commit:
        """The commit for whatever `resolve` takes. Raises `Refusal` 422 as GitHub does."""
        found = self.resolve(text)
        if found is None:
            raise Refusal(422, f"No commit found for SHA: {text}")
        commit: pygit2.Commit = self.handle[found].peel(pygit2.Commit)
        return commit

    def tree(self, text: str) -> pygit2.Tree:
        """The tree of a tree id, commit or ref. Raises `Refusal` 404."""
        found = self.resolve(text)
        try:
            tree: pygit2.Tree = self.handle[found or text].peel(pygit2.Tree)
        except (KeyError, ValueError, pygit2.GitError) as error:
            raise Refusal(404, "Not Found", kind="NOT_FOUND") from error
        return tree

    def blob(self, identifier: str) -> pygit2.Blob | None:
        """A blob by its id, or None."""
        try:
            found = self.handle[identifier]
        except (KeyError, ValueError):
            return None
        return found if isinstance(found, pygit2.Blob) else None

    def entry(self, commit: str, path: str) -> pygit2.Object | None:
        """The tree or blob at a path of a commit ("" is its root), or None."""
        tree = self.handle[commit].peel(pygit2.Tree)
        if not path:
            return tree
        try:
            return tree[path]
        except KeyError:
            return None

    def read_file(self, commit: str, path: str) -> bytes | None:
        """The bytes of a file at a commit, or None where there is no such file."""
        found = self.entry(commit, path)
        return bytes(found.data) if isinstance(found, pygit2.Blob) else None

    def contains(self, ancestor: str, descendant: str) -> bool:
        """Whether `ancestor` is `descendant` or in its history."""
        if ancestor == descendant:
            return True
        return bool(self.handle.descendant_of(pygit2.Oid(hex=descendant), pygit2.Oid(hex=ancestor)))

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor, or None for unrelated histories."""
        found = self.handle.merge_base(pygit2.Oid(hex=one), pygit2.Oid(hex=other))
        return None if found is None else str(found)

    def commits_between(self, base: str, head: str) -> list[pygit2.Commit]:
        """Commits of `head` that `base` does not have, oldest first."""
        order = pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.REVERSE
        walker = self.handle.walk(pygit2.Oid(hex=head), order)
        walker.hide(pygit2.Oid(hex=base))
        return list(walker)

    def history(self, head: str, *, limit: int, path: str = "") -> list[pygit2.Commit]:
        """At most `limit` commits from `head` backwards; with a path, those that change it (first parents count)."""
        found: list[pygit2.Commit] = []
        order = pygit2.enums.SortMode.TOPOLOGICAL | pygit2.enums.SortMode.TIME
        for commit in self.handle.walk(pygit2.Oid(hex=head), order):
            if len(found) >= limit:
                break
            if not path or self._changes(commit, path):
                found.append(commit)
        return found

    def _changes(self, commit: pygit2.Commit, path: str) -> bool:
        parent = str(commit.parents[0].id) if commit.parents else None
        here = self.entry(str(commit.id), path)
        before = self.entry(parent, path) if parent else None
        return (here and here.id) != (before and before.id)

    def diff(self, base: str, head: str) -> pygit2.Diff:
        """Between two trees or commits, renames found."""
        diff = self.tree(base).diff_to_tree(self.tree(head))
        diff.find_similar()
        return diff

    def write_commit(
        self,
        *,
        tree: str,
        parents: list[str],
        message: str,
        author: pygit2.Signature,
        committer: pygit2.Signature,
    ) -> str:
        """A new commit that no ref points to yet."""
        ids: list[str | pygit2.Oid] = [pygit2.Oid(hex=parent) for parent in parents]
        return str(self.handle.create_commit(None, author, committer, message, pygit2.Oid(hex=tree), ids))

    def move(self, moves: list[Move]) -> list[Move]:
        """Move refs, all or none, each compared with what its asker saw while git's own lock on it is held.

        Returns the moves with `before` filled in. Raises `RefMovedError`.
        """
        done = []
        with self.handle.transaction() as transaction:
            for move in moves:
                transaction.lock_ref(move.ref)
            for move in moves:
                found = self.target(move.ref) or ZERO
                if move.before is not None and move.before != found:
                    raise RefMovedError(move, found)
                done.append(Move(ref=move.ref, before=found, after=move.after))
            for move in done:
                if move.after == ZERO:
                    transaction.remove(move.ref)
                else:
                    transaction.set_target(move.ref, pygit2.Oid(hex=move.after))
        return done
