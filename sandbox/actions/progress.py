"""What act says becomes what the forge shows: jobs, steps, logs, annotations, while they happen."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from sandbox.actions.act import Line, annotation
from sandbox.actions.planning import PlannedJob

_SET_UP, _COMPLETE = "--setup-job", "--complete-job"
_GROUPS = {"group": "##[group]", "endgroup": "##[endgroup]", "debug": "##[debug]"}


class Records(Protocol):
    """The part of the forge's records of runs that a run in progress writes."""

    def add_job(self, run_id: int, *, name: str, labels: Sequence[str] = ..., steps: Sequence[str] = ...) -> int:
        """A queued job; its id."""

    def start_job(self, job_id: int) -> None:
        """The job has begun."""

    def set_steps(self, job_id: int, steps: list[dict[str, Any]]) -> None:
        """The job's steps as they now stand."""

    def append_log(self, job_id: int, text: str) -> None:
        """More of the job's log."""

    def annotate(self, job_id: int, annotations: list[dict[str, Any]]) -> None:
        """More annotations."""

    def finish_job(self, job_id: int, conclusion: str) -> None:
        """The job has ended."""


class RunProgress:
    """The jobs of a run, found by the names that act gives them."""

    def __init__(self, records: Records, run_id: int, planned: Sequence[PlannedJob]) -> None:
        self._records = records
        self._run_id = run_id
        self._is_cancelled = False
        self._planned = {each.act_name: each for each in planned}
        self._jobs = {each.act_name: self._add(each, each.name) for each in planned if not each.job.has_matrix}

    def take(self, line: Line, *, now: datetime) -> None:
        """Notes a line at the moment of its arrival (act's own times have whole seconds)."""
        job = self._find(line)
        if job is not None:
            job.take(line, now=now)
            if line.job_result is not None:
                failed = line.job_result != "success"
                job.finish("cancelled" if failed and self._is_cancelled else line.job_result)

    def next_deadline(self) -> datetime | None:
        """When the first of the running jobs will have had its time."""
        return min((job.deadline for job in self._running() if job.deadline), default=None)

    def time_out(self, now: datetime) -> None:
        """Ends the jobs whose time is over, as GitHub words it."""
        for job in self._running():
            if job.deadline is not None and job.deadline <= now:
                minutes = job.planned.job.timeout.total_seconds() / 60
                job.complain(f"The job has exceeded the maximum execution time of {minutes:g} minutes")
                job.finish("timed_out")

    def end(self, conclusion: str) -> None:
        """act is gone: what was still running ends like this; what never began had no steps, and the forge skips it."""
        for job in self._running():
            job.finish(conclusion)
        for job in self._jobs.values():
            if job.conclusion is None:
                job.clear_steps()

    def cancel(self) -> None:
        """From now on a job that fails does so because the run was cancelled."""
        self._is_cancelled = True

    def conclusions(self) -> list[str]:
        """How the jobs ended that ended; a failure that the job may continue on counts as success."""
        ended = [job for job in self._jobs.values() if job.conclusion is not None]
        return ["success" if job.planned.job.continues_on_error else str(job.conclusion) for job in ended]

    def _running(self) -> list["JobProgress"]:
        return [job for job in self._jobs.values() if job.is_running()]

    def _add(self, planned: PlannedJob, name: str) -> "JobProgress":
        steps = ["Set up job", *(step.name for step in planned.job.steps), "Complete job"]
        job_id = self._records.add_job(self._run_id, name=name, labels=planned.job.labels, steps=steps)
        return JobProgress(self._records, job_id, planned)

    def _find(self, line: Line) -> "JobProgress | None":
        if line.job in self._jobs:
            return self._jobs[line.job]
        planned = self._planned.get(line.job) or self._planned.get(re.sub(r"-\d+$", "", line.job))
        if planned is None:
            return None  # the call of a reusable workflow speaks too, but is no job
        values = ", ".join(str(value) for value in line.matrix.values())
        self._jobs[line.job] = self._add(planned, f"{planned.name} ({values})" if values else planned.name)
        return self._jobs[line.job]


