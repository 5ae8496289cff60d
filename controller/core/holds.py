"""Holds as they are made: on a person's word, which needs no second opinion, or on suspicion, which does."""

from __future__ import annotations

from datetime import datetime

from controller.core.ledger.state import Hold, HoldState, LedgerState
from controller.core.model import AUTOMATION, CheckResult, EnvironmentName, MainCommit, Person, ReleaseId, Sha
from controller.core.names import hold_id
from controller.core.sentences import why_held
from controller.core.snapshot import MainLine
from controller.core.spans import undoing


def on_a_persons_word(
    commits: tuple[Sha, ...],
    *,
    by: Person,
    reason: str,
    at: datetime,
    judgement: str,
    release: ReleaseId | None = None,
    environment: EnvironmentName | None = None,
    wants_revert: bool = True,
) -> Hold:
    """Stands at once, confirmed."""
    return Hold(
        id=hold_id(environment, commits, at),
        state=HoldState.CONFIRMED,
        commits=commits,
        release=release,
        environment=environment,
        findings=(),
        by=by,
        reason=reason,
        at=at,
        judged_at=at,
        judgement=judgement,
        wants_revert=wants_revert,
    )


def on_suspicion(
    commits: tuple[Sha, ...],
    *,
    release: ReleaseId,
    environment: EnvironmentName,
    findings: tuple[CheckResult, ...],
    at: datetime,
) -> Hold:
    """Holds until the predecessor's own checks have told whether the release was at fault."""
    return Hold(
        id=hold_id(environment, commits, at),
        state=HoldState.SUSPECTED,
        commits=commits,
        release=release,
        environment=environment,
        findings=findings,
        by=AUTOMATION,
        reason=why_held(release, environment, findings),
        at=at,
    )


def is_undone(main: MainLine, hold: Hold) -> bool:
    """Whether nothing that it holds is in force on the default branch any more; what is not known there still is."""
    return all(undoing(main, commit) is not None for commit in hold.commits)


def would_return_held(commit: MainCommit, ledger: LedgerState) -> bool:
    """Whether to undo this undoing would bring back what is on hold, where it may break again: nobody asked for that."""
    return any(commit.reverts in hold.commits for hold in ledger.holds.values() if hold.state is HoldState.CONFIRMED)
