"""The global stop: what moves forward waits, what takes back goes on, whatever else is to do."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest

from controller.core.decide import decide
from controller.core.decision import (
    DispatchBuild,
    Findings,
    Intent,
    MergeProposal,
    OpenRepair,
    OpenRevert,
    Promote,
    RefreshProposal,
    RollBack,
)
from controller.core.ledger.state import Freeze, VerificationState
from controller.core.model import Known, ProposalNumber
from controller.core.stop import MOVES_FORWARD, hold_back
from tests.core.builders import (
    ALICE,
    NOW,
    PRODUCTION,
    STAGING,
    ago,
    failed,
    hold,
    ledger,
    probe,
    proposal,
    rel,
    serving,
    sha,
    snapshot,
    state,
    tree,
)

UNTIL = NOW + timedelta(hours=2)
STOP = Freeze("frz_1", None, ALICE, "incident 17", ago(5), until=UNTIL, stop=True)
STOPPED = ledger(freezes={STOP.id: STOP})
FORWARD: tuple[Intent, ...] = (
    Promote(PRODUCTION, rel(3), "it passed"),
    MergeProposal(ProposalNumber(10), sha(10)),
    DispatchBuild(sha(10), tree(10), ProposalNumber(10)),
    RefreshProposal(ProposalNumber(10), sha(10)),
    OpenRepair(sha(3)),
)
BACK: tuple[Intent, ...] = (
    RollBack(PRODUCTION, rel(3), rel(2), hold(3)),
    OpenRevert(hold(3).id, sha(3)),
)


def test_every_kind_that_moves_forward_is_tried_here() -> None:
    assert {type(intent) for intent in FORWARD} == set(MOVES_FORWARD)
    assert set(MOVES_FORWARD) < set(get_args(Intent))


@pytest.mark.parametrize("intent", FORWARD, ids=lambda intent: type(intent).__name__)
def test_what_moves_forward_waits_until_the_stop_s_end(intent: Intent) -> None:
    findings = hold_back(Findings(intents=(intent, *BACK)), STOPPED, NOW)

    assert findings.intents == BACK
    (condition,) = findings.conditions
    assert (condition.reason, condition.about) == ("Stopped", "everything")
    assert condition.message == "stopped by alice until 2026-03-01 14:00 UTC: incident 17"
    assert findings.wake_after == timedelta(hours=2)
    assert hold_back(Findings(intents=(intent,)), STOPPED, UNTIL).intents == (intent,)


def test_without_a_stop_nothing_is_held_back() -> None:
    findings = Findings(intents=(*FORWARD, *BACK))

    assert hold_back(findings, ledger(), NOW) == findings


def test_a_failure_is_taken_back_while_everything_is_stopped() -> None:
    failing = state(PRODUCTION, 3, VerificationState.PENDING, passed=(1, 2), span=(3,), since=ago(30))
    probes = [probe(PRODUCTION, 3, failed(), at=at) for at in (3, 2, 1)]
    stopped = ledger(state(STAGING, 3, passed=(1, 2, 3)), failing, freezes={STOP.id: STOP})

    decision = decide(
        snapshot(
            ledger=stopped,
            probes=probes,
            running=Known({STAGING: serving(STAGING, 3), PRODUCTION: serving(PRODUCTION, 3)}),
            proposals=Known((proposal(),)),
        ),
        NOW,
    )

    assert [type(intent) for intent in decision.intents if isinstance(intent, RollBack)] == [RollBack]
    assert not any(isinstance(intent, MOVES_FORWARD) for intent in (*decision.intents, *decision.postponed))
