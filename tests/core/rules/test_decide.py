"""What holds for every decision, whatever was read: over made-up snapshots with parts that could not be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.core.configuration import PromotionOrder, ReleaseOn, RevertMerge
from controller.core.decide import decide
from controller.core.decision import (
    QUIET,
    Announce,
    CreateRelease,
    Decision,
    DispatchBuild,
    FreezeEnvironment,
    JudgeHold,
    MergeProposal,
    OpenRevert,
    Promote,
    RecordVerification,
    RefreshProposal,
    RollBack,
    RollOut,
    RunChecks,
    SetGate,
)
from controller.core.ledger.state import Direction, EnvironmentState, Freeze, HoldState, VerificationState
from controller.core.model import BuildStatus, Known, ProposalState, RolloutPhase, Unknown
from controller.core.snapshot import Snapshot
from controller.core.spans import holding
from controller.core.stop import MOVES_FORWARD
from tests.core.builders import (
    BOB,
    NOW,
    PRODUCTION,
    STAGING,
    ago,
    build,
    commit,
    configuration,
    errored,
    failed,
    hold,
    ledger,
    line,
    passed,
    probe,
    proposal,
    reverting,
    review,
    serving,
    snapshot,
    state,
)

UNKNOWN = st.just(Unknown("the other side did not answer"))
LINES = st.sampled_from(
    [
        line(*(commit(number) for number in range(1, 6))),
        line(commit(1), commit(2), commit(3), reverting(4, commit(2)), commit(5)),
        line(commit(1), commit(2), commit(3), commit(4, consistent=False), commit(5)),
    ]
)
numbers = st.integers(1, 5)


@st.composite
def states(draw: st.DrawFn, name: str) -> EnvironmentState:
    """An environment on some release, in some verification, on its way forward or back."""
    found = state(
        name,  # type: ignore[arg-type]
        draw(st.none() | st.integers(1, 3)),
        draw(st.sampled_from(VerificationState)),
        passed=draw(st.lists(st.integers(1, 3), max_size=3, unique=True)),
        span=draw(st.lists(numbers, max_size=3, unique=True)),
    )
    return replace(
        found,
        since=ago(draw(st.sampled_from([1, 60, 5000]))),
        direction=draw(st.sampled_from(Direction)),
        returned_for=draw(st.none() | st.just(hold(3).id)),
    )


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Anything that a pass could have read."""
    names = (STAGING, PRODUCTION)
    results = st.lists(st.sampled_from([passed(), failed(), errored()]), min_size=1, max_size=2)
    seen = [
        probe(draw(st.sampled_from(names)), draw(st.integers(1, 3)), *draw(results), at=at) for at in (6, 3, 1, 0.1)
    ]
    running = tuple(serving(name, draw(st.integers(1, 3)), phase=draw(st.sampled_from(RolloutPhase))) for name in names)
    proposals = tuple(
        proposal(
            number,
            state=draw(st.sampled_from(ProposalState)),
            behind=draw(st.booleans()),
            reviews=draw(st.sampled_from([(), (review(BOB, on=number),)])),
            mismatches=draw(st.sampled_from([(), ("generated.rs",)])),
        )
        for number in (10, 11)
    )
    builds = tuple(
        build(number, draw(st.sampled_from(BuildStatus))) for number in draw(st.sets(st.sampled_from([4, 5, 10, 11])))
    )
    holds = [hold(number, draw(st.sampled_from(HoldState))) for number in draw(st.sets(st.integers(2, 3)))]
    return snapshot(
        main=draw(LINES),
        ledger=ledger(*(draw(states(name)) for name in names), holds=holds),
        running=draw(UNKNOWN | st.just(running)),
        proposals=draw(UNKNOWN | st.just(proposals)),
        builds=draw(UNKNOWN | st.just(builds)),
        commands=draw(UNKNOWN | st.just(())),
        probes=seen,
        configuration=configuration(
            promotion=draw(st.sampled_from(PromotionOrder)),
            release_on=draw(st.sampled_from(ReleaseOn)),
            revert_merge=draw(st.sampled_from(RevertMerge)),
        ),
    )


EXAMPLES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def of_kind(decision: Decision, *kinds: type) -> list[object]:
    """The intents of these kinds, carried out or postponed."""
    return [intent for intent in (*decision.intents, *decision.postponed) if isinstance(intent, kinds)]


