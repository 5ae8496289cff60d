"""Who or what a change waits for: each place on its way, and what stands before what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from controller.core.configuration import ApprovalMode, Merger
from controller.core.ledger.state import Admission, Approval, Freeze, VerificationState
from controller.core.messages.waiting import told
from controller.core.model import BuildStatus, Known, Person, Proposal, ProposalState, Push
from controller.core.waiting import Approvals, Waiting, What, waiting
from tests.core.builders import (
    ALICE,
    BOB,
    CAROL,
    NOW,
    PRODUCTION,
    STAGING,
    ago,
    build,
    commit,
    configuration,
    evidence,
    failed,
    hold,
    installs,
    ledger,
    line,
    passed,
    probe,
    proposal,
    release,
    reverting,
    review,
    serving,
    sha,
    snapshot,
    state,
    trailers,
    with_environment,
)

BUILT = (build(10),)


def opened(*, seen: dict[str, object] | None = None, **fields: object) -> Waiting:
    """What an open proposal waits for."""
    return waiting(proposal(10, **fields), snapshot(**(seen or {})), NOW)  # type: ignore[arg-type]


def merged(number: int, **seen: object) -> Waiting:
    """What the change of commit `number`, which is merged, waits for."""
    return waiting(_merged(number), snapshot(**seen), NOW)


def _merged(number: int) -> Proposal:
    return proposal(number, state=ProposalState.MERGED, merged_commit=sha(number), merged_by=BOB, facts=None)


@pytest.mark.parametrize(
    ("builds", "what"),
    [
        ((), "runner"),
        ((build(10, BuildStatus.QUEUED),), "runner"),
        ((build(10, BuildStatus.CANCELLED),), "runner"),
        ((build(10, BuildStatus.RUNNING),), "build"),
        ((build(10, BuildStatus.SUCCEEDED, digest=None),), "image"),
        ((build(10, BuildStatus.FAILED),), "build-failed"),
        (BUILT, "approval"),
    ],
)
def test_an_open_one_waits_for_its_image_and_then_for_approval(builds: tuple[object, ...], what: str) -> None:
    assert opened(seen={"builds": builds}).what == what


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"facts": None}, "reading"),
        ({"problem": "modules.toml does not parse"}, "source"),
        ({"mismatches": ("Cargo.toml",)}, "source"),
        ({"merged_input_tree": None}, "conflict"),
        ({"merged_input_tree": None, "behind": True}, "refresh"),
        ({"pushes": (Push(sha(10), CAROL),)}, "foreign-push"),
        ({"reviews": (review(),)}, "merge"),
        ({"state": ProposalState.CLOSED}, "closed"),
    ],
)
def test_what_is_wrong_stands_before_what_is_waited_for(fields: dict[str, object], what: str) -> None:
    assert opened(seen={"builds": BUILT}, **fields).what == what


def test_approval_names_who_may_give_it_and_whose_own_does_not_count() -> None:
    found = opened(seen={"builds": BUILT}).approvals
    assert found is not None
    assert (found.missing, found.may, found.other_than) == (1, ("bob",), ALICE)


def test_a_requester_whom_the_forge_does_not_know_needs_two_approvals() -> None:
    unknown = trailers(installs("blog"), by=Person("zoe"))
    found = opened(seen={"builds": BUILT}, trailers=unknown, reviews=(review(),)).approvals
    assert found is not None
    assert (found.missing, [person.login for person in found.given]) == (1, ["bob"])


def test_alone_ones_own_approval_will_do() -> None:
    solo = configuration(approval=ApprovalMode.SOLO)
    found = opened(seen={"builds": BUILT, "configuration": solo}).approvals
    assert found is not None
    assert found.other_than is None
    assert "alice" in found.may


def test_where_people_merge_it_waits_for_them() -> None:
    seen = {"builds": BUILT, "configuration": configuration(merge=Merger.PEOPLE)}
    assert opened(seen=seen, reviews=(review(),)).what == "merge-by-people"


def test_a_merged_one_waits_for_its_image_and_its_release() -> None:
    unreleased = ledger(state(STAGING, 2), state(PRODUCTION, 2), releases=(1, 2))
    running = build(3, BuildStatus.RUNNING)
    assert merged(3, ledger=unreleased).what == "release"
    assert merged(3, ledger=unreleased, builds=(running,)).what == "build"
    assert merged(3, ledger=unreleased, builds=(build(3, BuildStatus.FAILED),)).what == "build-failed"


@pytest.mark.parametrize(
    ("verification", "what"),
    [
        (VerificationState.PENDING, "verification"),
        (VerificationState.FAILED, "failed"),
        (VerificationState.ERRORED, "cannot-tell"),
        (VerificationState.PASSED, "promotion"),
    ],
)
def test_in_an_environment_it_waits_for_the_checks(verification: VerificationState, what: str) -> None:
    found = merged(3, ledger=ledger(state(STAGING, 3, verification), state(PRODUCTION, 2)))
    assert (found.what, found.environment) == (what, PRODUCTION if what == "promotion" else STAGING)


def test_how_many_checks_passed_and_when_the_soak_ends_is_said() -> None:
    soaking = with_environment(configuration(), STAGING, soak=timedelta(minutes=2))
    found = merged(
        3,
        configuration=soaking,
        ledger=ledger(state(STAGING, 3, VerificationState.PENDING), state(PRODUCTION, 2)),
        probes=(probe(STAGING, 3, passed(), failed()),),
    )
    assert found.checks is not None
    assert (found.checks.passed, found.checks.of, found.checks.until) == (1, 1, ago(-60))


def test_until_it_serves_it_waits_for_the_rollout() -> None:
    states = ledger(state(STAGING, 3, VerificationState.PENDING), state(PRODUCTION, 2))
    found = merged(3, ledger=states, running=(serving(STAGING, 2), serving(PRODUCTION, 2)))
    assert (found.what, found.environment) == ("rollout", STAGING)


def test_a_freeze_is_named_with_its_reason() -> None:
    freeze = Freeze("frz_1", PRODUCTION, CAROL, "the sale", ago(5))
    found = merged(3, ledger=ledger(state(STAGING, 3), state(PRODUCTION, 2), freezes={"frz_1": freeze}))
    assert (found.what, found.environment, found.text) == ("frozen", PRODUCTION, "the sale")
    assert found.freeze is not None
    assert found.freeze.id == "frz_1"


def test_a_suspended_environment_is_named() -> None:
    suspended = with_environment(configuration(), PRODUCTION, suspended=True)
    states = ledger(state(STAGING, 3), state(PRODUCTION, 2))
    assert merged(3, ledger=states, configuration=suspended).what == "suspended"


def test_the_stop_is_what_is_waited_for_where_automation_would_be_next() -> None:
    stop = Freeze("frz_1", None, CAROL, "an incident", ago(5), stop=True)
    states = ledger(state(STAGING, 3), state(PRODUCTION, 3), freezes={"frz_1": stop})
    assert opened(seen={"ledger": states}).what == "stopped"
    assert opened(seen={"ledger": states, "builds": BUILT}, reviews=(review(),)).what == "stopped"
    assert opened(seen={"ledger": states, "builds": BUILT}).what == "approval"


def test_a_commit_that_nobody_approved_waits_for_admission() -> None:
    unseen = replace(release(3), commits=(evidence(3, Approval.MISSING, detail="nobody approved it"),))
    states = ledger(state(STAGING, 2), state(PRODUCTION, 2), releases=(1, 2, unseen))
    found = merged(3, ledger=states, running=(serving(STAGING, 2), serving(PRODUCTION, 2)))
    assert (found.what, found.environment, found.commit) == ("admission", STAGING, sha(3))
    admitted = replace(states, admissions={sha(3): Admission(sha(3), BOB, "I looked", ago(1))})
    assert merged(3, ledger=admitted).what == "promotion"


def test_a_hold_on_it_stands_before_all_that_is_ahead() -> None:
    found = merged(3, ledger=ledger(state(STAGING, 3), state(PRODUCTION, 2), holds=(hold(3),)))
    assert (found.what, found.environment) == ("held", PRODUCTION)
    assert found.is_wrong


def test_a_hold_on_another_change_that_its_release_contains_is_named() -> None:
    states = (state(STAGING, 1), state(PRODUCTION, 1))
    found = merged(3, ledger=ledger(*states, holds=(hold(2, reason="slow"),)))
    assert (found.what, found.environment, found.commit, found.text) == ("behind-hold", STAGING, sha(2), "slow")
    assert found.hold == hold(2, reason="slow")


def test_as_soon_as_a_release_without_what_is_held_is_there_it_goes_on() -> None:
    second = commit(2, installs("blog"))
    main = line(commit(1), second, commit(3), reverting(4, second))
    states = ledger(state(STAGING, 1), state(PRODUCTION, 1), releases=(1, 2, 3, 4), holds=(hold(2),))
    assert merged(3, main=main, ledger=states).what == "promotion"


def test_what_was_taken_out_is_over() -> None:
    third = commit(3)
    main = line(commit(1), commit(2), third, reverting(4, third))
    found = merged(3, main=main, ledger=ledger(state(STAGING, 3), state(PRODUCTION, 3), holds=(hold(3),)))
    assert (found.what, found.commit, found.is_over) == ("reverted", sha(4), True)
    assert found.undone_by is None


def test_what_was_taken_out_by_a_proposal_names_it() -> None:
    third = commit(3)
    main = line(commit(1), commit(2), third, reverting(4, third))
    assert merged(3, main=main, proposals=Known((_merged(3), _merged(4)))).undone_by == 4


def test_one_that_runs_everywhere_is_done() -> None:
    assert merged(3).what == "everywhere"
    assert merged(1).is_over


@pytest.mark.parametrize("what", [what for what in get_args(What) if what != "approval"])
def test_whatever_is_waited_for_can_be_told_in_one_sentence(what: What) -> None:
    sentence = told(Waiting(what, text="why", environment=PRODUCTION, commit=sha(1)))
    assert sentence.endswith(": why")
    assert "{" not in sentence


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (
            Approvals(1, (), ALICE, ("bob",)),
            "waits for 1 approval by somebody with role admin other than alice: bob",
        ),
        (Approvals(2, (), None, ()), "waits for 2 approvals by somebody with role admin"),
    ],
)
def test_missing_approvals_are_told_with_who_could_give_them(wanted: Approvals, sentence: str) -> None:
    assert told(Waiting("approval", approvals=wanted)) == sentence
