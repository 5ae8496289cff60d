"""What the default branch tells, with the evidence that the ledger's releases keep of each commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from codegen import ModuleName, Sentence
from controller.core.audit.entries import AuditEntry, Deed
from controller.core.ledger.state import Approval, CommitEvidence, Hold
from controller.core.model import HoldId, Sha
from controller.core.sentences import approval_told, reason_told
from controller.core.trailers import CHANGE, REASON, REQUESTED_BY, REVIEWED_HEAD, parse_person

_NO_HOLDS: Mapping[HoldId, Hold] = {}


@dataclass(frozen=True)
class AuditCommit:
    """A first-parent commit of the default branch. `modules` are those that it brought, took out or changed."""

    sha: Sha
    at: datetime
    author: str
    subject: str
    trailers: Mapping[str, str] = field(default_factory=dict)
    reverts: Sha | None = None
    modules: tuple[ModuleName, ...] = ()


def tell_commit(
    commit: AuditCommit, evidence: CommitEvidence | None, holds: Mapping[HoldId, Hold] = _NO_HOLDS
) -> AuditEntry:
    """
    The commit as an entry: who asked, who approved, who merged, as far as anything proves it.

    `holds` are those whose words automation asks with.
    """
    why = (evidence.reason if evidence is not None else "") or commit.trailers.get(REASON, "")
    return AuditEntry(
        at=commit.at,
        deed=_deed(commit, evidence),
        who=_who(commit, evidence),
        what=_what(commit, evidence),
        why=reason_told(why, holds),
        proof=(f"commit {commit.sha}", *_proof(evidence)),
        commit=commit.sha,
        modules=commit.modules,
    )


def _deed(commit: AuditCommit, evidence: CommitEvidence | None) -> Deed:
    if commit.reverts is not None:
        return Deed.REVERTED
    merged = evidence.proposal is not None if evidence is not None else REVIEWED_HEAD in commit.trailers
    return Deed.MERGED if merged else Deed.PUSHED


def _who(commit: AuditCommit, evidence: CommitEvidence | None) -> str:
    """Who asked; where nobody is known to have, whose name the commit carries."""
    if evidence is not None and evidence.requested_by is not None:
        return evidence.requested_by.login
    person = parse_person(commit.trailers.get(REQUESTED_BY, "")) if CHANGE in commit.trailers else None
    return person.login if person is not None else commit.author


def _what(commit: AuditCommit, evidence: CommitEvidence | None) -> str:
    parts = [Sentence(commit.subject)]
    if commit.reverts is not None:
        parts.append(Sentence("takes out {commit}", commit=commit.reverts[:12]))
    if evidence is not None:
        parts.append(_approval(evidence))
        if evidence.merged_by is not None:
            parts.append(Sentence("merged by {who}", who=evidence.merged_by.login))
    return Sentence.joined(parts)


def _approval(evidence: CommitEvidence) -> Sentence:
    detail = approval_told(evidence)
    if evidence.approval is Approval.SELF_APPROVED:
        return Sentence("self-approved: {detail}", detail=detail)
    if evidence.approval is Approval.MISSING:
        return Sentence("not approved: {detail}", detail=detail)
    if evidence.approval is Approval.INVERSE:
        return Sentence("approved by the platform's rule: {detail}", detail=detail)
    if evidence.approval is Approval.NOT_NEEDED:
        return Sentence("needs no approval: {detail}", detail=detail)
    return detail if isinstance(detail, Sentence) else Sentence(detail)


def _proof(evidence: CommitEvidence | None) -> tuple[str, ...]:
    if evidence is None:
        return ()
    proposal = (f"proposal #{evidence.proposal}",) if evidence.proposal is not None else ()
    reviews = tuple(f"review {r.id} by {r.reviewer.login} on {r.head[:12]}" for r in evidence.reviews)
    return (*proposal, *reviews)
