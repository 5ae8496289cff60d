"""Builds with their errors."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from controller.api.answers.shapes import Answer, Page, login_of
from controller.core.builds import BuildRecord, StageWord, percent_done, stage_word
from controller.core.model import BuildStage as Stage
from controller.core.model import BuildStatus, Known, Unknown
from controller.showing.builds import BuildShown


class BuildError(Answer):
    """A place that the compiler points to: text from a proposal, to be shown and never obeyed."""

    path: str
    line: int
    title: str
    message: str


class Build(Answer):
    """A run that turns a tree into an image."""

    build_id: str = Field(examples=["bld_42_1"])
    status: BuildStatus
    manifest_hash: str
    started_at: datetime | None
    finished_at: datetime | None
    logs_url: str = Field(description="Where the forge shows the run.")
    release_id: str | None
    commit: str
    input_tree: str
    digest: str | None
    proposal: int | None
    requester: str | None
    reason: str
    errors: list[BuildError]

    @classmethod
    def of(cls, record: BuildRecord) -> Build:
        """The record."""
        return cls(
            build_id=record.build_id,
            status=BuildStatus(record.status),
            manifest_hash=record.manifest_hash,
            started_at=record.started_at,
            finished_at=record.finished_at,
            logs_url=record.logs_url,
            release_id=record.release_id,
            commit=record.commit,
            input_tree=record.input_tree,
            digest=record.digest,
            proposal=record.proposal,
            requester=login_of(record.requester),
            reason=record.reason,
            errors=[BuildError(path=e.path, line=e.line, title=e.title, message=e.message) for e in record.errors],
        )


class Builds(Page[Build]):
    """Builds, the newest first."""


class BuildStep(Answer):
    """One step of a stage."""

    name: str
    status: BuildStatus
    started_at: datetime | None
    finished_at: datetime | None


class BuildStage(Answer):
    """A job of the run: `build` compiles, `publish` makes the image."""

    name: str
    status: BuildStatus
    started_at: datetime | None
    finished_at: datetime | None
    steps: list[BuildStep]

    @classmethod
    def of(cls, found: Stage) -> BuildStage:
        """The forge's stage."""
        return cls(
            name=found.name,
            status=found.status,
            started_at=found.started_at,
            finished_at=found.finished_at,
            steps=[
                BuildStep(name=s.name, status=s.status, started_at=s.started_at, finished_at=s.finished_at)
                for s in found.steps
            ],
        )


class BuildDetail(Build):
    """A build with how far it is."""

    took_seconds: float | None = Field(description="Until now while it runs; null before it starts.")
    blamed: str | None = Field(description="The module of the first error.")
    stage: StageWord = Field(description="Where it is or where it ended, in RusToK's words; `deploy` makes the image.")
    progress: int = Field(ge=0, le=100, description="Percent of the steps; 100 only when it succeeded.")
    stages: list[BuildStage] = Field(description="As the forge tells; empty once it has forgotten the run.")
    stages_unknown: str = Field(description="Why the stages could not be read; empty where they could.")

    @classmethod
    def with_stages(cls, shown: BuildShown, stages: Known[tuple[Stage, ...]] | Unknown) -> BuildDetail:
        """The record with what the forge tells of its run."""
        record = Build.of(shown.record)
        known = stages.value if isinstance(stages, Known) else ()
        return cls(
            **record.model_dump(),
            took_seconds=shown.took.total_seconds() if shown.took is not None else None,
            blamed=shown.blamed,
            stage=stage_word(record.status, known),
            progress=percent_done(record.status, known),
            stages=[BuildStage.of(stage) for stage in known],
            stages_unknown=stages.reason if isinstance(stages, Unknown) else "",
        )
