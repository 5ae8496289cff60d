"""The ways in which the ledger changes: what each does, and which it refuses because somebody else was first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from controller.core.errors import Conflict
from controller.core.ledger import transitions
from controller.core.ledger.state import (
    Admission,
    Direction,
    Freeze,
    HoldState,
    KeyedRequest,
    LedgerState,
    VerificationState,
)
from controller.core.model import HoldId
from tests.core.builders import (
    ALICE,
    NOW,
    PRODUCTION,
    STAGING,
    ago,
    failed,
    hold,
    ledger,
    rel,
    release,
    sha,
    state,
)

AUTHOR = transitions.Author(by=ALICE, at=NOW, reason="it is time")
BEFORE = ledger(state(STAGING, 3, passed=(1, 2, 3)), state(PRODUCTION, 2, passed=(1, 2)))
SUSPECTED = hold(2, HoldState.SUSPECTED)
FREEZE = Freeze("frz_1", STAGING, ALICE, "holidays", ago(5))


def test_a_release_is_added_once() -> None:
    once = transitions.add_release(BEFORE, release(4))

    assert once.releases[rel(4)] == release(4)
    assert transitions.add_release(once, replace(release(4), modules=())) is once


def test_a_promotion_begins_verification_anew_and_keeps_what_passed() -> None:
    moved = transitions.promote(BEFORE, PRODUCTION, rel(3), span=(sha(3),), author=AUTHOR).environments[PRODUCTION]

    assert (moved.release, moved.since, moved.by, moved.reason) == (rel(3), NOW, ALICE, "it is time")
    assert moved.direction is Direction.FORWARD
    assert moved.span == (sha(3),)
    assert moved.verification.state is VerificationState.PENDING
    assert moved.passed == (rel(1), rel(2))


def test_a_promotion_touches_no_other_environment() -> None:
    after = transitions.promote(BEFORE, PRODUCTION, rel(3), span=(), author=AUTHOR)

    assert after.environments[STAGING] is BEFORE.environments[STAGING]


@pytest.mark.parametrize(
    ("verdict", "passed"),
    [
        (VerificationState.PASSED, (rel(1), rel(2))),
        (VerificationState.FAILED, (rel(2), rel(1))),
        (VerificationState.ERRORED, (rel(2), rel(1))),
    ],
)
def test_only_what_passed_becomes_the_newest_predecessor(verdict: VerificationState, passed: tuple[str, ...]) -> None:
    begun = ledger(state(PRODUCTION, 2, VerificationState.PENDING, passed=(2, 1)))
    after = transitions.record_verification(begun, PRODUCTION, rel(2), verdict=verdict, findings=(failed(),), at=NOW)

    assert after.environments[PRODUCTION].passed == passed
    assert after.environments[PRODUCTION].verification.state is verdict
    assert after.environments[PRODUCTION].verification.findings == (failed(),)


def test_a_rollback_moves_the_environment_and_puts_the_hold_at_once() -> None:
    after = transitions.roll_back(BEFORE, PRODUCTION, leaving=rel(2), to=rel(1), hold=SUSPECTED, author=AUTHOR)
    moved = after.environments[PRODUCTION]

    assert (moved.release, moved.direction, moved.span) == (rel(1), Direction.BACK, ())
    assert moved.returned_for == SUSPECTED.id
    assert rel(2) not in moved.passed, "what was left is no predecessor"
    assert after.holds == {SUSPECTED.id: SUSPECTED}


@pytest.mark.parametrize("verdict", [HoldState.CONFIRMED, HoldState.CLEARED, HoldState.LIFTED])
def test_judging_a_hold_ends_the_verification_of_its_predecessor(verdict: HoldState) -> None:
    held = transitions.roll_back(BEFORE, PRODUCTION, leaving=rel(2), to=rel(1), hold=SUSPECTED, author=AUTHOR)
    after = transitions.judge_hold(held, SUSPECTED.id, verdict, judgement="seen", at=NOW)

    assert after.holds[SUSPECTED.id].state is verdict
    assert after.holds[SUSPECTED.id].judged_at == NOW
    assert after.environments[PRODUCTION].returned_for is None
    assert bool(after.standing_holds) is (verdict is HoldState.CONFIRMED)


def test_a_freeze_of_one_environment_or_of_all_stands_until_it_is_lifted() -> None:
    everywhere = replace(FREEZE, id="frz_2", environment=None)
    frozen = transitions.freeze(transitions.freeze(BEFORE, FREEZE), everywhere)
    lifted = transitions.lift_freeze(frozen, "frz_2", author=AUTHOR)

    assert frozen.is_frozen_for_good(PRODUCTION)
    assert not lifted.is_frozen_for_good(PRODUCTION)
    assert lifted.is_frozen_for_good(STAGING)
    assert (lifted.freezes["frz_2"].lifted_by, lifted.freezes["frz_2"].lifted_at) == (ALICE, NOW)


def test_an_admission_names_the_commit_and_who_stands_for_it() -> None:
    admission = Admission(sha(2), ALICE, "a hotfix", NOW)

    assert transitions.admit(BEFORE, admission).admissions == {sha(2): admission}


def confirm(state_before: LedgerState, which: str) -> LedgerState:
    """Confirms that hold."""
    return transitions.judge_hold(state_before, HoldId(which), HoldState.CONFIRMED, judgement="", at=NOW)


CLEARED = ledger(state(PRODUCTION, 2), holds=[hold(2, HoldState.CLEARED)])
ENDED = transitions.freeze(BEFORE, replace(FREEZE, until=ago(1)))
LIFTED = transitions.lift_freeze(transitions.freeze(BEFORE, FREEZE), "frz_1", author=AUTHOR)


@pytest.mark.parametrize(
    ("transition", "before"),
    [
        (lambda s: transitions.promote(s, STAGING, rel(9), span=(), author=AUTHOR), BEFORE),
        (
            lambda s: transitions.record_verification(
                s, STAGING, rel(2), verdict=VerificationState.PASSED, findings=(), at=NOW
            ),
            BEFORE,
        ),
        (
            lambda s: transitions.roll_back(s, STAGING, leaving=rel(2), to=rel(1), hold=SUSPECTED, author=AUTHOR),
            BEFORE,
        ),
        (
            lambda s: transitions.roll_back(s, STAGING, leaving=rel(3), to=rel(9), hold=SUSPECTED, author=AUTHOR),
            BEFORE,
        ),
        (lambda s: confirm(s, "hold_9"), BEFORE),
        (lambda s: confirm(s, "hold_2"), CLEARED),
        (lambda s: transitions.lift_freeze(s, "frz_9", author=AUTHOR), BEFORE),
        (lambda s: transitions.lift_freeze(s, "frz_1", author=AUTHOR), LIFTED),
        (lambda s: transitions.lift_freeze(s, "frz_1", author=AUTHOR), ENDED),
    ],
    ids=[
        "a release that is not there",
        "a verdict on what the environment has left",
        "a rollback from what the environment has left",
        "a rollback to what is not there",
        "a hold that is not there",
        "a hold that was judged",
        "a freeze that is not there",
        "a freeze that was lifted",
        "a freeze that has ended",
    ],
)
def test_a_decision_on_an_older_state_is_refused(
    transition: Callable[[LedgerState], LedgerState], before: LedgerState
) -> None:
    with pytest.raises(Conflict):
        transition(before)


def request(number: int, seconds: int, *, login: str = "alice") -> KeyedRequest:
    return KeyedRequest(f"{login}-{number}", login, "what", ago(seconds))


def test_a_request_is_dropped_after_a_day_when_another_is_kept() -> None:
    old, young, new = request(1, 86_400), request(2, 86_399), request(3, 0)
    before = replace(BEFORE, requests={old.id: old, young.id: young})
    assert set(transitions.keep_request(before, new).requests) == {young.id, new.id}


def test_who_asks_too_often_loses_the_oldest_of_the_own_requests_alone() -> None:
    many = [request(number, number + 1) for number in range(transitions.MOST_REQUESTS)]
    theirs = request(1, 1000, login="bob")
    before = replace(BEFORE, requests={kept.id: kept for kept in (*many, theirs)})
    after = transitions.keep_request(before, request(-1, 0)).requests
    assert before.requests.keys() - after.keys() == {many[-1].id}
    assert len(after) == transitions.MOST_REQUESTS + 1


def test_the_image_of_a_tree_is_the_oldest_release_s_that_has_it() -> None:
    again = replace(release(3), input_tree=release(1).input_tree)
    known = ledger(releases=(again, release(1)))

    assert known.image_of(release(1).input_tree) == release(1)
    assert known.image_of(release(2).input_tree) is None
    assert known.release_of(sha(3)) == again
