"""What a step of the ledger tells of what makes releases wait: holds and freezes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from codegen import Sentence
from controller.core.audit.entries import AuditEntry, Deed
from controller.core.audit.steps import Between
from controller.core.ledger.state import Freeze, Hold, HoldState
from controller.core.model import Person
from controller.core.moments import told_moment
from controller.core.sentences import freeze_told, hold_told, judgement_told

_JUDGED = {HoldState.CONFIRMED: Deed.CONFIRMED, HoldState.CLEARED: Deed.CLEARED, HoldState.LIFTED: Deed.LIFTED}


def tell_holds(between: Between) -> Iterator[AuditEntry]:
    """Each hold that came, and each that was judged."""
    if between.after.holds is between.before.holds:
        return
    for hold in between.after.holds.values():
        before = between.before.holds.get(hold.id)
        if before is None:
            yield _held(hold, between)
        elif before.state is not hold.state and hold.state in _JUDGED:
            yield _judged(hold, _JUDGED[hold.state], between)


def _held(hold: Hold, between: Between) -> AuditEntry:
    commits = tuple(commit[:12] for commit in hold.commits)
    what = Sentence("{commits} is on hold ({hold})", commits=commits, hold=hold.id)
    if hold.state is HoldState.SUSPECTED:
        what = Sentence("{commits} is under suspicion ({hold})", commits=commits, hold=hold.id)
    return _about_hold(hold, Deed.HELD, hold.by, what, hold_told(hold), hold.at, between)


def _judged(hold: Hold, deed: Deed, between: Between) -> AuditEntry:
    words = {
        Deed.CONFIRMED: Sentence("{hold} is confirmed: releases with it wait for its revert", hold=hold.id),
        Deed.CLEARED: Sentence("{hold} is cleared: the cause is outside of the change", hold=hold.id),
        Deed.LIFTED: Sentence("{hold} is lifted", hold=hold.id),
    }
    at = hold.judged_at or between.step.at
    return _about_hold(hold, deed, between.by, words[deed], judgement_told(hold), at, between)


def _about_hold(hold: Hold, deed: Deed, by: Person, what: str, why: str, at: datetime, between: Between) -> AuditEntry:
    return AuditEntry(
        at=at,
        deed=deed,
        who=by.login,
        what=what,
        why=why,
        proof=between.proof,
        environment=hold.environment,
        commit=hold.commits[0] if len(hold.commits) == 1 else None,
        modules=between.modules_of(hold.commits),
    )


def tell_freezes(between: Between) -> Iterator[AuditEntry]:
    """Each freeze that came, and each that was lifted."""
    if between.after.freezes is between.before.freezes:
        return
    for freeze in between.after.freezes.values():
        before = between.before.freezes.get(freeze.id)
        if before is None:
            yield _freeze(freeze, Deed.FROZEN, freeze.by, freeze.at, between)
        elif before.lifted_at is None and freeze.lifted_at is not None:
            yield _freeze(freeze, Deed.UNFROZEN, freeze.lifted_by or between.by, freeze.lifted_at, between)


def _freeze(freeze: Freeze, deed: Deed, by: Person, at: datetime, between: Between) -> AuditEntry:
    why = freeze_told(freeze.reason) if deed is Deed.FROZEN else between.why
    what = Sentence("{what} ({freeze})", what=_frozen(freeze, deed), freeze=freeze.id)
    return AuditEntry(at, deed, by.login, what, why, between.proof, environment=freeze.environment)


def _frozen(freeze: Freeze, deed: Deed) -> Sentence:
    where = freeze.environment or Sentence("every environment")
    if deed is Deed.UNFROZEN:
        again = Sentence("everything may move forward again")
        return again if freeze.stop else Sentence("{where} takes new releases again", where=where)
    found = Sentence("nothing moves forward")
    if not freeze.stop:
        found = Sentence("{where} takes no new release", where=where)
    if freeze.until is None:
        return found
    return Sentence("{what} until {until}", what=found, until=told_moment(freeze.until))
