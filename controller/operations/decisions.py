"""
The decisions that are one ledger commit each: release, promotion, verification, rollback, holds, freezes, words.

Each takes the ledger as it was read and answers it as it was written. None of them decides: who calls has done that.
"""

from __future__ import annotations

from datetime import datetime

from controller.core.ledger import transitions
from controller.core.ledger.state import Admission, Freeze, Hold, HoldState, Override, Release, VerificationState
from controller.core.messages import ledger_message
from controller.core.model import AUTOMATION, CheckResult, EnvironmentName, HoldId, Person, ReleaseId, Sha
from controller.core.moments import told_moment
from controller.core.names import freeze_id
from controller.core.sentences import has_image
from controller.operations.ledger import LedgerView, write_ledger
from controller.operations.platform import Platform


def create_release(platform: Platform, ledger: LedgerView, release: Release) -> LedgerView:
    """Records a release, if its image can still be pulled."""
    message = ledger_message(
        "release", release=release.id, by=AUTOMATION, reason=has_image(release.commit, release.digest)
    )
    return write_ledger(platform, ledger, lambda state: transitions.add_release(state, release), message=message)


def promote(
    platform: Platform,
    ledger: LedgerView,
    environment: EnvironmentName,
    release: ReleaseId,
    *,
    span: tuple[Sha, ...],
    by: Person,
    reason: str,
) -> LedgerView:
    """Moves an environment on to a release."""
    author = transitions.Author(by=by, at=platform.clock(), reason=reason)
    return write_ledger(
        platform,
        ledger,
        lambda state: transitions.promote(state, environment, release, span=span, author=author),
        message=ledger_message("promote", environment=environment, release=release, by=by, reason=reason),
    )


def record_verification(
    platform: Platform,
    ledger: LedgerView,
    environment: EnvironmentName,
    release: ReleaseId,
    *,
    verdict: VerificationState,
    findings: tuple[CheckResult, ...],
) -> LedgerView:
    """Writes what an environment's checks came to."""
    at = platform.clock()
    seen = "; ".join(f"{finding.check}: {finding.seen}" for finding in findings) or "every check passed"
    return write_ledger(
        platform,
        ledger,
        lambda state: transitions.record_verification(
            state, environment, release, verdict=verdict, findings=findings, at=at
        ),
        message=ledger_message(
            f"verification-{verdict.value}", environment=environment, release=release, by=AUTOMATION, reason=seen
        ),
    )


def roll_back(
    platform: Platform,
    ledger: LedgerView,
    environment: EnvironmentName,
    *,
    leaving: ReleaseId,
    to: ReleaseId,
    hold: Hold,
) -> LedgerView:
    """Returns an environment to an older release and puts the hold, in one commit."""
    author = transitions.Author(by=hold.by, at=hold.at, reason=hold.reason)
    return write_ledger(
        platform,
        ledger,
        lambda state: transitions.roll_back(state, environment, leaving=leaving, to=to, hold=hold, author=author),
        message=ledger_message(
            "roll-back",
            environment=environment,
            release=to,
            hold=hold.id,
            by=hold.by,
            reason=hold.reason,
            detail=f"leaves {leaving}",
        ),
    )


def put_hold(platform: Platform, ledger: LedgerView, hold: Hold) -> LedgerView:
    """Puts a hold on commits without moving an environment."""
    return write_ledger(
        platform,
        ledger,
        lambda state: transitions.put_hold(state, hold),
        message=ledger_message("hold", hold=hold.id, release=hold.release, by=hold.by, reason=hold.reason),
    )


def judge_hold(
    platform: Platform, ledger: LedgerView, hold: HoldId, *, verdict: HoldState, judgement: str, by: Person = AUTOMATION
) -> LedgerView:
    """Confirms, clears or lifts a hold."""
    at = platform.clock()
    return write_ledger(
        platform,
        ledger,
        lambda state: transitions.judge_hold(state, hold, verdict, judgement=judgement, at=at),
        message=ledger_message(f"hold-{verdict.value}", hold=hold, by=by, reason=judgement),
    )


def freeze(
    platform: Platform,
    ledger: LedgerView,
    environment: EnvironmentName | None,
    *,
    by: Person,
    reason: str,
    until: datetime | None = None,
    stop: bool = False,
) -> LedgerView:
    """Stops forward promotion of an environment, or of all; with `stop` whatever moves forward."""
    at = platform.clock()
    new = Freeze(freeze_id(environment, at), environment, by, reason, at, until=until, stop=stop)
    return write_ledger(
        platform,
        ledger,
        lambda state: transitions.freeze(state, new),
        message=ledger_message(
            "stop" if stop else "freeze",
            environment=environment,
            by=by,
            reason=reason,
            detail=f"until {told_moment(until)}" if until is not None else "",
        ),
    )


def lift_freeze(platform: Platform, ledger: LedgerView, freeze: str, *, by: Person, reason: str) -> LedgerView:
    """Lets promotions go on."""
    author = transitions.Author(by=by, at=platform.clock(), reason=reason)
    return write_ledger(
        platform,
        ledger,
        lambda state: transitions.lift_freeze(state, freeze, author=author),
        message=ledger_message("lift-freeze", by=by, reason=reason, detail=freeze),
    )


def admit(platform: Platform, ledger: LedgerView, commit: Sha, *, by: Person, reason: str) -> LedgerView:
    """Keeps somebody's word for a commit without a valid approval."""
    admission = Admission(commit=commit, by=by, reason=reason, at=platform.clock())
    return write_ledger(
        platform,
        ledger,
        lambda state: transitions.admit(state, admission),
        message=ledger_message("admit", by=by, reason=reason, detail=commit),
    )


def override(platform: Platform, ledger: LedgerView, word: Override) -> LedgerView:
    """Keeps somebody's word against a policy."""
    about = f"{word.policy} for the change {word.fingerprint}" + (f" at {word.head}" if word.head else "")
    return write_ledger(
        platform,
        ledger,
        lambda state: transitions.override(state, word),
        message=ledger_message("override", by=word.by, reason=word.reason, detail=about),
    )
