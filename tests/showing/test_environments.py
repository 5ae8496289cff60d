"""What people are shown of environments: whether what runs is what should, and what waits for what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from controller.core.configuration import PromotionOrder
from controller.core.decision import Condition
from controller.core.ledger.state import Approval, Freeze, HoldState, VerificationState
from controller.core.model import RolloutPhase, Unknown
from controller.core.spans import holding
from controller.showing.environments import Agreement, agreement, show_environment
from controller.showing.held import HeldReleases
from controller.showing.obstacles import Obstacle
from tests.core.builders import (
    ALICE,
    NOW,
    PRODUCTION,
    STAGING,
    ago,
    commit,
    configuration,
    evidence,
    hold,
    ledger,
    line,
    rel,
    release,
    reverting,
    serving,
    snapshot,
    state,
    with_environment,
)


def shown(name: str = PRODUCTION, found: tuple[Condition, ...] = (), **fields: Any) -> Any:
    seen = snapshot(**fields)
    definition = next(each for each in seen.configuration.environments if each.name == name)
    return show_environment(definition, seen, found, NOW)


def behind(**fields: Any) -> dict[str, Any]:
    """Staging has passed with the third release; production is on the first."""
    states = (state(STAGING, 3, passed=(1, 2, 3)), state(PRODUCTION, 1, passed=(1,)))
    return {"ledger": ledger(*states, **fields), "running": (serving(STAGING, 3), serving(PRODUCTION, 1))}


def obstacles(found: Any) -> list[tuple[str, Obstacle]]:
    return [(waiting.release.id, waiting.obstacle) for waiting in found.waiting]


@pytest.mark.parametrize(
    ("running", "expected"),
    [
        (serving(PRODUCTION, 3), Agreement.AGREES),
        (serving(PRODUCTION, 2), Agreement.DIFFERS),
        (serving(PRODUCTION, 2, phase=RolloutPhase.ROLLING), Agreement.ROLLING),
        (serving(PRODUCTION, 3, phase=RolloutPhase.FAILED), Agreement.FAILED),
        (serving(PRODUCTION, 3, phase=RolloutPhase.EMPTY, serving=None), Agreement.DIFFERS),
        (None, Agreement.UNKNOWN),
    ],
)
def test_what_is_seen_agrees_with_what_should_run_or_is_told_apart(running: Any, expected: Agreement) -> None:
    assert agreement(release(3), running) is expected


def test_nothing_where_nothing_should_run_is_no_drift() -> None:
    empty = serving(PRODUCTION, 1, phase=RolloutPhase.EMPTY, serving=None, desired=None)
    assert agreement(None, empty) is Agreement.NOTHING


def test_drift_names_the_release_that_is_seen() -> None:
    found = shown(running=(serving(STAGING, 3), serving(PRODUCTION, 2)))
    assert (found.agreement, found.serving) == (Agreement.DIFFERS, release(2))


def test_a_cluster_that_does_not_tell_is_unknown_and_nothing_is_guessed() -> None:
    found = shown(running=Unknown("away"))
    assert (found.agreement, found.serving, found.status.running) == (Agreement.UNKNOWN, None, None)


def test_nothing_waits_for_an_environment_on_the_newest() -> None:
    found = shown()
    assert (found.waiting, found.next) == ((), None)


def test_the_newest_goes_next_and_the_ones_between_are_passed_over() -> None:
    found = shown(**behind())
    assert obstacles(found) == [(rel(3), Obstacle.NONE), (rel(2), Obstacle.SKIPPED)]
    assert found.next == release(3)


def test_where_every_release_is_promoted_the_oldest_goes_next() -> None:
    found = shown(configuration=configuration(promotion=PromotionOrder.EVERY), **behind())
    assert obstacles(found) == [(rel(3), Obstacle.TURN), (rel(2), Obstacle.NONE)]


def test_a_release_waits_until_it_has_passed_in_the_environment_before() -> None:
    states = (state(STAGING, 3, VerificationState.PENDING, passed=(1, 2)), state(PRODUCTION, 1, passed=(1,)))
    found = shown(ledger=ledger(*states), running=(serving(STAGING, 3), serving(PRODUCTION, 1)))
    assert obstacles(found) == [(rel(3), Obstacle.EARLIER), (rel(2), Obstacle.NONE)]
    assert found.waiting[0].name == STAGING


def test_a_held_release_names_its_hold_before_anything_else() -> None:
    freeze = Freeze("frz_1", PRODUCTION, ALICE, "a fair", ago(10))
    found = shown(**behind(holds=[hold(3)], freezes={freeze.id: freeze}))
    assert obstacles(found) == [(rel(3), Obstacle.HELD), (rel(2), Obstacle.FROZEN)]
    assert found.waiting[0].name == "hold_3"
    assert found.waiting[1].why == "a fair"


def test_the_stop_is_told_apart_from_a_freeze_and_says_when_it_ends() -> None:
    until = NOW + timedelta(hours=1)
    stop = Freeze("frz_1", None, ALICE, "moving", ago(10), until=until, stop=True)
    found = shown(**behind(freezes={stop.id: stop}))
    assert {waiting.obstacle for waiting in found.waiting} == {Obstacle.STOPPED}
    assert found.waiting[0].until == until


def test_what_nobody_approved_stops_everything_behind_it() -> None:
    missing = release(2, commits=(evidence(2, Approval.MISSING),))
    found = shown(**behind(releases=(1, missing, 3)))
    assert [obstacle for _, obstacle in obstacles(found)] == [Obstacle.UNAPPROVED, Obstacle.UNAPPROVED]
    assert found.waiting[0].name == missing.commit


def test_a_suspended_environment_says_so() -> None:
    found = shown(configuration=with_environment(configuration(), PRODUCTION, suspended=True), **behind())
    assert {waiting.obstacle for waiting in found.waiting} == {Obstacle.SUSPENDED}
    assert not Obstacle.SUSPENDED.refuses_people


def test_an_environment_that_is_not_ready_makes_the_next_wait_for_its_turn() -> None:
    found = shown(found=(Condition("Verifying", PRODUCTION, "waits for checks"),), **behind())
    assert found.waiting[0].obstacle is Obstacle.TURN


def test_a_soak_tells_when_it_ends_while_the_checks_repeat() -> None:
    soaking = with_environment(configuration(), STAGING, soak=timedelta(minutes=5))
    states = (state(STAGING, 3, VerificationState.PENDING, passed=(1, 2)), state(PRODUCTION, 2, passed=(1, 2)))
    found = shown(STAGING, configuration=soaking, ledger=ledger(*states))
    assert found.soaks_until == ago(60) + timedelta(minutes=5)
    assert shown(STAGING, configuration=soaking).soaks_until is None


@pytest.mark.parametrize("standing", list(HoldState))
@pytest.mark.parametrize("held", [1, 2, 3, 9])
@pytest.mark.parametrize("is_reverted", [False, True])
def test_all_releases_at_once_are_held_as_one_by_one(standing: HoldState, held: int, is_reverted: bool) -> None:
    """The quick answer for thousands of releases is the rule's own."""
    second = commit(2)
    main = line(commit(1), second, commit(3), *([reverting(4, second)] if is_reverted else []))
    known = ledger(releases=(1, 2, 3, 4), holds=[hold(held, standing)])
    quick = HeldReleases(main, known)
    for each in known.releases.values():
        assert quick.hold_of(each) == holding(main, known, each)


def test_a_release_off_the_branch_is_held_by_nothing() -> None:
    stray = replace(release(1), commit=release(9).commit)
    assert HeldReleases(line(), ledger(holds=[hold(1)])).hold_of(stray) is None
