"""
Workflow runs, jobs and annotations of the forge into builds. Pure.

A digest counts only from the annotation of the publish job, in a run of our workflow file, at the default branch,
dispatched by our bot: what a build job writes (artifacts, logs, its own annotations) could be a proposal's doing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from controller.adapters.github import answers
from controller.core.model import Annotation, Build, BuildStage, BuildStatus, BuildStep, Digest, Person, Sha, TreeId
from controller.core.names import build_id

_TITLE = re.compile(r"([0-9a-f]{40}) ([0-9a-f]{40})")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_BUILD_ID = re.compile(r"bld_([1-9][0-9]{0,18})_([1-9][0-9]{0,4})")
_ANNOTATION = "modwright-image"
_MOST_ERRORS = 50
_MOST_MESSAGE = 4000
_MOST_NAME = 120

_WAITING = {"queued", "waiting", "pending", "requested"}
_STOPPED = {"cancelled", "skipped", "stale"}


@dataclass(frozen=True)
class Run:
    """A run as it was listed, with who started it and from which file."""

    build: Build
    path: str
    event: str
    branch: str
    actor: Person


@dataclass(frozen=True)
class Job:
    """A job of a run. `check_run` is where its annotations are."""

    id: int
    name: str
    is_completed: bool
    check_run: int
    stage: BuildStage

    @property
    def role(self) -> str:
        """Its own name."""
        return self.stage.name


@dataclass(frozen=True)
class Note:
    """An annotation with its level."""

    level: str
    at: Annotation


def runs(data: Any) -> tuple[Run, ...]:
    """A page of runs; those whose name is not `<input tree> <commit>` were not dispatched by us."""
    found = (run(item) for item in data["workflow_runs"])
    return tuple(item for item in found if item is not None)


def run(data: Any) -> Run | None:
    """One run, `None` where its name is not ours."""
    title = _TITLE.fullmatch(str(data.get("display_title") or ""))
    if title is None:
        return None
    return Run(
        build=_build(data, input_tree=title.group(1), commit=title.group(2)),
        path=str(data["path"]).partition("@")[0],
        event=str(data["event"]),
        branch=str(data.get("head_branch") or ""),
        actor=answers.person(data["actor"]),
    )


def jobs(data: Any) -> tuple[Job, ...]:
    """A page of jobs."""
    return tuple(_job(item) for item in data["jobs"])


def notes(data: Any) -> tuple[Note, ...]:
    """A page of annotations."""
    return tuple(
        Note(
            level=str(item["annotation_level"]),
            at=Annotation(
                path=str(item["path"]),
                line=int(item["start_line"]),
                title=str(item.get("title") or "")[:255],
                message=str(item.get("message") or "")[:_MOST_MESSAGE],
            ),
        )
        for item in data
    )


def with_digest(build: Build, said: tuple[Note, ...]) -> Build:
    """
    The build with the digest that its publish job named.

    Without any such annotation it stays as it is (the forge may show it later); with one that is not about this tree
    and commit, or with several, the build has failed: something is wrong that waiting does not mend.
    """
    texts = [note.at.message for note in said if note.at.title == _ANNOTATION]
    if not texts:
        return build
    digests = {_digest_in(text, build) for text in texts}
    if len(digests) == 1 and None not in digests:
        return replace(build, digest=digests.pop())
    wrong = Annotation(
        path="",
        line=1,
        title="no usable digest",
        message="the publish job's annotation does not name one digest for this input tree and commit",
    )
    return replace(build, status=BuildStatus.FAILED, digest=None, errors=(wrong,))


def with_errors(build: Build, said: tuple[Note, ...]) -> Build:
    """
    The build with its jobs' failures.

    The runner's own ("exit code 1", at `.github`) count only where nothing else was said.
    """
    failures = [note.at for note in said if note.level == "failure"]
    compiler = [item for item in failures if not item.path.startswith(".github")]
    return replace(build, errors=tuple((compiler or failures)[:_MOST_ERRORS]))


def numbers(build: str) -> tuple[int, int]:
    """Run and attempt of a build's id. Raises `ValueError`."""
    found = _BUILD_ID.fullmatch(build)
    if found is None:
        raise ValueError(f"not a build id: {build[:60]!r}")
    return int(found.group(1)), int(found.group(2))


def _build(data: Any, *, input_tree: str, commit: str) -> Build:
    number, attempt = answers.positive(data["id"]), answers.positive(data.get("run_attempt") or 1)
    status = _status(str(data["status"]), data.get("conclusion"))
    created_at: datetime = answers.certain_moment(data["created_at"])
    return Build(
        id=build_id(number, attempt),
        run=number,
        attempt=attempt,
        input_tree=TreeId(input_tree),
        commit=Sha(commit),
        status=status,
        url=str(data.get("html_url") or ""),
        created_at=created_at,
        started_at=answers.moment(data.get("run_started_at")) if status is not BuildStatus.QUEUED else None,
        finished_at=answers.moment(data.get("updated_at")) if status.has_ended else None,
    )


def _status(status: str, conclusion: str | None) -> BuildStatus:
    if status in _WAITING:
        return BuildStatus.QUEUED
    if status != "completed":
        return BuildStatus.RUNNING
    if conclusion == "success":
        return BuildStatus.SUCCEEDED
    return BuildStatus.CANCELLED if conclusion in _STOPPED else BuildStatus.FAILED


def _job(data: Any) -> Job:
    number = answers.positive(data["id"])
    check_run = str(data.get("check_run_url") or "").rsplit("/", 1)[-1]
    return Job(
        id=number,
        name=str(data["name"]),
        is_completed=data["status"] == "completed",
        check_run=int(check_run) if check_run.isdecimal() else number,
        stage=_stage(data),
    )


def _stage(data: Any) -> BuildStage:
    """A job of a reusable workflow is called `caller / name`."""
    begin, end, status = _times(data)
    return BuildStage(
        name=str(data["name"]).rsplit(" / ", 1)[-1].strip().lower()[:_MOST_NAME],
        status=status,
        started_at=begin,
        finished_at=end,
        steps=tuple(_step(item) for item in data.get("steps") or ()),
    )


def _step(data: Any) -> BuildStep:
    begin, end, status = _times(data)
    return BuildStep(name=str(data["name"])[:_MOST_NAME], status=status, started_at=begin, finished_at=end)


def _times(data: Any) -> tuple[datetime | None, datetime | None, BuildStatus]:
    """What waits has no times, whatever stands there: a job's `started_at` is when it was made until it starts."""
    status = _status(str(data["status"]), data.get("conclusion"))
    if status is BuildStatus.QUEUED:
        return None, None, status
    end = answers.moment(data.get("completed_at")) if status.has_ended else None
    return answers.moment(data.get("started_at")), end, status


def _digest_in(text: str, build: Build) -> Digest | None:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or set(said) != {"digest", "input_tree", "commit"}:
        return None
    if said["input_tree"] != build.input_tree or said["commit"] != build.commit:
        return None
    digest = said["digest"]
    return Digest(digest) if isinstance(digest, str) and _DIGEST.fullmatch(digest) else None
