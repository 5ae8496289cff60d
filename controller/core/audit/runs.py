"""What the builds' records tell: also of what never became a release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from codegen import ModuleName, Sentence
from controller.core.audit.entries import AuditEntry, Deed
from controller.core.builds import BuildRecord, record_path
from controller.core.errors import Terminal
from controller.core.model import AUTOMATION, BuildStatus
from controller.core.requests import parse

_DEEDS = {BuildStatus.SUCCEEDED: Deed.BUILT, BuildStatus.FAILED: Deed.BUILD_FAILED}


@dataclass(frozen=True)
class BuildTold:
    """A record with the moment at which it was written, which counts where the run named none."""

    record: BuildRecord
    recorded_at: datetime


def tell_build(told: BuildTold) -> AuditEntry:
    """The run as an entry, with the first thing that the compiler said."""
    record = told.record
    deed = _DEEDS.get(BuildStatus(record.status), Deed.BUILD_CANCELLED)
    return AuditEntry(
        at=record.finished_at or told.recorded_at,
        deed=deed,
        who=record.requester.login if record.requester is not None else AUTOMATION.login,
        what=_what(record, deed),
        why=record.reason,
        proof=_proof(record),
        commit=record.commit,
        modules=_modules(record),
    )


def _what(record: BuildRecord, deed: Deed) -> str:
    said = _ended(record, deed)
    if record.errors:
        error = record.errors[0]
        text = f"{error.title}: {error.path}:{error.line}: {error.message}"
        return Sentence("{what}: {found}", what=said, found=Sentence(text))
    return Sentence("{what}: {found}", what=said, found=record.digest) if record.digest is not None else said


def _ended(record: BuildRecord, deed: Deed) -> Sentence:
    commit = record.commit[:12]
    of = Sentence("{commit} ({change})", commit=commit, change=Sentence(record.change)) if record.change else commit
    if deed is Deed.BUILT:
        return Sentence("{build} of {commit} built", build=record.build_id, commit=of)
    if deed is Deed.BUILD_FAILED:
        return Sentence("{build} of {commit} failed", build=record.build_id, commit=of)
    return Sentence("{build} of {commit} was cancelled", build=record.build_id, commit=of)


def _proof(record: BuildRecord) -> tuple[str, ...]:
    path = record_path(record.build_id)
    proposal = (f"proposal #{record.proposal}",) if record.proposal is not None else ()
    return (f"record {path}.yaml", f"log {path}.log", f"run {record.logs_url}", *proposal)


def _modules(record: BuildRecord) -> tuple[ModuleName, ...]:
    """The modules that the request names; a request that cannot be read any more names none."""
    if not record.change:
        return ()
    try:
        request = parse(record.change, requested_by=record.requester or AUTOMATION, reason=record.reason)
    except Terminal:
        return ()
    return tuple(dict.fromkeys(change.module for change in request.changes))