@given(seen=snapshots())
@EXAMPLES
def test_the_same_in_is_the_same_out(seen: Snapshot) -> None:
    assert decide(seen, NOW) == decide(replace(seen), NOW)


@given(seen=snapshots())
@EXAMPLES
def test_each_target_is_written_to_at_most_once(seen: Snapshot) -> None:
    targets = Counter(intent.target for intent in decide(seen, NOW).intents)

    assert all(count == 1 for count in targets.values())


@given(seen=snapshots())
@EXAMPLES
def test_what_only_tells_waits_for_what_acts(seen: Snapshot) -> None:
    quiet = {isinstance(intent, QUIET) for intent in decide(seen, NOW).intents}

    assert len(quiet) < 2


@given(seen=snapshots())
@EXAMPLES
def test_nothing_moves_forward_about_what_could_not_be_read(seen: Snapshot) -> None:
    decision = decide(seen, NOW)

    if isinstance(seen.running, Unknown):
        assert not of_kind(decision, Promote, RollOut, RollBack, RunChecks)
    if isinstance(seen.proposals, Unknown):
        assert not of_kind(decision, MergeProposal, SetGate, RefreshProposal, OpenRevert, CreateRelease)
    if isinstance(seen.builds, Unknown):
        assert not of_kind(decision, DispatchBuild)


@given(seen=snapshots())
@EXAMPLES
def test_a_stop_takes_away_what_moves_forward_and_nothing_of_what_takes_back(seen: Snapshot) -> None:
    stop = Freeze("frz_1", None, BOB, "incident", ago(5), until=NOW + timedelta(hours=1), stop=True)
    stopped = replace(seen, ledger=replace(seen.ledger, freezes={stop.id: stop}))
    back = (RollBack, RollOut, JudgeHold, RecordVerification, FreezeEnvironment, OpenRevert, CreateRelease, SetGate)

    free, held = decide(seen, NOW), decide(stopped, NOW)

    assert not of_kind(held, *MOVES_FORWARD)
    assert of_kind(held, *back) == of_kind(free, *back)


@given(seen=snapshots())
@EXAMPLES
def test_no_release_on_hold_is_promoted_or_returned_to(seen: Snapshot) -> None:
    for intent in of_kind(decide(seen, NOW), Promote, RollBack):
        target = seen.ledger.releases[intent.release if isinstance(intent, Promote) else intent.to]  # type: ignore[attr-defined]
        assert holding(seen.main, seen.ledger, target) is None


@given(seen=snapshots())
@EXAMPLES
def test_a_promotion_goes_forward_and_a_rollback_back_and_never_back_from_back(seen: Snapshot) -> None:
    for intent in of_kind(decide(seen, NOW), Promote, RollBack):
        environment = seen.ledger.environments[intent.environment]  # type: ignore[attr-defined]
        here = seen.main.index[seen.ledger.releases[environment.release].commit]  # type: ignore[index]
        if isinstance(intent, Promote):
            assert seen.main.index[seen.ledger.releases[intent.release].commit] > here
        elif isinstance(intent, RollBack):
            assert seen.main.index[seen.ledger.releases[intent.to].commit] < here
            assert environment.direction is Direction.FORWARD


@given(seen=snapshots())
@EXAMPLES
def test_only_an_approved_proposal_whose_gate_stands_is_merged(seen: Snapshot) -> None:
    assert not of_kind(decide(seen, NOW), MergeProposal), "no gate of these stands on the forge yet"


def test_where_nothing_is_to_do_it_is_only_told_and_only_once() -> None:
    first = decide(snapshot(), NOW)
    markers = frozenset(intent.marker for intent in first.intents if isinstance(intent, Announce))

    second = decide(snapshot(said=markers), NOW)

    assert {type(intent) for intent in first.intents} == {Announce}
    assert second == Decision(at=NOW)


def test_what_takes_back_comes_before_what_moves_forward() -> None:
    unwell = state(PRODUCTION, 2, VerificationState.PENDING, passed=(1,), span=(2,))
    seen = snapshot(
        ledger=ledger(state(STAGING, 2, passed=(1, 2)), unwell),
        running=(serving(STAGING, 2), serving(PRODUCTION, 2)),
        probes=(probe(PRODUCTION, 2, failed()), probe(STAGING, 2)),
    )

    decision = decide(seen, NOW)

    assert isinstance(seen.running, Known)
    assert [type(i) for i in decision.intents if i.target == "ledger"] == [RollBack]
    assert Promote in {type(intent) for intent in decision.postponed}
