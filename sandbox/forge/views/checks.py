"""Check runs, check suites, commit statuses, deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.forge.git_repository import GitRepository
from sandbox.forge.store import Document
from sandbox.forge.views import commits, pulls, repositories, users

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge


def check_run(forge: Forge, record: Document) -> dict[str, Any]:
    """`check-run`."""
    url = f"{repositories.api(forge, record['repo'])}/check-runs/{record['id']}"
    page = f"{forge.url}/{record['repo']}/runs/{record['id']}"
    output = record["output"]
    return {
        "id": record["id"],
        "name": record["name"],
        "node_id": f"CR_{record['id']}",
        "head_sha": record["head_sha"],
        "external_id": record["external_id"],
        "url": url,
        "html_url": page,
        "details_url": record["details_url"] or page,
        "status": record["status"],
        "conclusion": record["conclusion"],
        "started_at": record["started_at"],
        "completed_at": record["completed_at"],
        "output": {
            "title": output["title"],
            "summary": output["summary"],
            "text": output["text"],
            "annotations_count": len(record["annotations"]),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": record["suite"]},
        "app": users.app(forge, record["app"]),
        "pull_requests": pulls.open_at(forge, record["repo"], record["head_sha"]),
    }


def annotation(forge: Forge, record: Document, note: Document) -> dict[str, Any]:
    """`check-annotation`."""
    return {
        "path": note["path"],
        "blob_href": f"{forge.url}/{record['repo']}/blob/{record['head_sha']}/{note['path']}",
        "start_line": note["start_line"],
        "end_line": note["end_line"],
        "start_column": note.get("start_column"),
        "end_column": note.get("end_column"),
        "annotation_level": note["annotation_level"],
        "title": note.get("title"),
        "message": note["message"],
        "raw_details": note.get("raw_details"),
    }


def check_suite(forge: Forge, repository: GitRepository, record: Document) -> dict[str, Any]:
    """`check-suite`: its state is that of its runs."""
    runs = [run for run in forge.store.all("check_run", record["repo"]) if run["suite"] == record["id"]]
    url = f"{repositories.api(forge, record['repo'])}/check-suites/{record['id']}"
    completed = bool(runs) and all(run["status"] == "completed" for run in runs)
    failed = [run["conclusion"] for run in runs if run["conclusion"] not in ("success", "neutral", "skipped")]
    return {
        "id": record["id"],
        "node_id": f"CS_{record['id']}",
        "head_branch": record["head_branch"],
        "head_sha": record["head_sha"],
        "status": "completed" if completed else "in_progress" if runs else "queued",
        "conclusion": (failed[0] if failed else "success") if completed else None,
        "url": url,
        "before": None,
        "after": record["head_sha"],
        "pull_requests": pulls.open_at(forge, record["repo"], record["head_sha"]),
        "app": users.app(forge, record["app"]),
        "repository": repositories.minimal(forge, record["repo"]),
        "created_at": record["created_at"],
        "updated_at": record["created_at"],
        "head_commit": commits.simple(repository.commit(record["head_sha"])),
        "latest_check_runs_count": len(runs),
        "check_runs_url": f"{url}/check-runs",
    }


def status(forge: Forge, record: Document, *, with_creator: bool = True) -> dict[str, Any]:
    """`status`; in the combined answer (`simple-commit-status`) there is no creator."""
    creator = users.simple(forge, forge.accounts.by_id(record["creator"]))
    answer = {
        "url": f"{repositories.api(forge, record['repo'])}/statuses/{record['sha']}",
        "avatar_url": creator["avatar_url"],
        "id": record["id"],
        "node_id": f"SC_{record['id']}",
        "state": record["state"],
        "description": record["description"],
        "target_url": record["target_url"],
        "context": record["context"],
        "created_at": record["created_at"],
        "updated_at": record["created_at"],
    }
    return {**answer, "creator": creator} if with_creator else answer


def combined(forge: Forge, full_name: str, sha: str, latest: list[Document]) -> dict[str, Any]:
    """`combined-commit-status`: failure before pending before success; nothing at all is pending."""
    states = {record["state"] for record in latest}
    state = "failure" if states & {"failure", "error"} else "success" if states == {"success"} else "pending"
    url = f"{repositories.api(forge, full_name)}/commits/{sha}"
    return {
        "state": state,
        "statuses": [status(forge, record, with_creator=False) for record in latest],
        "sha": sha,
        "total_count": len(latest),
        "repository": repositories.minimal(forge, full_name),
        "commit_url": url,
        "url": f"{url}/status",
    }


def deployment(forge: Forge, record: Document) -> dict[str, Any]:
    """`deployment`."""
    url = repositories.api(forge, record["repo"])
    return {
        "url": f"{url}/deployments/{record['id']}",
        "id": record["id"],
        "node_id": f"DE_{record['id']}",
        "sha": record["sha"],
        "ref": record["ref"],
        "task": record["task"],
        "payload": record["payload"],
        "original_environment": record["environment"],
        "environment": record["environment"],
        "description": record["description"],
        "creator": users.simple(forge, forge.accounts.by_id(record["creator"])),
        "created_at": record["created_at"],
        "updated_at": record["updated_at"],
        "statuses_url": f"{url}/deployments/{record['id']}/statuses",
        "repository_url": url,
        "transient_environment": record["transient_environment"],
        "production_environment": record["production_environment"],
        "performed_via_github_app": _app_of(forge, record["creator"]),
    }


def _app_of(forge: Forge, account_id: int) -> dict[str, Any] | None:
    account = forge.accounts.by_id(account_id)
    return users.app(forge, account["app_id"]) if account["type"] == "Bot" else None


def deployment_status(forge: Forge, record: Document) -> dict[str, Any]:
    """`deployment-status`."""
    url = repositories.api(forge, record["repo"])
    deployed = f"{url}/deployments/{record['deployment']}"
    return {
        "url": f"{deployed}/statuses/{record['id']}",
        "id": record["id"],
        "node_id": f"DES_{record['id']}",
        "state": record["state"],
        "creator": users.simple(forge, forge.accounts.by_id(record["creator"])),
        "description": record["description"],
        "environment": record["environment"],
        "target_url": record["log_url"],
        "log_url": record["log_url"],
        "environment_url": record["environment_url"],
        "created_at": record["created_at"],
        "updated_at": record["created_at"],
        "deployment_url": deployed,
        "repository_url": url,
        "performed_via_github_app": _app_of(forge, record["creator"]),
    }
