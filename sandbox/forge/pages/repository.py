"""A repository: its pull requests, branches, deployments, latest runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.forge.forge import Forge
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.store import Document
from sandbox.forge.views import checks, pulls, workflows

_MOST = 50


def page(forge: Forge, repository: GitRepository, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Newest first everywhere, at most 50 of a kind."""
    del parameters
    known = _newest(forge, "pull", repository)
    return "repository.html", {
        "opened": [pulls.simple(forge, one) for one in known if one["state"] == "open"][:_MOST],
        "merged": [pulls.simple(forge, one) for one in known if one["merged_at"]][:_MOST],
        "closed": [pulls.simple(forge, one) for one in known if one["state"] == "closed" and not one["merged_at"]][
            :_MOST
        ],
        "branches": {ref.removeprefix("refs/heads/"): sha for ref, sha in repository.refs("refs/heads/").items()},
        "deployments": [_deployment(forge, one) for one in _newest(forge, "deployment", repository)[:_MOST]],
        "runs": [workflows.run(forge, one) for one in _newest(forge, "run", repository)[:_MOST]],
    }


def _newest(forge: Forge, kind: str, repository: GitRepository) -> list[Document]:
    return list(reversed(forge.store.all(kind, repository.full_name)))


def _deployment(forge: Forge, record: Document) -> dict[str, Any]:
    known = forge.store.all("deployment_status", record["repo"])
    statuses = [checks.deployment_status(forge, one) for one in known if one["deployment"] == record["id"]]
    return {**checks.deployment(forge, record), "last": statuses[-1] if statuses else None}
