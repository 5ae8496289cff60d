"""Merging a pull request by one of GitHub's three methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.forge import merging, pull_state, refs
from sandbox.forge.accounts import Identity
from sandbox.forge.git_repository import GitRepository, Move, RefMovedError, signature
from sandbox.forge.refusals import Refusal
from sandbox.forge.store import Document

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge


def merge(forge: Forge, repository: GitRepository, pull: Document, wish: Document, asker: Identity) -> str:
    """Merge it; the answer is the commit that the base then points to.

    Raises `Refusal`: 405 where it cannot be merged or protection forbids it, 409 where head or base has moved.
    """
    _permit(forge, pull, wish, asker)
    base = repository.branch(pull["base_ref"])
    if base is None:
        raise Refusal(405, "Base branch does not exist")
    commit = _commit(forge, repository, pull, wish, asker.user, base)
    ref = f"refs/heads/{pull['base_ref']}"
    pull["base_sha"] = base
    try:
        done = repository.move([Move(ref=ref, before=base, after=commit)])
    except RefMovedError as error:
        raise Refusal(409, "Base branch was modified. Review and try the merge again.") from error
    forge.pulls.mark_merged(pull, commit, asker.user)
    refs.landed(forge, repository, done, asker.user, kind="pr_merge")
    return commit


def _permit(forge: Forge, pull: Document, wish: Document, asker: Identity) -> None:
    if pull["state"] != "open" or pull["draft"]:
        raise Refusal(405, "Pull Request is still a draft" if pull["draft"] else "Pull Request is not mergeable")
    if wish.get("sha") not in (None, pull["head_sha"]):
        raise Refusal(409, "Head branch was modified. Review and try the merge again.")
    hindered = pull_state.obstacle(forge, pull, asker.user)
    if hindered is not None:
        raise Refusal(405, hindered)


def _commit(forge: Forge, repository: GitRepository, pull: Document, wish: Document, user: Document, base: str) -> str:
    method = wish.get("merge_method") or "merge"
    if method not in ("merge", "squash", "rebase"):
        raise Refusal(422, f"Invalid request.\n\nmerge_method {method!r} is not a member of merge, squash, rebase.")
    flow = signature(forge.accounts.by_login("web-flow") or user)
    if method == "rebase":
        tip = merging.rebased(repository, base, pull["head_sha"], flow)
        return _clean(tip, "This branch can't be rebased")
    tree = _clean(merging.merged_tree(repository, base, pull["head_sha"]), "Pull Request is not mergeable")
    squash = method == "squash"
    commit = repository.write_commit(
        tree=tree,
        parents=[base] if squash else [base, pull["head_sha"]],
        message=_message(repository, pull, wish, squash=squash),
        author=signature(forge.accounts.by_id(pull["user"]) if squash else user),
        committer=flow,
    )
    forge.mark_verified(repository.full_name, commit)
    return commit


def _clean(result: str | None, otherwise: str) -> str:
    if result is None:
        raise Refusal(405, otherwise)
    return result


def _message(repository: GitRepository, pull: Document, wish: Document, *, squash: bool) -> str:
    owner = repository.full_name.split("/")[0]
    if squash:
        title, text = f"{pull['title']} (#{pull['number']})", _squashed(repository, pull)
    else:
        title, text = f"Merge pull request #{pull['number']} from {owner}/{pull['head_ref']}", pull["title"]
    title = wish.get("commit_title") or title
    text = wish["commit_message"] if wish.get("commit_message") is not None else text
    return f"{title}\n\n{text}".rstrip() + "\n"


def _squashed(repository: GitRepository, pull: Document) -> str:
    messages = [commit.message.strip() for commit in pull_state.commits(repository, pull)]
    if len(messages) == 1:
        return messages[0].partition("\n")[2].strip()
    return "\n\n".join(f"* {message}" for message in messages)
