"""Workflows, runs, jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.forge.store import Document
from sandbox.forge.views import commits, pulls, repositories, users

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge


def workflow(forge: Forge, record: Document, name: str) -> dict[str, Any]:
    """`workflow`."""
    url = f"{repositories.api(forge, record['repo'])}/actions/workflows/{record['id']}"
    file = record["path"].rpartition("/")[2]
    branch = forge.default_branch(record["repo"])
    return {
        "id": record["id"],
        "node_id": f"W_{record['id']}",
        "name": name,
        "path": record["path"],
        "state": "active",
        "created_at": record["created_at"],
        "updated_at": record["created_at"],
        "url": url,
        "html_url": f"{forge.url}/{record['repo']}/blob/{branch}/{record['path']}",
        "badge_url": f"{forge.url}/{record['repo']}/workflows/{file}/badge.svg",
    }


def run(forge: Forge, record: Document) -> dict[str, Any]:
    """`workflow-run`."""
    repository = forge.repository(record["repo"])
    url = f"{repositories.api(forge, record['repo'])}/actions/runs/{record['id']}"
    actor = users.simple(forge, forge.accounts.by_id(record["actor"]))
    minimal = repositories.minimal(forge, record["repo"])
    return {
        "id": record["id"],
        "name": record["name"],
        "node_id": f"WFR_{record['id']}",
        "head_branch": record["head_branch"],
        "head_sha": record["head_sha"],
        "path": record["path"],
        "display_title": record["title"],
        "run_number": record["run_number"],
        "run_attempt": record["run_attempt"],
        "event": record["event"],
        "status": record["status"],
        "conclusion": record["conclusion"],
        "workflow_id": record["workflow_id"],
        "check_suite_id": record["id"],
        "check_suite_node_id": f"CS_{record['id']}",
        "url": url,
        "html_url": f"{forge.url}/{record['repo']}/actions/runs/{record['id']}",
        "pull_requests": pulls.open_at(forge, record["repo"], record["head_sha"]),
        "created_at": record["created_at"],
        "updated_at": record["updated_at"],
        "run_started_at": record["started_at"],
        "actor": actor,
        "triggering_actor": actor,
        "referenced_workflows": [],
        "jobs_url": f"{url}/jobs",
        "logs_url": f"{url}/logs",
        "check_suite_url": f"{repositories.api(forge, record['repo'])}/check-suites/{record['id']}",
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "previous_attempt_url": None,
        "workflow_url": f"{repositories.api(forge, record['repo'])}/actions/workflows/{record['workflow_id']}",
        "head_commit": commits.simple(repository.commit(record["head_sha"])),
        "repository": minimal,
        "head_repository": minimal,
    }


def job(forge: Forge, record: Document) -> dict[str, Any]:
    """`job`."""
    parent = forge.runs.get(record["run_id"])
    url = repositories.api(forge, record["repo"])
    page = f"{forge.url}/{record['repo']}/actions/runs/{parent['id']}/job/{record['id']}"
    running = record["status"] != "queued"
    return {
        "id": record["id"],
        "run_id": parent["id"],
        "run_url": f"{url}/actions/runs/{parent['id']}",
        "run_attempt": parent["run_attempt"],
        "node_id": f"CR_{record['id']}",
        "head_sha": parent["head_sha"],
        "head_branch": parent["head_branch"],
        "workflow_name": parent["name"],
        "url": f"{url}/actions/jobs/{record['id']}",
        "html_url": page,
        "status": record["status"],
        "conclusion": record["conclusion"],
        "created_at": record["created_at"],
        "started_at": record["started_at"],
        "completed_at": record["completed_at"],
        "name": record["name"],
        "steps": record["steps"],
        "check_run_url": f"{url}/check-runs/{record['id']}",
        "labels": record["labels"],
        "runner_id": 1 if running else None,
        "runner_name": "sandbox" if running else None,
        "runner_group_id": 1 if running else None,
        "runner_group_name": "Default" if running else None,
    }
