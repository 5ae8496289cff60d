"""What was done to one module, as the releases' evidence has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from codegen import ModuleName
from controller.core.ledger.state import CommitEvidence, LedgerState
from controller.core.model import Person, ProposalNumber, ReleaseId, Sha
from controller.core.sentences import reason_told
from controller.showing.ways import Act


@dataclass(frozen=True)
class Deed:
    """Something that was done to a module: on whose request, why, by which proposal, and since which release it counts."""

    act: Act
    at: datetime
    requested_by: Person | None
    reason: str
    proposal: ProposalNumber | None
    commit: Sha
    release: ReleaseId
    is_undoing: bool


def deeds(module: ModuleName, ledger: LedgerState) -> tuple[Deed, ...]:
    """What was done to a module, the newest first, as the releases' evidence has it."""
    found = [
        Deed(
            act=act,
            at=release.created_at,
            requested_by=evidence.requested_by,
            reason=reason_told(evidence.reason, ledger.holds),
            proposal=evidence.proposal,
            commit=evidence.commit,
            release=release.id,
            is_undoing=evidence.reverts is not None,
        )
        for release in ledger.releases.values()
        for evidence in release.commits
        if (act := _act_on(module, evidence)) is not None
    ]
    return tuple(sorted(found, key=lambda deed: deed.at, reverse=True))


def _act_on(module: ModuleName, evidence: CommitEvidence) -> Act | None:
    if module in evidence.added:
        return "install"
    if module in evidence.removed:
        return "uninstall"
    return "change" if module in evidence.changed else None