class JobProgress:
    """One job: its steps, its log, its end."""

    def __init__(self, records: Records, job_id: int, planned: PlannedJob) -> None:
        self._records = records
        self._id = job_id
        self.planned = planned
        self.conclusion: str | None = None
        self.deadline: datetime | None = None
        keys = [_SET_UP, *(step.key for step in planned.job.steps), _COMPLETE]
        names = ["Set up job", *(step.name for step in planned.job.steps), "Complete job"]
        self._steps = {
            key: _step(number, name) for number, (key, name) in enumerate(zip(keys, names, strict=True), start=1)
        }

    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self.deadline is not None and self.conclusion is None

    def take(self, line: Line, *, now: datetime) -> None:
        """Notes a line of this job."""
        if self.conclusion is not None:
            return
        if self.deadline is None:
            self.deadline = now + self.planned.job.timeout
            self._records.start_job(self._id)
        self._log(line, now)
        self._note_step(line, now)
        if (asked := annotation(line)) is not None:
            self._records.annotate(self._id, [asked])

    def complain(self, message: str) -> None:
        """An annotation of the runner itself, at no line of any file."""
        self._records.annotate(self._id, [runner_annotation(message)])
        self._records.append_log(self._id, _stamped(f"##[error]{message}", datetime.now(UTC)))

    def finish(self, conclusion: str) -> None:
        """Ends the job once, and with it the steps that nobody ended."""
        if self.conclusion is not None:
            return
        self.conclusion = conclusion
        for step in self._steps.values():
            if step["status"] != "completed":
                step.update(status="completed", conclusion="cancelled" if step["started_at"] else "skipped")
        self._records.set_steps(self._id, list(self._steps.values()))
        self._records.finish_job(self._id, conclusion)

    def clear_steps(self) -> None:
        """Takes the announced steps back: the job will not run."""
        self._records.set_steps(self._id, [])

    def _log(self, line: Line, now: datetime) -> None:
        text = _log_text(line)
        if text is not None:
            self._records.append_log(self._id, _stamped(text, now))
        elif line.level == "error" and line.command is None and not line.is_inner:
            self.complain(re.sub(r"^exit status (\d+)$", r"Process completed with exit code \1.", line.message.strip()))

    def _note_step(self, line: Line, now: datetime) -> None:
        step = self._steps.get(line.step_key or "")
        if step is None or line.stage not in ("Main", ""):
            return
        if line.step_result is not None:
            step.update(status="completed", conclusion=line.step_result, completed_at=_moment(now))
            step["started_at"] = step["started_at"] or _moment(now)
        elif step["status"] == "queued" and "Run " in line.message:
            step.update(status="in_progress", started_at=_moment(now))
        else:
            return
        self._records.set_steps(self._id, list(self._steps.values()))


def runner_annotation(message: str) -> dict[str, Any]:
    """An annotation that belongs to no file; GitHub files these under `.github`."""
    place = {"path": ".github", "start_line": 1, "end_line": 1}
    return {**place, "annotation_level": "failure", "title": "", "message": message}


def _log_text(line: Line) -> str | None:
    """The line as GitHub's logs show it; act's own talk is left out."""
    if line.is_output:
        return line.message.rstrip("\n")
    if line.command in ("error", "warning", "notice"):
        return f"##[{line.command}]{line.argument}"
    if line.command in _GROUPS:
        return f"{_GROUPS[line.command]}{line.argument}"
    if line.message.startswith("⭐ Run Main") and line.step_key is not None:
        return f"##[group]Run {line.step}\n##[endgroup]"
    return None


def _stamped(text: str, now: datetime) -> str:
    prefix = now.strftime("%Y-%m-%dT%H:%M:%S.%f0Z ")
    return "".join(f"{prefix}{part}\n" for part in text.split("\n"))


def _step(number: int, name: str) -> dict[str, Any]:
    waiting: Mapping[str, Any] = {"status": "queued", "conclusion": None, "started_at": None, "completed_at": None}
    return {"name": name, "number": number, **waiting}


def _moment(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")
