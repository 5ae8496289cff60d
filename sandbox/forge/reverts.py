"""The forge's Revert button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.forge import merging, refs
from sandbox.forge.accounts import Identity
from sandbox.forge.git_repository import ZERO, GitRepository, Move, signature
from sandbox.forge.refusals import Refusal
from sandbox.forge.store import Document

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

_CONFLICT = (
    "Sorry, this pull request couldn't be reverted automatically. It may have already been reverted, or the content may "
    "have changed since it was merged."
)


def revert(forge: Forge, repository: GitRepository, pull: Document, wish: Document, asker: Identity) -> Document:
    """Open a pull request that takes out what `pull` brought, by text; its record is the answer.

    Raises `Refusal` where `pull` is not merged, its branch for the revert is there, or the text conflicts.
    """
    if pull["merged_at"] is None:
        raise Refusal(422, "Pull request is not merged, so it cannot be reverted.")
    tip = repository.branch(pull["base_ref"])
    if tip is None:
        raise Refusal(422, "Base branch does not exist")
    merged = pull["merge_commit_sha"]
    before = pull["base_sha"]
    tree = merging.reverted_tree(repository, tip, before=before, after=merged)
    if tree is None or tree == str(repository.tree(tip).id):
        raise Refusal(422, _CONFLICT)
    return _open(forge, repository, pull, {**wish, "tree": tree, "tip": tip, "merged": merged}, asker)


def _open(forge: Forge, repository: GitRepository, pull: Document, wish: Document, asker: Identity) -> Document:
    branch = f"revert-{pull['number']}-{pull['head_ref']}"
    ref = f"refs/heads/{branch}"
    if repository.target(ref) is not None:
        raise Refusal(422, f"A branch named {branch} already exists.")
    title = f'Revert "{pull["title"]}"'
    commit = repository.write_commit(
        tree=wish["tree"],
        parents=[wish["tip"]],
        message=f'Revert "{pull["title"]} (#{pull["number"]})"\n\nThis reverts commit {wish["merged"]}.\n',
        author=signature(asker.user),
        committer=signature(forge.accounts.by_login("web-flow") or asker.user),
    )
    forge.mark_verified(repository.full_name, commit)
    refs.move(forge, repository, [Move(ref=ref, before=ZERO, after=commit)], asker)
    opening = {
        "title": wish.get("title") or title,
        "body": wish.get("body") or f"Reverts {repository.full_name}#{pull['number']}",
        "head": branch,
        "base": pull["base_ref"],
        "draft": wish.get("draft", False),
    }
    return forge.pulls.open(repository, opening, asker.user)
