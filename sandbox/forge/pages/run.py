"""A workflow run: its jobs with steps, annotations and logs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.forge.forge import Forge
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.refusals import not_found
from sandbox.forge.store import Document
from sandbox.forge.views import checks, workflows

_MOST_LOG_BYTES = 200_000


def page(forge: Forge, repository: GitRepository, parameters: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """One run, or one job of it. Its inputs are left out: nobody promised that they are no secrets."""
    record = forge.runs.get(parameters["run"])
    if record["repo"] != repository.full_name:
        raise not_found()
    wanted = parameters.get("job")
    jobs = [job for job in forge.runs.jobs(record["id"]) if wanted in (None, job["id"])]
    if wanted is not None and not jobs:
        raise not_found()
    shown = workflows.run(forge, record)
    return "run.html", {
        "run": shown,
        "jobs": [_job(forge, job) for job in jobs],
        "changes": shown["status"] != "completed",
    }


def _job(forge: Forge, record: Document) -> dict[str, Any]:
    """A job is a check run under the same id; its annotations are kept there."""
    found = forge.store.get("check_run", record["id"])
    notes = [] if found is None else check(forge, found)["annotations"]
    return {**workflows.job(forge, record), "annotations": notes, "log": _log(forge, record["id"])}


def _log(forge: Forge, job_id: int) -> str | None:
    """The end of the log as the runner masked it, at most 200,000 bytes; None before the first line."""
    path = forge.runs.log_path(job_id)
    if not path.exists():
        return None
    with path.open("rb") as file:
        left_out = max(0, path.stat().st_size - _MOST_LOG_BYTES)
        file.seek(left_out)
        text = file.read().decode("utf-8", "replace")
    return f"… {left_out} bytes before this are left out\n{text}" if left_out else text


def check(forge: Forge, record: Document) -> dict[str, Any]:
    """A check run together with its annotations."""
    notes = [checks.annotation(forge, record, note) for note in record["annotations"]]
    return {**checks.check_run(forge, record), "annotations": notes}
