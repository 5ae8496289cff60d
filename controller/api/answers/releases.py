"""Releases with their evidence."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from controller.api.answers.shapes import Answer, Page, login_of
from controller.core.ledger.state import Approval, LedgerState
from controller.core.ledger.state import CommitEvidence as Evidence
from controller.core.ledger.state import Release as Recorded
from controller.showing.releases import Difference, ModuleChange


class CommitEvidence(Answer):
    """What was seen of one commit of the default branch when its release was made."""

    commit: str
    proposal: int | None
    approval: Approval
    detail: str
    requested_by: str | None
    reason: str
    reviewers: list[str]
    merged_by: str | None
    added: list[str]
    removed: list[str]
    changed: list[str]
    reverts: str | None

    @classmethod
    def of(cls, found: Evidence) -> CommitEvidence:
        """The ledger's evidence."""
        return cls(
            commit=found.commit,
            proposal=found.proposal,
            approval=found.approval,
            detail=found.detail,
            requested_by=login_of(found.requested_by),
            reason=found.reason,
            reviewers=[review.reviewer.login for review in found.reviews],
            merged_by=login_of(found.merged_by),
            added=list(found.added),
            removed=list(found.removed),
            changed=list(found.changed),
            reverts=found.reverts,
        )


class Release(Answer):
    """A commit of the default branch with the image of its input tree, the evidence for it, and where it runs."""

    id: str = Field(examples=["rel_20260301T120000Z_0123456789ab"])
    commit: str
    input_tree: str
    digest: str
    manifest_hash: str
    modules: list[str]
    created_at: datetime
    build: str | None
    reused_from: str | None = Field(description="The release whose image it is, where nothing had to be built.")
    environments: list[str] = Field(description="The environments that should run it.")
    image_retained: bool | None = Field(
        description="Whether its image can be pulled, as last heard; null where that is not known, which is not gone."
    )
    commits: list[CommitEvidence]

    @classmethod
    def of(cls, found: Recorded, ledger: LedgerState, *, is_retained: bool | None) -> Release:
        """The ledger's release."""
        return cls(
            id=found.id,
            commit=found.commit,
            input_tree=found.input_tree,
            digest=found.digest,
            manifest_hash=found.manifest_hash,
            modules=list(found.modules),
            created_at=found.created_at,
            build=found.build,
            reused_from=found.reused_from,
            environments=[state.name for state in ledger.environments.values() if state.release == found.id],
            image_retained=is_retained,
            commits=[CommitEvidence.of(evidence) for evidence in found.commits],
        )


class Releases(Page[Release]):
    """Releases, the newest first."""


class ChangedModule(Answer):
    """A module that two releases have differently."""

    module: str
    version_before: str
    version_after: str
    features_added: list[str]
    features_removed: list[str]
    others: list[str] = Field(description="Further keys of the manifest that differ.")

    @classmethod
    def of(cls, found: ModuleChange) -> ChangedModule:
        """What differs."""
        return cls(
            module=found.module,
            version_before=found.version_before,
            version_after=found.version_after,
            features_added=list(found.features_added),
            features_removed=list(found.features_removed),
            others=list(found.others),
        )


class CommitBetween(Answer):
    """A commit of the default branch between two releases."""

    commit: str
    subject: str
    at: datetime


class ReleaseDiff(Answer):
    """What one has to do to get from `before` to `after`, in modules. `commits` are those between, oldest first."""

    before: str
    after: str
    is_forward: bool = Field(description="Whether `after` is the newer one.")
    added: list[str]
    removed: list[str]
    changed: list[ChangedModule]
    commits: list[CommitBetween]

    @classmethod
    def of(cls, found: Difference) -> ReleaseDiff:
        """The difference."""
        return cls(
            before=found.before.id,
            after=found.after.id,
            is_forward=found.is_forward,
            added=[entry.slug for entry in found.added],
            removed=[entry.slug for entry in found.removed],
            changed=[ChangedModule.of(change) for change in found.changed],
            commits=[CommitBetween(commit=c.sha, subject=c.subject, at=c.committed_at) for c in found.commits],
        )
