"""Builds as a platform's own admin UI knows them, in RusToK's words."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from controller.api.answers.builds import BuildDetail
from controller.api.answers.changes import ProposalLink
from controller.api.answers.shapes import Answer
from controller.core.builds import StageWord
from controller.core.model import BuildStatus
from controller.operations.request_build import RequestedBuild

StatusWord = Literal["queued", "running", "success", "failed", "cancelled"]


def status_word(status: BuildStatus) -> StatusWord:
    """A build's status, as RusToK's tables have it."""
    match status:
        case BuildStatus.QUEUED:
            return "queued"
        case BuildStatus.RUNNING:
            return "running"
        case BuildStatus.SUCCEEDED:
            return "success"
        case BuildStatus.FAILED:
            return "failed"
        case BuildStatus.CANCELLED:
            return "cancelled"


class AdminBuildRequested(Answer):
    """The build that a request came to."""

    build_id: str = Field(examples=["bld_42_1"])
    status: StatusWord
    proposal: ProposalLink | None = Field(description="The proposal whose candidate it is; null without a change.")
    release_id: str | None = Field(description="The release that has its image already.")

    @classmethod
    def of(cls, found: RequestedBuild, *, web: str) -> AdminBuildRequested:
        """What the request came to."""
        return cls(
            build_id=found.build,
            status=status_word(found.status),
            proposal=ProposalLink.of(found.proposal, web=web) if found.proposal is not None else None,
            release_id=found.release,
        )


class AdminBuild(Answer):
    """A build's record."""

    build_id: str = Field(examples=["bld_42_1"])
    status: StatusWord
    manifest_hash: str
    started_at: datetime | None
    finished_at: datetime | None
    logs_url: str
    release_id: str | None
    stage: StageWord = Field(description="Where it is or where it ended; `deploy` makes the image.")
    progress: int = Field(ge=0, le=100)

    @classmethod
    def of(cls, found: BuildDetail) -> AdminBuild:
        """The record of a build that is known."""
        return cls(
            build_id=found.build_id,
            status=status_word(found.status),
            manifest_hash=found.manifest_hash,
            started_at=found.started_at,
            finished_at=found.finished_at,
            logs_url=found.logs_url,
            release_id=found.release_id,
            stage=found.stage,
            progress=found.progress,
        )


class AdminDeployment(Answer):
    """A build whose release was promoted; done when the environment is seen serving it."""

    build_id: str
    release_id: str
    environment: str


class AdminRollback(Answer):
    """An environment that left the build for an older release."""

    build_id: str
    environment: str
    release_id: str = Field(description="Where it returns to.")
    left: str = Field(description="The release that it leaves.")
    hold: str
