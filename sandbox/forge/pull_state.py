"""What is true of a pull request: what it changes, what reviewers think, what keeps it from being merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pygit2

from sandbox.forge import check_results, protection
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.store import Document

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

_OPINIONS = {"APPROVED", "CHANGES_REQUESTED", "DISMISSED"}


def diff(repository: GitRepository, pull: Document) -> pygit2.Diff:
    """What the pull request changes: from where it left its base to its head."""
    return repository.diff(_left_at(repository, pull), pull["head_sha"])


def commits(repository: GitRepository, pull: Document) -> list[pygit2.Commit]:
    """The commits that it brings, oldest first."""
    return repository.commits_between(_left_at(repository, pull), pull["head_sha"])


def _left_at(repository: GitRepository, pull: Document) -> str:
    return repository.merge_base(pull["base_sha"], pull["head_sha"]) or str(pull["base_sha"])


def opinions(forge: Forge, pull: Document) -> list[str]:
    """The last opinion of each reviewer with write access; the author has none."""
    last: dict[int, str] = {}
    for review in forge.store.all("review", pull["repo"]):
        if review["number"] == pull["number"] and review["state"] in _OPINIONS and review["user"] != pull["user"]:
            reviewer = forge.accounts.by_id(review["user"])
            if forge.accounts.role(reviewer, pull["repo"]) in ("write", "admin"):
                last[review["user"]] = review["state"]
    return list(last.values())


def obstacle(forge: Forge, pull: Document, user: Document | None = None) -> str | None:
    """Why protection keeps this from being merged (by `user`), or None."""
    rules = forge.protection(pull["repo"], pull["base_ref"])
    if rules is None:
        return None
    if user is not None and not rules.enforce_admins and forge.accounts.role(user, pull["repo"]) == "admin":
        return None
    runs = check_results.runs_at(forge, pull["repo"], pull["head_sha"])
    statuses = check_results.statuses_at(forge, pull["repo"], pull["head_sha"])
    missing = protection.missing_check(rules.required_checks, runs, statuses)
    if missing is None and rules.push_only and user is not None and user["login"] not in rules.push_only:
        return "You're not authorized to push to this branch."
    return missing or protection.missing_review(rules, opinions(forge, pull))


def mergeable_state(forge: Forge, pull: Document) -> str:
    """`mergeable_state` as GitHub names it."""
    if pull["state"] != "open" or pull["mergeable"] is None:
        return "unknown"
    if not pull["mergeable"]:
        return "dirty"
    if pull["draft"]:
        return "draft"
    if obstacle(forge, pull) is not None:
        return "blocked"
    runs = check_results.latest(check_results.runs_at(forge, pull["repo"], pull["head_sha"]))
    well = all(run["conclusion"] in ("success", "neutral", "skipped") for run in runs)
    return "clean" if well else "unstable"
