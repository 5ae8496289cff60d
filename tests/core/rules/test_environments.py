"""What happens to an environment after a promotion: rollout, checks, verdict, rollback, and what becomes of the hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from controller.core.configuration import CheckTiming
from controller.core.decision import (
    Findings,
    FreezeEnvironment,
    Intent,
    JudgeHold,
    RecordVerification,
    RollBack,
    RollOut,
    RunChecks,
)
from controller.core.ledger.state import Direction, EnvironmentState, Freeze, HoldState, Verification, VerificationState
from controller.core.model import CheckResult, Outcome, Probe, RolloutPhase, Running, Unknown
from controller.core.rules.environments import environments
from tests.core.builders import (
    BOB,
    NOW,
    PRODUCTION,
    STAGING,
    ago,
    commit,
    configuration,
    errored,
    failed,
    hold,
    ledger,
    line,
    passed,
    probe,
    rel,
    reverting,
    serving,
    sha,
    snapshot,
    state,
    with_environment,
)

PENDING, PASSED, FAILED, ERRORED = (
    VerificationState.PENDING,
    VerificationState.PASSED,
    VerificationState.FAILED,
    VerificationState.ERRORED,
)


def on_three(verification: VerificationState = PENDING, **fields: object) -> EnvironmentState:
    """Production, promoted to release 3 a minute ago; 1 and 2 passed there."""
    return state(PRODUCTION, 3, verification, passed=(1, 2), span=(3,), **fields)


def found(
    production: EnvironmentState,
    *probes: Probe,
    running: Running | Unknown | None = None,
    timing: dict[str, object] | None = None,
    **fields: object,
) -> Findings:
    """What is found for production, with staging on release 3 and well."""
    known = configuration()
    if timing is not None:
        known = with_environment(known, PRODUCTION, **timing)
    seen = (serving(STAGING, 3), running or serving(PRODUCTION, 3))
    usual: dict[str, object] = {
        "ledger": ledger(state(STAGING, 3, passed=(1, 2, 3)), production, holds=fields.pop("holds", ())),
        "running": running if isinstance(running, Unknown) else seen,
        "configuration": known,
        "probes": probes,
    }
    return environments(snapshot(**(usual | fields)), NOW)


def kinds(findings: Findings) -> list[type[Intent]]:
    """The kinds of what is to be done."""
    return [type(intent) for intent in findings.intents]


def reasons(findings: Findings) -> set[str]:
    """Why something waits."""
    return {condition.reason for condition in findings.conditions}


def bad(*results: CheckResult, at: float = 0.1) -> Probe:
    """Production on release 3, unwell."""
    return probe(PRODUCTION, 3, *(results or (failed(),)), at=at)


@pytest.mark.parametrize(
    ("running", "kind", "reason"),
    [
        (serving(PRODUCTION, 2), [RollOut], {"RollingOut"}),
        (
            serving(PRODUCTION, 2, phase=RolloutPhase.ROLLING, desired=serving(PRODUCTION, 3).desired),
            [],
            {"RollingOut"},
        ),
        (serving(PRODUCTION, 3), [RunChecks], set()),
        (Unknown("the cluster is away"), [], {"ClusterUnknown"}),
        (serving(PRODUCTION, 2, phase=RolloutPhase.EMPTY, desired=None, serving=None), [RollOut], {"RollingOut"}),
    ],
    ids=["another image is wanted", "it rolls", "it serves", "the cluster cannot be asked", "nothing runs"],
)
def test_a_promotion_is_rolled_out_and_then_checked(
    running: Running | Unknown, kind: list[type[Intent]], reason: set[str]
) -> None:
    findings = found(on_three(), running=running)

    assert kinds(findings) == kind
    assert reasons(findings) == reason


def test_a_change_made_by_hand_is_shown_and_never_taken_back() -> None:
    findings = found(on_three(PASSED), running=serving(PRODUCTION, 1))

    assert kinds(findings) == []
    assert reasons(findings) == {"Drift"}


SOAK = {"soak": timedelta(seconds=30)}
TWICE = {"check": CheckTiming(interval=timedelta(seconds=1), deadline=timedelta(seconds=20), failures=2)}


@pytest.mark.parametrize(
    ("probes", "since", "timing", "kind"),
    [
        ([probe(PRODUCTION, 3)], 60, None, [RecordVerification]),
        ([probe(PRODUCTION, 3)], 60, SOAK, [RecordVerification]),
        ([probe(PRODUCTION, 3, since=10)], 10, SOAK, []),
        ([probe(PRODUCTION, 3, since=10, at=1.5)], 10, SOAK, [RunChecks]),
        ([probe(PRODUCTION, 3, at=31)], 60, SOAK, [RunChecks]),
        ([probe(PRODUCTION, 3, since=70)], 60, None, [RunChecks]),
        ([probe(PRODUCTION, 2)], 60, None, [RunChecks]),
        ([bad()], 60, None, [RollBack]),
        ([bad()], 60, SOAK, [RollBack]),
        ([replace(bad(), serving_since=ago(5))], 5, TWICE, []),
        ([replace(bad(at=2), serving_since=ago(5)), replace(bad(), serving_since=ago(5))], 5, TWICE, [RollBack]),
        ([bad(errored())], 60, None, [RecordVerification]),
        ([replace(bad(errored(), at=2), serving_since=ago(5))], 5, None, [RunChecks]),
        ([bad(passed(), failed(), errored())], 60, None, [RollBack]),
    ],
    ids=[
        "passed at once where nothing soaks",
        "passed after the soak",
        "soaking, asked lately",
        "soaking, asked long ago",
        "the last answer is from within the soak",
        "the answer is from before it served",
        "the answer is of another release",
        "one failure is enough where one counts",
        "a failure counts within the soak",
        "one failure of two",
        "two failures of two",
        "could not tell until the deadline",
        "could not tell, asked again",
        "one failed check is enough",
    ],
)
def test_the_checks_come_to_a_verdict(
    probes: list[Probe], since: float, timing: dict[str, object] | None, kind: list[type[Intent]]
) -> None:
    findings = found(on_three(), *probes, running=serving(PRODUCTION, 3, since=since), timing=timing)

    assert kinds(findings) == kind


def test_a_failure_returns_to_the_predecessor_and_suspects_the_commit_in_the_same_decision() -> None:
    (back,) = found(on_three(), bad()).intents

    assert isinstance(back, RollBack)
    assert (back.leaving, back.to) == (rel(3), rel(2))
    assert back.hold.state is HoldState.SUSPECTED
    assert back.hold.commits == (sha(3),)
    assert back.hold.findings == (failed(),)
    assert "modules: blog is unhealthy" in back.hold.reason


def test_a_rollout_that_failed_is_taken_back_like_a_failed_check() -> None:
    broken = serving(PRODUCTION, 3, phase=RolloutPhase.FAILED, error="migrate up ended with 1", serving=None)

    (back,) = found(on_three(), running=broken).intents

    assert isinstance(back, RollBack)
    assert back.hold.findings[0].check == "rollout"
    assert "migrate up" in back.hold.findings[0].seen


@pytest.mark.parametrize(
    ("production", "fields"),
    [
        (on_three(direction=Direction.BACK), {}),
        (state(PRODUCTION, 3, PENDING), {}),
        (on_three(since=ago(3600)), {}),
        (on_three(), {"holds": [hold(2), hold(1, id="hold_1")]}),
    ],
    ids=["a rollback is never rolled back", "no predecessor", "older than the limit", "every predecessor is held"],
)
def test_a_failure_that_is_not_taken_back_is_recorded_and_calls_a_person(
    production: EnvironmentState, fields: dict[str, object]
) -> None:
    findings = found(production, bad(), **fields)

    (recorded,) = findings.intents
    assert isinstance(recorded, RecordVerification)
    assert recorded.verdict is FAILED


@pytest.mark.parametrize("state_of_it", [PENDING, ERRORED])
def test_what_could_not_be_told_never_rolls_back(state_of_it: VerificationState) -> None:
    findings = found(on_three(state_of_it), bad(errored()))

    assert RollBack not in kinds(findings)


def test_what_could_not_be_told_calls_a_person_and_is_asked_on() -> None:
    findings = found(on_three(ERRORED), bad(errored(), at=2))

    assert kinds(findings) == [RunChecks]
    assert reasons(findings) == {"CannotTell"}


def test_what_failed_and_stayed_is_asked_on_and_recorded_when_it_is_well_again() -> None:
    back = on_three(FAILED, direction=Direction.BACK)

    still, again = found(back, bad(at=2)), found(back, probe(PRODUCTION, 3))

    assert kinds(still) == [RunChecks]
    assert reasons(still) == {"RunningUnwell"}
    assert [getattr(intent, "verdict", None) for intent in again.intents] == [PASSED]


def test_several_suspects_are_held_together_and_what_was_undone_is_none() -> None:
    span = (commit(2), commit(3), reverting(4, commit(2)))
    production = state(PRODUCTION, 4, PENDING, passed=(1,), span=(2, 3, 4))
    known = ledger(state(STAGING, 4, passed=(1, 4)), production, releases=(1, 2, 3, 4))

    findings = environments(
        snapshot(
            main=line(commit(1), *span),
            ledger=known,
            running=(serving(STAGING, 4), serving(PRODUCTION, 4)),
            probes=(probe(PRODUCTION, 4, failed()),),
        ),
        NOW,
    )

    (back,) = findings.intents
    assert isinstance(back, RollBack)
    assert back.hold.commits == (sha(3),)


def returned(verification: VerificationState, *findings: CheckResult) -> EnvironmentState:
    """Production back on release 2, since 3 failed."""
    back = state(
        PRODUCTION,
        2,
        passed=(1, 2) if verification is PASSED else (1,),
        direction=Direction.BACK,
        returned_for=hold(3).id,
    )
    return replace(back, verification=Verification(verification, ago(5), findings))


SUSPECTED = [hold(3, HoldState.SUSPECTED)]


@pytest.mark.parametrize(
    ("verification", "findings", "verdict"),
    [
        (PASSED, (), HoldState.CONFIRMED),
        (FAILED, (failed(),), HoldState.CLEARED),
        (PENDING, (), None),
        (ERRORED, (errored(),), None),
    ],
    ids=["it passes", "it fails as well", "not known yet", "cannot be told"],
)
def test_the_predecessor_s_own_checks_judge_the_hold(
    verification: VerificationState, findings: tuple[CheckResult, ...], verdict: HoldState | None
) -> None:
    seen = found(returned(verification, *findings), running=serving(PRODUCTION, 2), holds=SUSPECTED)

    judged = [intent.verdict for intent in seen.intents if isinstance(intent, JudgeHold)]
    assert judged == ([verdict] if verdict is not None else [])


def test_a_predecessor_that_cannot_be_rolled_out_freezes_the_environment_once() -> None:
    gone = returned(FAILED, CheckResult("rollout", Outcome.FAILED, "no image"))
    frozen = ledger(
        gone, holds=SUSPECTED, freezes={"frz_1": Freeze("frz_1", PRODUCTION, BOB, "it could not be rolled out", ago(1))}
    )

    assert FreezeEnvironment in kinds(found(gone, running=serving(PRODUCTION, 2), holds=SUSPECTED))
    assert FreezeEnvironment not in kinds(found(gone, running=serving(PRODUCTION, 2), ledger=frozen))


def cleared(number: int) -> object:
    """A hold on release 3 that turned out to have another cause."""
    return hold(3, HoldState.CLEARED, id=f"hold_3_{number}", at=ago(100 - number), judged_at=ago(90 - number))


@pytest.mark.parametrize(("times", "freezes"), [(1, []), (2, [FreezeEnvironment])])
def test_a_release_that_was_cleared_twice_is_not_tried_a_third_time(times: int, freezes: list[type[Intent]]) -> None:
    holds = [cleared(number) for number in range(times)]

    assert kinds(found(state(PRODUCTION, 2, passed=(1, 2)), running=serving(PRODUCTION, 2), holds=holds)) == freezes


def test_a_freeze_after_two_that_a_person_lifted_stays_lifted() -> None:
    holds = [cleared(0), cleared(1)]
    lifted = Freeze("frz_1", PRODUCTION, BOB, "failed twice", ago(10), lifted_at=ago(5), lifted_by=BOB)
    known = ledger(state(PRODUCTION, 2, passed=(1, 2)), holds=holds, freezes={"frz_1": lifted})  # type: ignore[arg-type]

    assert kinds(found(state(PRODUCTION, 2), running=serving(PRODUCTION, 2), ledger=known)) == []


def test_a_person_s_freeze_with_an_end_is_not_enough_after_two() -> None:
    holds = [cleared(0), cleared(1)]
    ending = Freeze("frz_1", PRODUCTION, BOB, "sale", ago(10), until=NOW + timedelta(hours=1))
    known = ledger(state(PRODUCTION, 2, passed=(1, 2)), holds=holds, freezes={"frz_1": ending})  # type: ignore[arg-type]

    assert kinds(found(state(PRODUCTION, 2), running=serving(PRODUCTION, 2), ledger=known)) == [FreezeEnvironment]


def test_an_environment_without_a_release_waits_for_a_person() -> None:
    assert found(state(PRODUCTION, None, PENDING)) == Findings()
