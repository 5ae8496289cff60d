"""What was seen of a commit of the default branch when its release is made: who asked, who approved, who merged."""

from __future__ import annotations

from typing import TypedDict

from codegen import ModuleName
from controller.core.approval import Authority, judge_approval, requester_of
from controller.core.configuration import ApprovalScope
from controller.core.ledger.state import Approval, CommitEvidence
from controller.core.model import MainCommit, Proposal, Sha
from controller.core.sentences import needs_no_approval, not_what_was_approved, pushed_without_proposal
from controller.core.trailers import REASON


class _DeltaFields(TypedDict):
    changes_modules: bool
    added: tuple[ModuleName, ...]
    removed: tuple[ModuleName, ...]
    changed: tuple[ModuleName, ...]
    reverts: Sha | None


def gather(commit: MainCommit, proposal: Proposal | None, authority: Authority) -> CommitEvidence:
    """
    Judges one commit by the proposal whose merge made it.

    Merged is no evidence of approved: a merge can be forced. The approval counts only if what arrived on the default
    branch is what was approved, which the fingerprint tells.
    """
    if proposal is None:
        return _without_proposal(commit, authority)
    verdict = judge_approval(proposal, authority)
    kind, detail = verdict.kind, verdict.detail
    facts = proposal.facts
    if verdict.is_given and facts is not None and commit.changes_modules and facts.fingerprint != commit.fingerprint:
        kind, detail = Approval.MISSING, not_what_was_approved()
    return CommitEvidence(
        commit=commit.sha,
        approval=kind,
        detail=detail,
        proposal=proposal.number,
        head=proposal.forge.head,
        fingerprint=commit.fingerprint,
        requested_by=requester_of(proposal),
        reason=facts.trailers.get(REASON, "") if facts is not None else "",
        reviews=verdict.reviews if kind is verdict.kind else (),
        merged_by=proposal.forge.merged_by,
        **_delta_of(commit),
    )


def _without_proposal(commit: MainCommit, authority: Authority) -> CommitEvidence:
    judged = commit.touches_composition or authority.configuration.approval_scope is ApprovalScope.EVERY_COMMIT
    kind = Approval.MISSING if judged else Approval.NOT_NEEDED
    detail = pushed_without_proposal(commit.author) if judged else needs_no_approval()
    return CommitEvidence(
        commit=commit.sha, approval=kind, detail=detail, fingerprint=commit.fingerprint, **_delta_of(commit)
    )


def adopted(commit: MainCommit, detail: str) -> CommitEvidence:
    """The evidence of a commit that a person adopted as an environment's first release."""
    return CommitEvidence(commit=commit.sha, approval=Approval.ADOPTED, detail=detail, **_delta_of(commit))


def _delta_of(commit: MainCommit) -> _DeltaFields:
    return {
        "changes_modules": commit.changes_modules,
        "added": tuple(entry.slug for entry in commit.delta.added),
        "removed": tuple(entry.slug for entry in commit.delta.removed),
        "changed": tuple(after.slug for _, after in commit.delta.changed),
        "reverts": commit.reverts,
    }
