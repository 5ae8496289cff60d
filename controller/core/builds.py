"""A build's record, as it is kept in git."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from controller.core.ledger.documents import dump, load
from controller.core.model import (
    Annotation,
    Build,
    BuildId,
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
