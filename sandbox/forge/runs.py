"""Workflow runs and jobs as the Actions service writes them and REST reads them.

A job is a check run of the App `github-actions` at the same time, under the same id, as on GitHub.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sandbox.forge import checks, clock
from sandbox.forge.accounts import ACTIONS_APP_ID
from sandbox.forge.announcements import announce
from sandbox.forge.refusals import not_found
from sandbox.forge.store import Document
from sandbox.forge.views import workflows

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

_FIRST_RUN = 9_000_000_000


class Dispatcher(Protocol):
    """What starts and cancels runs: the Actions service."""

    def dispatch(
        self, *, repository: str, path: str, ref: str, sha: str, inputs: Mapping[str, str], actor: Document
    ) -> int:
        """Create a run (queued) of the workflow at `path` and answer with its id; raises `Refusal` 422."""

    def cancel(self, run_id: int) -> None:
        """End a run early; the conclusion comes later."""


class Runs:
    """The records of runs, jobs and their logs."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge
        self.dispatcher: Dispatcher | None = None
        self._logs = forge.state / "logs"
        self._logs.mkdir(exist_ok=True)
        self._secret = secrets.token_bytes(32)

    def create(
        self,
        *,
        repository: str,
        path: str,
        workflow_name: str,
        event: str,
        ref: str,
        sha: str,
        title: str,
        actor: Document,
        inputs: Mapping[str, str],
    ) -> int:
        """A queued run; `ref` is a branch's name and `title` what `run-name` came to."""
        moment = clock.stamp()
        record = {
            "id": self._forge.store.next_number("run", first=_FIRST_RUN),
            "path": path,
            "name": workflow_name,
            "workflow_id": self.workflow_id(repository, path),
            "event": event,
            "head_branch": ref,
            "head_sha": sha,
            "title": title,
            "inputs": dict(inputs),
            "actor": actor["id"],
            "run_number": self._forge.store.next_number(f"run of {repository} {path}"),
            "run_attempt": 1,
            "status": "queued",
            "conclusion": None,
            "created_at": moment,
            "updated_at": moment,
            "started_at": moment,
        }
        self._forge.store.add("run", repository, record)
        self._announce(record, "requested")
        return int(record["id"])

    def get(self, run_id: int) -> Document:
        """A run's record. Raises `Refusal` 404."""
        return self._found("run", run_id)

    def job(self, job_id: int) -> Document:
        """A job's record. Raises `Refusal` 404."""
        return self._found("job", job_id)

    def _found(self, kind: str, identifier: int) -> Document:
        record = self._forge.store.get(kind, identifier)
        if record is None:
            raise not_found()
        return record

    def unfinished(self) -> list[Document]:
        """Runs that are not completed, oldest first: what a restart interrupted."""
        return [run for run in self._forge.store.all("run") if run["status"] != "completed"]

    def jobs(self, run_id: int) -> list[Document]:
        """A run's jobs in the order in which they were added."""
        repository = self.get(run_id)["repo"]
        return [job for job in self._forge.store.all("job", repository) if job["run_id"] == run_id]

    def start(self, run_id: int) -> None:
        """The run has begun."""
        self._update(run_id, status="in_progress", started_at=clock.stamp())
        self._announce(self.get(run_id), "in_progress")

    def finish(self, run_id: int, conclusion: str) -> None:
        """The run has ended; so has every job that nobody ended."""
        for job in self.jobs(run_id):
            if job["status"] != "completed":
                self.finish_job(job["id"], "cancelled" if conclusion == "cancelled" else "skipped")
        self._update(run_id, status="completed", conclusion=conclusion)
        self._announce(self.get(run_id), "completed")

    def _update(self, run_id: int, **changes: object) -> None:
        record = self.get(run_id)
        record.update(changes, updated_at=clock.stamp())
        self._forge.store.save("run", record)

    def add_job(
        self, run_id: int, *, name: str, labels: Sequence[str] = ("ubuntu-latest",), steps: Sequence[str] = ()
    ) -> int:
        """A queued job and its check run."""
        run = self.get(run_id)
        check = checks.create(
            self._forge,
            self._forge.repository(run["repo"]),
            {"name": name, "head_sha": run["head_sha"], "status": "queued"},
            app_id=ACTIONS_APP_ID,
        )
        waiting = [
            {"name": step, "status": "queued", "conclusion": None, "number": n} for n, step in enumerate(steps, 1)
        ]
        job = {"id": check["id"], "run_id": run_id, "name": name, "labels": list(labels), "steps": waiting}
        moment = clock.stamp()
        job.update(status="queued", conclusion=None, created_at=moment, started_at=moment, completed_at=None)
        self._forge.store.add("job", run["repo"], job)
        return int(check["id"])

    def start_job(self, job_id: int) -> None:
        """The job has a runner."""
        self._update_job(job_id, status="in_progress", started_at=clock.stamp())

    def finish_job(self, job_id: int, conclusion: str) -> None:
        """The job has ended: success, failure, cancelled, skipped or timed_out."""
        self._update_job(job_id, status="completed", conclusion=conclusion, completed_at=clock.stamp())

    def _update_job(self, job_id: int, **changes: object) -> None:
        job = self.job(job_id)
        job.update(changes)
        self._forge.store.save("job", job)
        allowed = {key: value for key, value in changes.items() if key != "steps"}
        checks.update(self._forge, self._forge.repository(job["repo"]), job_id, allowed, app_id=ACTIONS_APP_ID)

    def set_steps(self, job_id: int, steps: list[Document]) -> None:
        """The job's steps as they now stand."""
        job = self.job(job_id)
        job["steps"] = steps
        self._forge.store.save("job", job)

    def annotate(self, job_id: int, annotations: list[Document]) -> None:
        """Add annotations to the job's check run."""
        repository = self._forge.repository(self.job(job_id)["repo"])
        changes = {"output": {"annotations": annotations}}
        checks.update(self._forge, repository, job_id, changes, app_id=ACTIONS_APP_ID)

    def append_log(self, job_id: int, text: str) -> None:
        """Make the job's log longer; readers see it at once."""
        with self.log_path(job_id).open("a", encoding="utf-8") as log:
            log.write(text)

    def log_path(self, job_id: int) -> Path:
        """The file of the job's log; it is not there before the first line."""
        return self._logs / f"{job_id}.log"

    def log_key(self, job_id: int) -> str:
        """What stands in a log's address instead of a token: it opens this one log."""
        return f"{job_id}-{hmac.new(self._secret, str(job_id).encode(), 'sha256').hexdigest()[:32]}"

    def log_of(self, key: str) -> str | None:
        """The text of the log that a key opens, as far as it has come; None for a wrong key."""
        job_id = key.partition("-")[0]
        if not job_id.isdigit() or not hmac.compare_digest(self.log_key(int(job_id)).encode(), key.encode()):
            return None
        path = self.log_path(int(job_id))
        return path.read_text("utf-8", "replace") if path.exists() else None

    def issue_token(self, run_id: int, permissions: Mapping[str, str]) -> str:
        """The run's own token (`GITHUB_TOKEN`): its repository, these permissions."""
        bot = self._forge.accounts.actions_bot()
        repository = self.get(run_id)["repo"]
        text, _ = self._forge.accounts.issue(user=bot, permissions=permissions, repositories=[repository])
        return text

    def revoke_token(self, token: str) -> None:
        """The run is over, so is its token."""
        self._forge.accounts.revoke(token)

    def workflow_id(self, repository: str, path: str) -> int:
        """The id of a workflow file, given at first sight."""
        for workflow in self._forge.store.all("workflow", repository):
            if workflow["path"] == path:
                return int(workflow["id"])
        moment = clock.stamp()
        return int(self._forge.store.add("workflow", repository, {"path": path, "created_at": moment})["id"])

    def _announce(self, run: Document, action: str) -> None:
        payload = {"action": action, "workflow_run": workflows.run(self._forge, run)}
        actor = self._forge.accounts.by_id(run["actor"])
        announce(self._forge, "workflow_run", run["repo"], payload, actor)
