"""The image workflow: its runs as builds, their logs, starting and stopping one."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import requests

from controller.adapters.github import errors, runs
from controller.adapters.github.client import Client
from controller.adapters.github.conditional import ConditionalReader
from controller.adapters.github.names import branch_name, commit_id, number, workflow_file
from controller.core.errors import Conflict, Terminal, Transient
from controller.core.model import BranchName, Build, BuildId, BuildStage, BuildStatus, Person, Sha, TreeId

_MOST_LOG = 64 * 1024 * 1024
_LOOKS_FOR_RUN = 5
_BETWEEN_LOOKS = 0.5
"""Seconds. A dispatched run appears in the list after a moment."""


class Builds:
    """Reads and starts runs of one workflow file."""

    def __init__(
        self,
        client: Client,
        reader: ConditionalReader,
        *,
        workflow: str,
        default_branch: BranchName,
        bot: Callable[[], Person],
    ) -> None:
        self._client = client
        self._reader = reader
        self._workflow = workflow_file(workflow)
        self._branch = branch_name(default_branch)
        self._bot = bot
        self._path = f"{client.repository.path}/actions"
        self._ended: dict[BuildId, Build] = {}
        self._dispatched: set[int] = set()
        self._last: tuple[tuple[runs.Run, ...], tuple[Build, ...]] | None = None

    def listed(self) -> tuple[Build, ...]:
        """The hundred newest builds, newest first; one that was just dispatched is there before the forge lists it."""
        path = f"{self._path}/workflows/{self._workflow}/runs"
        parameters = {"event": "workflow_dispatch", "branch": self._branch, "per_page": 100}
        found = self._reader.one(path, runs.runs, parameters=parameters)
        if self._last is not None and self._last[0] is found and not self._dispatched:
            return self._last[1]
        builds = tuple(self._judged(run) for run in found if self._is_ours(run))
        unlisted = self._unlisted({run.build.run for run in found})
        whole = tuple(sorted((*unlisted, *builds), key=lambda build: build.run, reverse=True))
        is_final = not any(build.status is BuildStatus.SUCCEEDED and build.digest is None for build in builds)
        self._last = (found, whole) if is_final else None
        return whole

    def dispatch(self, *, commit: Sha, input_tree: TreeId) -> Build:
        """Starts a build, unless one for that tree is queued or running. Looks again where no answer came."""
        known = self.listed()
        waiting = _waiting_for(input_tree, known)
        if waiting is not None:
            return waiting
        try:
            run = self._started(commit=commit, input_tree=input_tree)
        except Conflict:
            raise
        except Transient:
            return self._appeared(input_tree, known)
        return self._appeared(input_tree, known) if run is None else self._by_number(run)

    def cancel(self, build: BuildId) -> None:
        """Asks the run to stop; nothing where it has ended."""
        run, _attempt = _numbers(build)
        try:
            self._client.write("POST", f"{self._path}/runs/{number(run)}/cancel")
        except (Conflict, Transient):
            found = self._reader.one(f"{self._path}/runs/{number(run)}", runs.run)
            if found is None or not found.build.status.has_ended:
                raise

    def log(self, build: BuildId, *, offset: int) -> bytes:
        """
        The log of its jobs one after the other, from that byte on.

        A job's text is followed by the next one's only when it will not grow any more, so that an offset stays true.
        """
        run, _attempt = _numbers(build)
        text = b""
        for job in self._reader.all(f"{self._path}/runs/{number(run)}/jobs", runs.jobs):
            text += self._log_of(job)
            if not job.is_completed or len(text) > _MOST_LOG:
                break
        return text[max(0, offset) : _MOST_LOG]

    def stages(self, build: BuildId) -> tuple[BuildStage, ...]:
        """Its jobs with their steps and times; none of a run that the forge does not have any more."""
        run, _attempt = _numbers(build)
        try:
            jobs = self._reader.all(f"{self._path}/runs/{number(run)}/jobs", runs.jobs)
        except Terminal as error:
            if error.reason != errors.NOT_FOUND:
                raise
            return ()
        return tuple(job.stage for job in jobs)

    def _unlisted(self, listed: set[int]) -> list[Build]:
        """Builds that were dispatched a moment ago, asked one by one until the forge's list has them."""
        self._dispatched -= listed
        found = (self._reader.one(f"{self._path}/runs/{number(run)}", runs.run) for run in sorted(self._dispatched))
        return [self._judged(run) for run in found if run is not None]

    def _is_ours(self, run: runs.Run) -> bool:
        return (
            run.path == f".github/workflows/{self._workflow}"
            and run.event == "workflow_dispatch"
            and run.branch == self._branch
            and run.actor.id is not None
            and run.actor.id == self._bot().id
        )

    def _judged(self, run: runs.Run) -> Build:
        """The build with what its jobs said; an ended one is asked once."""
        build = run.build
        if not build.status.has_ended:
            return build
        if build.id not in self._ended:
            judged = self._with_notes(build)
            if judged.status is BuildStatus.SUCCEEDED and judged.digest is None:
                return judged
            self._ended[build.id] = judged
        return self._ended[build.id]

    def _with_notes(self, build: Build) -> Build:
        if build.status is BuildStatus.CANCELLED:
            return build
        jobs = self._reader.all(f"{self._path}/runs/{number(build.run)}/jobs", runs.jobs)
        if build.status is BuildStatus.FAILED:
            return runs.with_errors(build, tuple(note for job in jobs for note in self._notes(job)))
        publishing = [job for job in jobs if job.role == "publish"]
        return runs.with_digest(build, self._notes(publishing[0])) if len(publishing) == 1 else build

    def _notes(self, job: runs.Job) -> tuple[runs.Note, ...]:
        path = f"{self._client.repository.path}/check-runs/{number(job.check_run)}/annotations"
        return self._reader.all(path, runs.notes)

    def _started(self, *, commit: Sha, input_tree: TreeId) -> int | None:
        """Dispatches; the run's number, where the forge says it."""
        body = {
            "ref": self._branch,
            "inputs": {"commit": commit_id(commit), "input_tree": commit_id(input_tree)},
            "return_run_details": True,
        }
        told = self._client.write("POST", f"{self._path}/workflows/{self._workflow}/dispatches", body)
        run = told.get("workflow_run_id") if isinstance(told, dict) else None
        return run if isinstance(run, int) and run > 0 else None

    def _by_number(self, run: int) -> Build:
        found = self._reader.one(f"{self._path}/runs/{number(run)}", runs.run)
        if found is None:
            raise errors.strange("its name is not `<input tree> <commit>`", what=f"run {run}")
        self._dispatched.add(run)
        return self._judged(found)

    def _appeared(self, input_tree: TreeId, known: tuple[Build, ...]) -> Build:
        """The run that was not known before. `Transient` where it does not appear: the next pass looks first, too."""
        before = {build.run for build in known}
        for look in range(_LOOKS_FOR_RUN):
            time.sleep(_BETWEEN_LOOKS if look else 0)
            fresh = [build for build in self.listed() if build.run not in before and build.input_tree == input_tree]
            if fresh:
                return fresh[0]
        raise Transient(f"a build for {input_tree} was asked for and is not listed yet")

    def _log_of(self, job: runs.Job) -> bytes:
        path = f"{self._path}/jobs/{number(job.id)}/logs"
        try:
            answer = self._client.get(path)
        except Terminal as error:
            if error.reason == errors.NOT_FOUND:
                return b""  # a job that has not begun has no log
            raise
        if answer.status == 302:
            return _downloaded(answer.headers.get("location", ""), api=self._client.api)
        return answer.text.encode()


def _waiting_for(input_tree: TreeId, builds: tuple[Build, ...]) -> Build | None:
    matching = (build for build in builds if build.input_tree == input_tree and not build.status.has_ended)
    return next(matching, None)


def _downloaded(location: str, *, api: str) -> bytes:
    """A log from where the forge keeps it, without our token: that address is signed, and another host's."""
    parts = urlsplit(location)
    if parts.scheme != "https" and parts.netloc != urlsplit(api).netloc:
        raise errors.strange("the address is neither https nor the forge's own", what="a log")
    try:
        with requests.get(location, timeout=(5, 30), stream=True, allow_redirects=False) as answer:
            if answer.status_code == 404:
                return b""
            if answer.status_code != 200:
                raise errors.strange(f"status {answer.status_code}", what="a log")
            return answer.raw.read(_MOST_LOG, decode_content=True)
    except requests.RequestException as error:
        raise errors.unanswered(error, what="a log") from error


def _numbers(build: BuildId) -> tuple[int, int]:
    try:
        return runs.numbers(build)
    except ValueError as error:
        raise Terminal(errors.NOT_FOUND, str(error)) from error
