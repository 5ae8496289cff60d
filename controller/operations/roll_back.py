"""A person returns an environment to an older release: at once, from what git already holds."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from codegen import Sentence
from controller.core.configuration import Configuration
from controller.core.errors import Denied, Transient
from controller.core.holds import on_a_persons_word
from controller.core.ledger.state import Direction, EnvironmentState, Hold, Release, VerificationState
from controller.core.model import EnvironmentName, Person, ReleaseId, Sha
from controller.core.sentences import rolled_back_by
from controller.core.snapshot import MainLine
from controller.core.spans import is_in_force, predecessor
from controller.operations import decisions
from controller.operations.ledger import LedgerView
from controller.operations.platform import Platform
from controller.operations.rollout import demand_image, roll_out
from controller.operations.view import View, demand_environment


@dataclass(frozen=True)
class PlannedReturn:
    """Where an environment would return to, and the commits that would be put on hold with it."""

    environment: EnvironmentName
    leaving: Release
    to: Release
    held: tuple[Sha, ...]


@dataclass(frozen=True)
class RolledBack:
    """What was decided. The environment is rolled back when the release is *seen* serving."""

    environment: EnvironmentName
    leaving: ReleaseId
    to: Release
    hold: Hold
    ledger: LedgerView


def roll_back(
    platform: Platform,
    view: View,
    environment: EnvironmentName,
    *,
    to: ReleaseId | None,
    by: Person,
    reason: str,
) -> RolledBack:
    """
    Writes the decision and starts the rollout in the same breath: what a person asks for does not wait for a pass.

    The hold stands at once and confirmed, since a person's word needs no second opinion; the revert of what is held then
    opens by itself. `Denied` where there is nothing to go back to, and for "one back" while the one before is not verified:
    two people who press at once would go back by two.
    """
    planned = plan_return(view, environment, to=to)
    if to is None:
        _refuse_twice(view.state.environments[environment], planned)
    hold = _hold(planned, by=by, reason=reason, platform=platform)
    _demand_image(platform, view.configuration, planned.to)
    leaving = planned.leaving.id
    ledger = decisions.roll_back(platform, view.ledger, environment, leaving=leaving, to=planned.to.id, hold=hold)
    roll_out(platform, view.configuration, environment, planned.to)
    return RolledBack(environment, leaving, planned.to, hold, ledger)


def _refuse_twice(state: EnvironmentState, planned: PlannedReturn) -> None:
    if state.direction is Direction.BACK and state.verification.state is VerificationState.PENDING:
        message = Sentence(
            "{who} returned {environment} to {release} just now, and its checks have not said anything yet",
            who=state.by.login if state.by is not None else "automation",
            environment=state.name,
            release=planned.leaving.id,
        )
        hint = Sentence(
            "to go back further: {command}", command=f"modwright rollback {state.name} --to {planned.to.id} --reason …"
        )
        raise Denied("ReturningAlready", message, hint=hint)


def plan_return(view: View, environment: EnvironmentName, *, to: ReleaseId | None) -> PlannedReturn:
    """What a return would come to, so that it can be shown before it is asked for. `Denied` as the return itself."""
    demand_environment(view, environment)
    state, current = _current(view, environment)
    target = _target(view, state, current, to)
    return PlannedReturn(environment, current, target, _brought(view.main, target, current))


def _current(view: View, environment: EnvironmentName) -> tuple[EnvironmentState, Release]:
    state = view.state.environments.get(environment)
    release = view.state.releases.get(state.release) if state is not None and state.release is not None else None
    if state is None or release is None:
        raise Denied(
            "NothingRuns",
            Sentence("{environment} has no release", environment=environment),
            hint=Sentence("modwright status shows what there is"),
        )
    return state, release


def _target(view: View, state: EnvironmentState, current: Release, to: ReleaseId | None) -> Release:
    if to is None:
        found = predecessor(view.main, view.state, passed=state.passed, current=current)
        if found is None:
            message = Sentence(
                "{environment} has no older release that passed there and is not held", environment=state.name
            )
            raise Denied("NoPredecessor", message, hint=Sentence("name one with --to, see modwright releases"))
        return found
    release = view.state.releases.get(to)
    if release is None or release.id == current.id:
        message = Sentence("{to} is what runs", to=to) if release else Sentence("{to} is no release", to=to)
        raise Denied("NoSuchRelease", message, hint=Sentence("see modwright releases"))
    if not view.main.contains(current.commit, release.commit):
        message = Sentence("{to} is newer than {current}; going on is a promotion", to=to, current=current.id)
        raise Denied(
            "NotOlder",
            message,
            hint=f"modwright promote {state.name} {to} --reason …",
        )
    return release


def _hold(planned: PlannedReturn, *, by: Person, reason: str, platform: Platform) -> Hold:
    return on_a_persons_word(
        planned.held,
        by=by,
        reason=reason,
        at=platform.clock(),
        judgement=rolled_back_by(by.login, planned.environment),
        release=planned.leaving.id,
        environment=planned.environment,
    )


def _brought(main: MainLine, target: Release, current: Release) -> tuple[Sha, ...]:
    """The module changes in force that the environment loses; the release's own commit where none is found."""
    span = main.between(target.commit, current.commit)
    changing = tuple(c.sha for c in span if c.changes_modules and c.reverts is None and is_in_force(main, c.sha))
    return changing or (current.commit,)


def _demand_image(platform: Platform, configuration: Configuration, release: Release) -> None:
    """A rollback to an image that is gone is refused before anything moves. An unreachable registry does not stop it."""
    with suppress(Transient):
        demand_image(platform, configuration, release)
