"""A person stops forward promotion, or everything that moves forward, or lets it go on."""

from __future__ import annotations

from datetime import datetime

from codegen import Sentence
from controller.core.errors import Denied
from controller.core.ledger.state import Freeze
from controller.core.model import EnvironmentName, Person
from controller.core.moments import LATEST, told_moment
from controller.operations import decisions
from controller.operations.platform import Platform
from controller.operations.view import View, demand_environment


def freeze(
    platform: Platform,
    view: View,
    environment: EnvironmentName | None,
    *,
    by: Person,
    reason: str,
    until: datetime | None = None,
    stop: bool = False,
) -> Freeze:
    """
    Freezes one environment, or all, until a moment or until it is lifted; `stop` holds back whatever moves forward.

    One that stands with the same end is kept: freezing twice is freezing once. `Denied` without a reason, for an end that
    is past or beyond every calendar, and for a stop of one environment.
    """
    now = platform.clock()
    _demand_sense(view, environment, reason=reason, until=until, stop=stop, now=now)
    asked = (environment, until, stop)
    standing = (f for f in view.state.freezes.values() if f.stands(now) and (f.environment, f.until, f.stop) == asked)
    found = next(standing, None)
    if found is not None:
        return found
    ledger = decisions.freeze(platform, view.ledger, environment, by=by, reason=reason, until=until, stop=stop)
    return max(ledger.state.freezes.values(), key=lambda freeze: freeze.at)


def _demand_sense(
    view: View, environment: EnvironmentName | None, *, reason: str, until: datetime | None, stop: bool, now: datetime
) -> None:
    if environment is not None:
        demand_environment(view, environment)
    if not reason.strip():
        raise Denied("ReasonMissing", Sentence("a freeze needs a reason"), hint="--reason …")
    if stop and environment is not None:
        message = Sentence("the stop is of everything, not of {environment} alone", environment=environment)
        raise Denied("StopIsGlobal", message, hint=f"modwright freeze {environment} --reason …")
    if until is not None and until <= now:
        message = Sentence("the end {until} is past, it is {now}", until=told_moment(until), now=told_moment(now))
        raise Denied("EndIsPast", message, hint=Sentence("name a later one with --until or --for"))
    if until is not None and until >= LATEST:
        message = Sentence("the end {until} is beyond {latest}", until=told_moment(until), latest=told_moment(LATEST))
        raise Denied("EndTooFar", message, hint=Sentence("name none: it then ends when somebody lifts it"))


def lift(platform: Platform, view: View, freeze_id: str, *, by: Person, reason: str) -> Freeze:
    """Lets promotions go on. `Denied` where that freeze does not stand, because it was lifted, has ended or never was."""
    standing = view.state.freezes.get(freeze_id)
    if standing is None or not standing.stands(platform.clock()):
        message = _not_standing(freeze_id, standing)
        raise Denied("NotFrozen", message, hint=Sentence("modwright status shows those that do"))
    ledger = decisions.lift_freeze(platform, view.ledger, freeze_id, by=by, reason=reason)
    return ledger.state.freezes[freeze_id]


def _not_standing(freeze: str, found: Freeze | None) -> Sentence:
    if found is None or found.lifted_at is not None or found.until is None:
        return Sentence("the freeze {freeze} does not stand", freeze=freeze)
    ended = told_moment(found.until)
    return Sentence("the freeze {freeze} does not stand; it ended by itself at {ended}", freeze=freeze, ended=ended)
