"""A build's record, as it is kept in git."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from controller.core.ledger.documents import dump, load
from controller.core.model import (
    Annotation,
    Build,
    BuildId,
    BuildStage,
    BuildStatus,
    Digest,
    Person,
    Proposal,
    ProposalNumber,
    ReleaseId,
    Sha,
    TreeId,
)
from controller.core.trailers import ChangeTrailers


@dataclass(frozen=True)
class BuildRecord:
    """The fields of a build service's answer, and what the audit needs beside them."""

    build_id: BuildId
    status: str
    manifest_hash: str
    started_at: datetime | None
    finished_at: datetime | None
    logs_url: str
    release_id: ReleaseId | None
    commit: Sha
    input_tree: TreeId
    digest: Digest | None
    proposal: ProposalNumber | None = None
    requester: Person | None = None
    reason: str = ""
    change: str = ""
    errors: tuple[Annotation, ...] = ()


StageWord = Literal["pending", "checkout", "build", "test", "deploy", "complete"]


def stage_word(status: BuildStatus, stages: Sequence[BuildStage]) -> StageWord:
    """
    How far a run is, in the six words that admin UIs of RusToK know: where it is now, or where it ended.

    Its `deploy` is what is done with the binary: here the image is made, and no environment moves.
    """
    if status is BuildStatus.SUCCEEDED:
        return "complete"
    begun = [stage for stage in stages if stage.started_at is not None and stage.status is not BuildStatus.SUCCEEDED]
    if status is BuildStatus.QUEUED or not begun:
        return "pending"
    if begun[0].name == "publish":
        return "deploy"
    steps = [step.name.lower() for step in begun[0].steps if step.status is not BuildStatus.SUCCEEDED]
    step = steps[0] if steps else ""
    return "checkout" if step.startswith("check out") else "test" if "test" in step else "build"


def percent_done(status: BuildStatus, stages: Sequence[BuildStage]) -> int:
    """The part of the steps that ended well; 100 says that all of it did, and nothing else does."""
    if status is BuildStatus.SUCCEEDED:
        return 100
    steps = [step for stage in stages for step in stage.steps]
    done = [step for step in steps if step.status is BuildStatus.SUCCEEDED]
    return min(99, len(done) * 100 // len(steps)) if steps else 0


def record_path(build: BuildId) -> str:
    """Where a build's files stand on the `builds` branch, without the ending."""
    return f"builds/{build}"


def record_of(build: Build, *, manifest_hash: str, proposal: Proposal | None, release: ReleaseId | None) -> BuildRecord:
    """The record of a run, with who asked for it where it was a proposal's candidate."""
    facts = proposal.facts if proposal is not None else None
    trailers = ChangeTrailers.read(facts.trailers) if facts is not None else None
    return BuildRecord(
        build_id=build.id,
        status=build.status.value,
        manifest_hash=manifest_hash,
        started_at=build.started_at,
        finished_at=build.finished_at,
        logs_url=build.url,
        release_id=release,
        commit=build.commit,
        input_tree=build.input_tree,
        digest=build.digest,
        proposal=proposal.number if proposal is not None else None,
        requester=trailers.requested_by if trailers is not None else None,
        reason=trailers.reason if trailers is not None else "",
        change=trailers.change if trailers is not None else "",
        errors=build.errors,
    )


def write_record(record: BuildRecord) -> bytes:
    """The record as a file."""
    return dump(record)


def read_record(content: bytes) -> BuildRecord:
    """The reverse of `write_record`."""
    return load(content, BuildRecord, path="builds")
