"""A commit, and a check run of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.forge import check_results
from sandbox.forge.forge import Forge
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.pages.run import check
from sandbox.forge.refusals import not_found
from sandbox.forge.views import commits


def page(forge: Forge, repository: GitRepository, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """One commit by its id, which may be abbreviated; names of branches are not ids. Raises `Refusal` 404."""
    wanted = parameters["sha"]
    sha = repository.resolve(wanted)
    if sha is None or not sha.startswith(wanted):
        raise not_found()
    found = check_results.latest(check_results.runs_at(forge, repository.full_name, sha))
    shown = commits.commit(forge, repository, repository.commit(sha), with_files=True)
    return "commit.html", {"commit": shown, "checks": [check(forge, one) for one in found], "files": shown["files"]}


def check_page(forge: Forge, repository: GitRepository, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """One check run. Raises `Refusal` 404."""
    record = forge.store.get("check_run", parameters["check"])
    if record is None or record["repo"] != repository.full_name:
        raise not_found()
    return "check.html", {"check": check(forge, record)}
