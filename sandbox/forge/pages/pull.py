"""A pull request: what it says, what was said to it, what its checks found, what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.forge import check_results, pull_state
from sandbox.forge.forge import Forge
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.pages.run import check
from sandbox.forge.store import Document
from sandbox.forge.views import commits, issues, pulls


def page(forge: Forge, repository: GitRepository, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """One pull request. Raises `Refusal` 404 for a number that is none."""
    record = forge.pulls.find(repository.full_name, parameters["number"])
    if record["state"] == "open" and record["mergeable"] is None:
        forge.pulls.compute_mergeability(record)  # a person would only reload the page for it
    found = check_results.latest(check_results.runs_at(forge, repository.full_name, record["head_sha"]))
    return "pull.html", {
        "pull": pulls.full(forge, record),
        "obstacle": pull_state.obstacle(forge, record) if record["state"] == "open" else None,
        "conversation": _conversation(forge, record),
        "checks": [check(forge, one) for one in found],
        "commits": [commits.commit(forge, repository, one) for one in pull_state.commits(repository, record)[:250]],
        "files": commits.files(forge, repository, pull_state.diff(repository, record), record["head_sha"]),
    }


def _conversation(forge: Forge, record: Document) -> list[dict[str, Any]]:
    """Comments and submitted reviews in the order of time; what is not submitted is its writer's alone."""
    mine = {kind: _about(forge, kind, record) for kind in ("comment", "review")}
    said = [{**issues.comment(forge, one), "state": None, "at": one["created_at"]} for one in mine["comment"]]
    submitted = [one for one in mine["review"] if one["state"] != "PENDING"]
    judged = [{**pulls.review(forge, one), "at": one["submitted_at"]} for one in submitted]
    return sorted([*said, *judged], key=lambda one: str(one["at"]))


def _about(forge: Forge, kind: str, record: Document) -> list[Document]:
    return [one for one in forge.store.all(kind, record["repo"]) if one["number"] == record["number"]]
