"""Which commits stand between two releases, what undoes what, and which releases a hold makes wait."""

from __future__ import annotations

import pytest

from codegen import Delta
from controller.core.ledger.state import HoldState
from controller.core.model import Sha
from controller.core.spans import contains_unreverted, holding, is_cure, is_in_force, predecessor, undoing
from tests.core.builders import commit, entry, hold, installs, ledger, line, rel, release, reverting, sha

BAD = commit(2)
LINE = line(commit(1), BAD, commit(3), reverting(4, BAD), commit(5))


def test_the_span_is_what_came_after_the_older_up_to_the_newer() -> None:
    assert [c.sha for c in LINE.between(sha(2), sha(4))] == [sha(3), sha(4)]
    assert LINE.between(sha(4), sha(2)) == ()
    assert LINE.between(sha(9), sha(4)) == ()


@pytest.mark.parametrize(
    ("last", "undone"),
    [
        (reverting(4, BAD), True),
        (commit(4, installs("x"), reverts=BAD.sha), False),
        (commit(4, Delta(), reverts=BAD.sha), False),
        (commit(4, BAD.delta.inverse()), False),
        (commit(4, Delta(removed=(*BAD.delta.added, entry("m1"))), reverts=BAD.sha), False),
    ],
    ids=["it says so and does so", "it does something else", "it does nothing", "it does not say so", "it does more"],
)
def test_a_change_is_undone_by_what_says_so_and_does_so(last: object, undone: bool) -> None:
    main = line(commit(1), BAD, commit(3), last)  # type: ignore[arg-type]

    assert (undoing(main, BAD.sha) is not None) is undone
    assert is_in_force(main, BAD.sha) is not undone


@pytest.mark.parametrize(("number", "contains"), [(1, False), (2, True), (3, True), (4, False), (5, False)])
def test_a_release_is_held_from_the_bad_commit_up_to_its_revert(number: int, contains: bool) -> None:
    held = holding(LINE, ledger(holds=[hold(2)]), release(number))

    assert contains_unreverted(LINE, release(number), sha(2)) is contains
    assert (held is not None) is contains


@pytest.mark.parametrize(
    ("standing", "holds"),
    [
        (HoldState.SUSPECTED, True),
        (HoldState.CONFIRMED, True),
        (HoldState.CLEARED, False),
        (HoldState.LIFTED, False),
    ],
)
def test_a_hold_holds_while_it_is_suspected_or_confirmed(standing: HoldState, holds: bool) -> None:
    assert (holding(LINE, ledger(holds=[hold(2, standing)]), release(3)) is not None) is holds


@pytest.mark.parametrize(
    ("passed", "holds", "found"),
    [
        ((1, 2), (), rel(2)),
        ((2, 1), (), rel(1)),
        ((1, 2), (hold(2),), rel(1)),
        ((), (), None),
        ((5,), (), None),
        ((3,), (), None),
    ],
    ids=[
        "the newest that passed",
        "in the order of passing",
        "not a held one",
        "none",
        "none that is newer",
        "not itself",
    ],
)
def test_the_predecessor_is_older_passed_here_and_is_not_held(
    passed: tuple[int, ...], holds: tuple[object, ...], found: Sha | None
) -> None:
    state = ledger(releases=(1, 2, 3, 4, 5), holds=holds)  # type: ignore[arg-type]
    target = predecessor(LINE, state, passed=tuple(rel(n) for n in passed), current=release(3))

    assert (target.id if target else None) == found


def test_only_what_takes_out_something_that_runs_is_a_cure() -> None:
    assert is_cure(LINE, running=release(3), candidate=release(4))
    assert is_cure(LINE, running=release(2), candidate=release(5))
    assert not is_cure(LINE, running=release(1), candidate=release(5)), "what is not running needs no cure"
    assert not is_cure(LINE, running=release(1), candidate=release(3))
