"""Which merged commits become releases, in which order, and what the others wait for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codegen import Delta
from controller.core.configuration import ReleaseOn
from controller.core.decision import CreateRelease, DispatchBuild, Findings, Intent, OpenRepair
from controller.core.ledger.state import Approval, Release
from controller.core.model import BuildStatus, Fingerprint, MainCommit, ProposalNumber, ProposalState, Unknown
from controller.core.rules.releases import releases
from tests.core.builders import (
    BOB,
    BOT,
    NOW,
    build,
    commit,
    configuration,
    digest,
    installs,
    ledger,
    line,
    proposal,
    rel,
    release,
    review,
    sha,
    snapshot,
    tree,
)


def found(*after: MainCommit, **fields: object) -> Findings:
    """What is found for these commits after the one of release 1."""
    usual: dict[str, object] = {"main": line(commit(1), *after), "ledger": ledger(releases=(1,))}
    return releases(snapshot(**(usual | fields)), NOW)


def kinds(findings: Findings) -> list[type[Intent]]:
    """The kinds of what is to be done."""
    return [type(intent) for intent in findings.intents]


def made(findings: Findings) -> Release:
    """The one release that is made."""
    (intent,) = findings.intents
    assert isinstance(intent, CreateRelease)
    return intent.release


INCONSISTENT = commit(2, consistent=False)
NO_MODULES = commit(2, Delta())


@pytest.mark.parametrize(
    ("after", "fields", "kind", "reasons"),
    [
        ([commit(2)], {"builds": (build(2),)}, [CreateRelease], set()),
        ([commit(2)], {}, [DispatchBuild], set()),
        ([commit(2)], {"builds": (build(2, BuildStatus.RUNNING),)}, [], {"Building"}),
        ([commit(2)], {"builds": (build(2, BuildStatus.QUEUED),)}, [], {"Building"}),
        ([commit(2)], {"builds": (build(2, BuildStatus.CANCELLED),)}, [DispatchBuild], set()),
        ([commit(2)], {"builds": (build(2, BuildStatus.FAILED),)}, [], {"BuildFailed"}),
        ([commit(2)], {"builds": Unknown("down")}, [], {"ForgeUnknown"}),
        ([commit(2)], {"builds": (build(2),), "proposals": Unknown("down")}, [], {"ForgeUnknown"}),
        ([INCONSISTENT], {"builds": (build(2),)}, [OpenRepair], {"GeneratedSourceDiffers"}),
        ([INCONSISTENT, commit(3)], {"builds": (build(2), build(3))}, [CreateRelease], {"GeneratedSourceDiffers"}),
        ([NO_MODULES], {"builds": (build(2),)}, [], set()),
        (
            [NO_MODULES],
            {"builds": (build(2),), "configuration": configuration(release_on=ReleaseOn.EVERY)},
            [CreateRelease],
            set(),
        ),
        ([commit(2)], {"ledger": ledger(releases=())}, [], {"NothingAdopted"}),
        ([], {}, [], set()),
        ([commit(2), commit(3)], {"builds": (build(3),)}, [DispatchBuild], set()),
        (
            [commit(2), commit(3)],
            {"builds": (build(2, BuildStatus.FAILED), build(3))},
            [CreateRelease],
            {"BuildFailed"},
        ),
    ],
    ids=[
        "a commit with an image",
        "without an image it is built",
        "it builds",
        "it waits for a runner",
        "a cancelled run says nothing",
        "its build failed",
        "the forge's runs are not known",
        "who approved is not known",
        "its source is not what its manifest gives",
        "what repairs it becomes the release",
        "without modules nothing is released",
        "unless every commit is",
        "a person adopts the first",
        "nothing new",
        "the older one first",
        "past one that never will be",
    ],
)
def test_a_commit_becomes_a_release_or_says_what_it_waits_for(
    after: list[MainCommit], fields: dict[str, object], kind: list[type[Intent]], reasons: set[str]
) -> None:
    findings = found(*after, **fields)

    assert kinds(findings) == kind
    assert {condition.reason for condition in findings.conditions} == reasons


def test_the_image_of_a_tree_that_was_released_before_is_used_again() -> None:
    again = commit(2, input_tree=tree(1))

    new = made(found(again))

    assert (new.digest, new.reused_from, new.build) == (digest(1), rel(1), release(1).build)


def test_a_release_holds_the_evidence_of_its_whole_span() -> None:
    merged = replace(
        proposal(
            2,
            installs("m2"),
            state=ProposalState.MERGED,
            merged_commit=sha(2),
            merged_by=BOT,
            reviews=(review(BOB, on=2),),
        )
    )
    pushed = commit(3)

    new = made(found(commit(2, Delta()), pushed, builds=(build(3),), proposals=(merged,)))

    assert [e.commit for e in new.commits] == [sha(2), sha(3)]
    assert (new.commits[0].approval, new.commits[0].proposal) == (Approval.REVIEWED, ProposalNumber(2))
    assert new.commits[1].approval is Approval.MISSING
    assert "without a proposal" in new.commits[1].detail


def test_what_was_merged_has_to_be_what_was_approved() -> None:
    merged = proposal(
        2, installs("m2"), state=ProposalState.MERGED, merged_commit=sha(2), merged_by=BOB, reviews=(review(BOB, on=2),)
    )
    other = commit(2, fingerprint=Fingerprint("another"))

    evidence = made(found(other, builds=(build(2),), proposals=(merged,))).commits[0]

    assert evidence.approval is Approval.MISSING
    assert "not the change that was approved" in evidence.detail
    assert evidence.reviews == ()
