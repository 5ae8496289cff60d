"""Builds with their errors."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from controller.api.answers.shapes import Answer, Page, login_of
from controller.core.builds import BuildRecord
from controller.core.model import BuildStatus


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
