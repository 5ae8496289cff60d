"""Which held changes are taken out of the default branch by a proposal, and which comments are obeyed."""

from __future__ import annotations

import pytest

from codegen import Delta
from controller.core.decision import Findings, ObeyCommand, OpenRevert
from controller.core.ledger.state import HoldState
from controller.core.model import BranchName, Command, Proposal, ProposalNumber, ProposalState, Unknown
from controller.core.requests import Request
from controller.core.rules.reverts import command_marker, reverts
from tests.core.builders import BOB, CAROL, NOW, commit, hold, ledger, line, proposal, reverting, sha, snapshot

BRANCH = Request("revert", BOB, "", reverts=sha(2)).branch(1)
LINE = line(commit(1), commit(2), commit(3))


def found(**fields: object) -> Findings:
    """What is found with a confirmed hold on commit 2 unless told otherwise."""
    usual: dict[str, object] = {"main": LINE, "ledger": ledger(holds=fields.pop("holds", [hold(2)]))}
    return reverts(snapshot(**(usual | fields)))


def opened(state: ProposalState, branch: str = BRANCH) -> tuple[Proposal, ...]:
    """A revert's proposal in that state."""
    return (proposal(11, Delta(removed=commit(2).delta.added), branch=BranchName(branch), state=state),)


@pytest.mark.parametrize(
    ("fields", "opens", "reasons"),
    [
        ({}, True, {"RevertNotMerged"}),
        ({"holds": [hold(2, HoldState.SUSPECTED)]}, False, set()),
        ({"holds": [hold(2, HoldState.CLEARED)]}, False, set()),
        ({"holds": [hold(2, HoldState.LIFTED)]}, False, set()),
        ({"main": line(commit(1), commit(2), reverting(3, commit(2)))}, False, set()),
        ({"holds": [hold(2, commits=(sha(9),))]}, False, set()),
        ({"holds": [hold(2, commits=(sha(2), sha(3)))]}, False, {"SeveralSuspects"}),
        ({"main": line(commit(1), commit(2, Delta()), commit(3))}, False, {"RevertByHand"}),
        ({"proposals": Unknown("down")}, False, {"ForgeUnknown"}),
        ({"proposals": opened(ProposalState.OPEN)}, False, {"RevertNotMerged"}),
        ({"proposals": opened(ProposalState.CLOSED)}, False, {"RevertNotMerged"}),
        ({"proposals": opened(ProposalState.OPEN, "modwright/install/other-1")}, True, {"RevertNotMerged"}),
        ({"proposals": (proposal(11, branch=BranchName("revert-2"), reverts=sha(2)),)}, False, {"RevertNotMerged"}),
    ],
    ids=[
        "a confirmed hold",
        "a suspicion",
        "a cleared one",
        "a lifted one",
        "undone already",
        "not on the default branch",
        "several suspects",
        "no module change",
        "the forge is not known",
        "open already",
        "declined by a person",
        "another proposal",
        "a person's own revert",
    ],
)
def test_a_confirmed_hold_s_change_is_reverted_once(fields: dict[str, object], opens: bool, reasons: set[str]) -> None:
    findings = found(**fields)

    assert [(i.hold, i.commit) for i in findings.intents if isinstance(i, OpenRevert)] == (
        [(hold(2).id, sha(2))] if opens else []
    )
    assert {condition.reason for condition in findings.conditions} == reasons


AGAIN = line(commit(1), commit(2), reverting(3, commit(2)))


@pytest.mark.parametrize(
    ("first", "opens", "reasons"),
    [
        (HoldState.CONFIRMED, [], {"RevertReturnsHeld"}),
        (HoldState.LIFTED, [(hold(3).id, sha(3))], {"RevertNotMerged"}),
        (HoldState.CLEARED, [(hold(3).id, sha(3))], {"RevertNotMerged"}),
    ],
)
def test_what_is_on_hold_comes_back_by_a_person_s_word_alone(
    first: HoldState, opens: list[object], reasons: set[str]
) -> None:
    findings = found(main=AGAIN, holds=[hold(2, first), hold(3)])

    assert [(i.hold, i.commit) for i in findings.intents if isinstance(i, OpenRevert)] == opens
    assert {condition.reason for condition in findings.conditions} == reasons


def test_a_revert_that_somebody_asked_for_is_waited_for_though_it_returns_what_is_held() -> None:
    theirs = (proposal(11, branch=BranchName("revert-3"), reverts=sha(3)),)

    findings = found(main=AGAIN, holds=[hold(2), hold(3)], proposals=theirs)

    assert [condition.reason for condition in findings.conditions] == ["RevertNotMerged"]


COMMAND = Command(5, ProposalNumber(2), CAROL, "revert", "it hurts", NOW)


def test_a_comment_is_obeyed_once() -> None:
    assert found(holds=[], commands=(COMMAND,)).intents == (ObeyCommand(COMMAND),)
    assert found(holds=[], commands=(COMMAND,), said=frozenset({command_marker(5)})).intents == ()


def test_where_comments_cannot_be_read_that_is_said() -> None:
    findings = found(holds=[], commands=Unknown("down"))

    assert [(c.reason, c.about) for c in findings.conditions] == [("ForgeUnknown", "commands")]
