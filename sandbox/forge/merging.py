"""Merges, rebases and reverts as trees and commits; no ref is moved here."""

from __future__ import annotations

import pygit2

from sandbox.forge.git_repository import GitRepository


def merged_tree(repository: GitRepository, base: str, head: str) -> str | None:
    """The tree of a real three-way merge of two commits, or None where it conflicts."""
    return _written(repository, repository.handle.merge_commits(pygit2.Oid(hex=base), pygit2.Oid(hex=head)))


def reverted_tree(repository: GitRepository, tip: str, *, before: str, after: str) -> str | None:
    """The tree of `tip` without what changed from `before` to `after`, or None where it conflicts."""
    index = repository.handle.merge_trees(repository.tree(after), repository.tree(tip), repository.tree(before))
    return _written(repository, index)


def rebased(repository: GitRepository, base: str, head: str, committer: pygit2.Signature) -> str | None:
    """The tip after each commit of `head` that `base` lacks is put on `base` anew, or None where one conflicts."""
    tip = base
    common = repository.merge_base(base, head)
    for commit in repository.commits_between(common or base, head):
        if len(commit.parents) != 1:
            continue
        index = repository.handle.merge_trees(commit.parents[0].tree, repository.tree(tip), commit.tree)
        tree = _written(repository, index)
        if tree is None:
            return None
        tip = repository.write_commit(
            tree=tree, parents=[tip], message=commit.message, author=commit.author, committer=committer
        )
    return tip


def _written(repository: GitRepository, index: pygit2.Index) -> str | None:
    return None if index.conflicts is not None else str(index.write_tree(repository.handle))
