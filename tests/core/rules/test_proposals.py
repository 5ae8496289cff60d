"""What an open proposal needs next: its gate's word, its image, a refresh, its merge, its end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codegen import Delta
from controller.core.configuration import Merger, RevertMerge
from controller.core.decision import (
    CancelBuild,
    CloseProposal,
    DispatchBuild,
    Findings,
    Intent,
    MergeProposal,
    RefreshProposal,
    SetGate,
)
from controller.core.model import Annotation, BuildStatus, GateStatus, Proposal, ProposalState, Push, Unknown
from controller.core.policy import read_policies
from controller.core.rules.gate import judge, report_of
from controller.core.rules.proposals import proposals
from tests.core.builders import (
    ALICE,
    BOB,
    BOT,
    build,
    commit,
    configuration,
    hold,
    installs,
    ledger,
    line,
    proposal,
    review,
    sha,
    snapshot,
    tree,
)

NO = """\
format: 1
name: never
description: denies everything
message: not on my watch
require: "false"
cases: [{ name: anything, input: {}, expect: deny }]
"""
(DENIES,) = read_policies({"no.yaml": NO})
BUILT = {"builds": (build(10),)}
APPROVED = {"reviews": (review(BOB),)}


def found(judged: Proposal, *, told: bool = True, **fields: object) -> Findings:
    """What is found for a proposal; where it is `told`, its gate says already what it has to."""
    at = snapshot(proposals=(judged,), **fields)
    if told and judged.facts is not None:
        judged = replace(judged, gate=report_of(judged, judge(judged, at)))
        at = snapshot(proposals=(judged,), **fields)
    return proposals(at)


def kinds(findings: Findings) -> list[type[Intent]]:
    """The kinds of what is to be done."""
    return [type(intent) for intent in findings.intents]


BEHIND = {"behind": True, "merged_input_tree": tree(99)}
CONFLICT = {"behind": True, "merged_input_tree": None}
TWICE = {"pushes": (Push(sha(9), BOT), Push(sha(10), BOT))}
NOTHING_LEFT = {"touched": (), "delta": Delta()}


@pytest.mark.parametrize(
    ("judged", "fields", "kind"),
    [
        (proposal(), {}, [DispatchBuild]),
        (proposal(), {"builds": (build(10, BuildStatus.RUNNING),)}, []),
        (proposal(), {"builds": (build(10, BuildStatus.CANCELLED),)}, [DispatchBuild]),
        (proposal(), {"builds": (build(10, BuildStatus.FAILED),)}, []),
        (proposal(), {"builds": Unknown("down")}, []),
        (proposal(mismatches=("generated.rs",)), {}, []),
        (proposal(problem="it does not parse"), {}, []),
        (proposal(), {"policies": (DENIES,)}, []),
        (proposal(), BUILT, []),
        (proposal(**APPROVED), {}, [DispatchBuild]),
        (proposal(**APPROVED), BUILT, [MergeProposal]),
        (proposal(**APPROVED), BUILT | {"configuration": configuration(merge=Merger.PEOPLE)}, []),
        (proposal(author=ALICE, **APPROVED), BUILT, []),
        (proposal(**CONFLICT), BUILT, [RefreshProposal]),
        (proposal(**CONFLICT, **APPROVED), BUILT, [RefreshProposal]),
        (proposal(**BEHIND), BUILT, []),
        (proposal(**BEHIND, **APPROVED), BUILT, [RefreshProposal]),
        (proposal(**BEHIND, **APPROVED, **TWICE), BUILT, [MergeProposal]),
        (proposal(behind=True, **APPROVED), BUILT, [MergeProposal]),
        (proposal(author=ALICE, **CONFLICT), BUILT, []),
        (proposal(pushes=(Push(sha(10), BOB),), **CONFLICT), BUILT, []),
        (proposal(**NOTHING_LEFT), {}, [CloseProposal]),
        (proposal(author=ALICE, **NOTHING_LEFT), {}, [DispatchBuild]),
        (proposal(touches_composition=False), {}, []),
        (proposal(state=ProposalState.CLOSED), {}, []),
        (proposal(state=ProposalState.MERGED), {}, []),
        (proposal(facts=None), {}, []),
    ],
    ids=[
        "its candidate is built",
        "it builds",
        "a cancelled run is made again",
        "a failed build is not",
        "the forge's runs are not known",
        "what differs from the manifest is not built",
        "what cannot be read is not built",
        "what a policy denies is not built",
        "unapproved it waits",
        "approved and not built it waits",
        "approved and built it merges",
        "people merge where they want to",
        "a person's own is theirs to merge",
        "a conflict is applied anew",
        "an approved conflict too",
        "behind and unapproved it waits",
        "behind and approved it is refreshed",
        "once, then it merges",
        "the same tree needs no refresh",
        "a person's conflict is theirs",
        "what somebody pushed to is theirs",
        "nothing left to do",
        "a person's is not closed",
        "no file of the composition",
        "closed",
        "merged",
        "not read yet",
    ],
)
def test_an_open_proposal_is_built_refreshed_merged_or_waits(
    judged: Proposal, fields: dict[str, object], kind: list[type[Intent]]
) -> None:
    assert kinds(found(judged, **fields)) == kind


def test_the_gate_s_word_stands_on_the_forge_before_the_merge() -> None:
    ready = proposal(**APPROVED)

    assert kinds(found(ready, told=False, **BUILT)) == [SetGate]
    assert kinds(found(ready, told=True, **BUILT)) == [MergeProposal]


@pytest.mark.parametrize(
    ("judged", "fields", "status", "title"),
    [
        (proposal(**APPROVED), BUILT, GateStatus.PASSED, "Ready to merge"),
        (proposal(), BUILT, GateStatus.WAITING, "Waits for an approving review"),
        (proposal(mismatches=("generated.rs",)), BUILT, GateStatus.FAILED, "Not what the manifest gives: generated.rs"),
        (proposal(problem="modules.toml:3: no"), BUILT, GateStatus.FAILED, "modules.toml:3: no"),
        (proposal(), {"policies": (DENIES,)}, GateStatus.FAILED, "never: not on my watch"),
        (proposal(touches_composition=False), {}, GateStatus.PASSED, "Ready to merge"),
    ],
    ids=["passed", "waits", "differs", "does not parse", "denied", "no file of the composition"],
)
def test_the_gate_says_what_it_waits_for_or_what_is_wrong(
    judged: Proposal, fields: dict[str, object], status: GateStatus, title: str
) -> None:
    report = report_of(judged, judge(judged, snapshot(proposals=(judged,), **fields)))

    assert report.status is status
    assert report.title.lower().startswith(title.lower())
    assert report.head == judged.forge.head


def test_a_build_that_failed_shows_file_line_and_message_on_the_gate() -> None:
    error = Annotation("crates/platform-broken/src/lib.rs", 12, "platform-broken", "mismatched types")
    judged = proposal()
    at = snapshot(proposals=(judged,), builds=(build(10, BuildStatus.FAILED, errors=(error,)),))

    report = report_of(judged, judge(judged, at))

    assert report.status is GateStatus.FAILED
    assert report.annotations == (error,)
    assert "crates/platform-broken/src/lib.rs:12: mismatched types" in report.summary


def test_a_person_s_revert_is_merged_for_them_once_somebody_approved() -> None:
    blog = commit(3, installs("blog"))
    revert = proposal(delta=blog.delta.inverse(), author=ALICE)
    fields = {
        "main": line(commit(1), commit(2), blog),
        "ledger": ledger(holds=[hold(3)]),
        "configuration": configuration(revert_merge=RevertMerge.AUTO),
    }

    assert MergeProposal not in kinds(found(revert, **BUILT, **fields))
    approved = proposal(delta=blog.delta.inverse(), author=ALICE, reviews=(review(BOB),))
    assert kinds(found(approved, **BUILT, **fields)) == [MergeProposal]


@pytest.mark.parametrize(
    ("run", "cancelled"),
    [
        (build(9, BuildStatus.RUNNING), True),
        (build(9), False),
        (build(10, BuildStatus.RUNNING), False),
        (build(9, BuildStatus.RUNNING, input_tree=tree(10)), False),
        (build(3, BuildStatus.RUNNING), False),
    ],
    ids=["nobody's", "ended", "the head's", "the same tree", "the default branch's"],
)
def test_a_run_that_nobody_waits_for_is_cancelled(run: object, cancelled: bool) -> None:
    assert (CancelBuild in kinds(found(proposal(), builds=(run, build(10))))) is cancelled


def test_where_the_forge_cannot_be_read_nothing_is_done_and_that_is_said() -> None:
    findings = proposals(snapshot(proposals=Unknown("HTTP 500")))

    assert findings.intents == ()
    assert [(c.reason, c.message) for c in findings.conditions] == [("ForgeUnknown", "HTTP 500")]
