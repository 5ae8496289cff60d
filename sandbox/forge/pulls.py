"""Pull requests: opened, kept up to date with their branches, judged, merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.forge import clock, merging
from sandbox.forge.announcements import announce
from sandbox.forge.git_repository import ZERO, GitRepository, Move
from sandbox.forge.refusals import invalid, not_found
from sandbox.forge.store import Document
from sandbox.forge.views import pulls as views

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

_MERGEABILITY_SECONDS = 0.02


def _gained(repository: GitRepository, move: Move) -> set[str]:
    """The commits that a branch has got by a move; asked once for all pull requests, for it walks history."""
    if ZERO in (move.before, move.after) or move.before is None:
        return set()
    return {str(commit.id) for commit in repository.commits_between(move.before, move.after)}


class Pulls:
    """What happens to pull requests."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge
        self._computing: set[int] = set()

    def find(self, full_name: str, number: int) -> Document:
        """The record of a pull request. Raises `Refusal` 404."""
        for pull in self._forge.store.all("pull", full_name):
            if pull["number"] == number:
                self._compute_later(pull)
                return pull
        raise not_found()

    def open(self, repository: GitRepository, wish: Document, user: Document) -> Document:
        """Open a pull request from one branch of the repository to another. Raises `Refusal` 422 as GitHub does."""
        head, base = str(wish.get("head", "")).rpartition(":")[2], str(wish.get("base", ""))
        head_sha, base_sha = self._sides(repository, head, base)
        moment = clock.stamp()
        pull: Document = {
            "number": self._forge.store.next_number(f"number of {repository.full_name}"),
            "title": wish.get("title") or head,
            "body": wish.get("body"),
            "state": "open",
            "draft": bool(wish.get("draft", False)),
            "head_ref": head,
            "head_sha": head_sha,
            "base_ref": base,
            "base_sha": base_sha,
            "user": user["id"],
            "labels": [],
            "requested_reviewers": [],
            "created_at": moment,
            "updated_at": moment,
            "closed_at": None,
            "merged_at": None,
            "merged_by": None,
            "merge_commit_sha": None,
            "mergeable": None,
        }
        self._forge.store.add("pull", repository.full_name, pull)
        repository.move([Move(ref=f"refs/pull/{pull['number']}/head", after=head_sha)])
        self._compute_later(pull)
        self.announce(pull, "opened", user)
        return pull

    def _sides(self, repository: GitRepository, head: str, base: str) -> tuple[str, str]:
        head_sha, base_sha = repository.branch(head), repository.branch(base)
        if head_sha is None:
            raise invalid("PullRequest", "head", "invalid")
        if base_sha is None:
            raise invalid("PullRequest", "base", "invalid")
        for pull in self._forge.store.all("pull", repository.full_name):
            if pull["state"] == "open" and (pull["head_ref"], pull["base_ref"]) == (head, base):
                owner = repository.full_name.split("/")[0]
                raise invalid("PullRequest", "", f"A pull request already exists for {owner}:{head}.")
        if repository.contains(head_sha, base_sha):
            raise invalid("PullRequest", "", f"No commits between {base} and {head}")
        return head_sha, base_sha

    def announce(self, pull: Document, action: str, user: Document, **more: object) -> None:
        """Tell everyone what happened to it."""
        payload = {
            "action": action,
            "number": pull["number"],
            "pull_request": views.full(self._forge, pull),
            **more,
        }
        announce(self._forge, "pull_request", pull["repo"], payload, user)

    def save(self, pull: Document) -> None:
        """Keep what was changed in it, as of now."""
        pull["updated_at"] = clock.stamp()
        self._forge.store.save("pull", pull)

    def close(self, pull: Document, user: Document) -> None:
        """Close it without merging."""
        pull["state"], pull["closed_at"] = "closed", clock.stamp()
        self.save(pull)
        self.announce(pull, "closed", user)

    def reopen(self, repository: GitRepository, pull: Document, user: Document) -> None:
        """Open a closed one again. Raises `Refusal` 422 where it is merged or its branch is gone."""
        head = repository.branch(pull["head_ref"])
        if pull["merged_at"] is not None or head is None:
            raise invalid("PullRequest", "state", "state cannot be changed. The pull request cannot be reopened.")
        pull.update(state="open", closed_at=None, head_sha=head, mergeable=None)
        self.save(pull)
        self._compute_later(pull)
        self.announce(pull, "reopened", user)

    def follow(self, repository: GitRepository, move: Move, user: Document) -> None:
        """A branch has moved: open pull requests from it and to it take notice."""
        branch = move.ref.removeprefix("refs/heads/")
        gained = _gained(repository, move)
        for pull in self._forge.store.all("pull", repository.full_name):
            if pull["state"] != "open":
                continue
            if pull["head_ref"] == branch:
                self._head_moved(repository, pull, move, user)
            elif pull["base_ref"] == branch and move.after != ZERO:
                self._base_moved(pull, move.after, gained, user)

    def _head_moved(self, repository: GitRepository, pull: Document, move: Move, user: Document) -> None:
        if move.after == ZERO:
            self.close(pull, user)
            return
        pull.update(head_sha=move.after, mergeable=None)
        repository.move([Move(ref=f"refs/pull/{pull['number']}/head", after=move.after)])
        self.save(pull)
        self._compute_later(pull)
        self.announce(pull, "synchronize", user, before=move.before, after=move.after)

    def _base_moved(self, pull: Document, base: str, gained: set[str], user: Document) -> None:
        if pull["head_sha"] in gained:
            self.mark_merged(pull, pull["head_sha"], user)
            return
        pull.update(base_sha=base, mergeable=None)
        self._forge.store.save("pull", pull)
        self._compute_later(pull)

    def mark_merged(self, pull: Document, sha: str, user: Document) -> None:
        """Its commits are in the base, as `sha`."""
        moment = clock.stamp()
        pull.update(state="closed", merged_at=moment, closed_at=moment, merged_by=user["id"], merge_commit_sha=sha)
        self.save(pull)
        self.announce(pull, "closed", user)

    def _compute_later(self, pull: Document) -> None:
        if pull["state"] != "open" or pull["mergeable"] is not None or pull["id"] in self._computing:
            return
        self._computing.add(pull["id"])
        self._forge.later(_MERGEABILITY_SECONDS, lambda: self._compute(pull))

    def _compute(self, pull: Document) -> None:
        self._computing.discard(pull["id"])
        if pull["state"] == "open":
            self.compute_mergeability(pull)

    def compute_mergeability(self, pull: Document) -> bool:
        """Whether head and base merge without a conflict, now; kept in the record, whose `updated_at` stays."""
        repository = self._forge.repository(pull["repo"])
        base = repository.branch(pull["base_ref"])
        tree = merging.merged_tree(repository, base, pull["head_sha"]) if base else None
        pull["mergeable"] = tree is not None
        self._forge.store.save("pull", pull)
        return tree is not None
