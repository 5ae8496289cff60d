"""A person stops forward promotion, or lets it go on."""

from __future__ import annotations

from controller.core.errors import Denied
from controller.core.ledger.state import Freeze
from controller.core.model import EnvironmentName, Person
from controller.operations import decisions
from controller.operations.platform import Platform
from controller.operations.view import View, demand_environment


def freeze(platform: Platform, view: View, environment: EnvironmentName | None, *, by: Person, reason: str) -> Freeze:
    """Freezes one environment, or all. One that stands is kept: freezing twice is freezing once."""
    if environment is not None:
        demand_environment(view, environment)
    standing = (f for f in view.state.freezes.values() if f.lifted_at is None and f.environment == environment)
    found = next(standing, None)
    if found is not None:
        return found
    ledger = decisions.freeze(platform, view.ledger, environment, by=by, reason=reason)
    return max(ledger.state.freezes.values(), key=lambda freeze: freeze.at)


def lift(platform: Platform, view: View, freeze_id: str, *, by: Person, reason: str) -> Freeze:
    """Lets promotions go on. `Denied` where that freeze does not stand."""
    standing = view.state.freezes.get(freeze_id)
    if standing is None or standing.lifted_at is not None:
        raise Denied("NotFrozen", f"the freeze {freeze_id} does not stand", hint="modwright status shows those that do")
    ledger = decisions.lift_freeze(platform, view.ledger, freeze_id, by=by, reason=reason)
    return ledger.state.freezes[freeze_id]
