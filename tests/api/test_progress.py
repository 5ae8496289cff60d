"""How far a change is: a table over what the ledger can say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from codegen import Delta, ModuleEntry, ModuleName
from controller.core.configuration import Configuration, EnvironmentDefinition
from controller.core.ledger.state import (
    EnvironmentState,
    Hold,
    HoldState,
    LedgerState,
    Release,
    Verification,
    VerificationState,
)
from controller.core.model import (
    AUTOMATION,
    Annotation,
    BranchName,
    Build,
    BuildId,
    BuildStatus,
    Digest,
    EnvironmentName,
    Fingerprint,
    ForgeProposal,
    HoldId,
    Known,
    MainCommit,
    Person,
    Proposal,
    ProposalNumber,
    ProposalState,
    ReleaseId,
    Sha,
    TreeId,
)
from controller.core.progress import progress
from controller.core.snapshot import MainLine, Snapshot

NOW = datetime(2026, 1, 5, tzinfo=UTC)
STAGING, PRODUCTION = EnvironmentName("staging"), EnvironmentName("production")
NOTHING = Delta()
BLOG = Delta(added=(ModuleEntry(slug=ModuleName("blog"), crate="platform-blog"),))
BEFORE, CHANGE, REVERT = (Sha(digit * 40) for digit in "abc")
PASSED, PENDING, FAILED, ERRORED = (
    VerificationState.PASSED,
    VerificationState.PENDING,
    VerificationState.FAILED,
    VerificationState.ERRORED,
)


def commit(sha: Sha, *, delta: Delta = NOTHING, reverts: Sha | None = None) -> MainCommit:
    return MainCommit(
        sha=sha,
        parent=None,
        committed_at=NOW,
        subject="",
        author="alice",
        trailers={},
        input_tree=TreeId(sha),
        modules=(),
        manifest_hash="",
        delta=delta,
        fingerprint=Fingerprint(""),
        touches_composition=True,
        reverts=reverts,
    )


def release(sha: Sha) -> Release:
    return Release(
        id=ReleaseId(f"rel_{sha[:4]}"),
        commit=sha,
        input_tree=TreeId(sha),
        digest=Digest("sha256:" + sha[:1] * 64),
        manifest_hash="",
        modules=(),
        created_at=NOW,
        build=None,
    )


def state(name: EnvironmentName, sha: Sha, verdict: VerificationState) -> EnvironmentState:
    return EnvironmentState(name, release=release(sha).id, since=NOW, verification=Verification(verdict))


def hold(*, stands: bool) -> Hold:
    return Hold(
        id=HoldId("hold_1"),
        state=HoldState.CONFIRMED if stands else HoldState.CLEARED,
        commits=(CHANGE,),
        release=None,
        environment=None,
        findings=(),
        by=AUTOMATION,
        reason="",
        at=NOW,
    )


def snapshot(
    *commits: MainCommit,
    released: tuple[Sha, ...] = (),
    environments: Mapping[EnvironmentName, tuple[Sha, VerificationState]] | None = None,
    holds: tuple[Hold, ...] = (),
    builds: tuple[Build, ...] = (),
) -> Snapshot:
    ledger = LedgerState(
        environments={name: state(name, *at) for name, at in (environments or {}).items()},
        releases={release(sha).id: release(sha) for sha in released},
        holds={found.id: found for found in holds},
    )
    return Snapshot(
        configuration=Configuration((EnvironmentDefinition(STAGING), EnvironmentDefinition(PRODUCTION, after=STAGING))),
        main=MainLine.of(BranchName("main"), (commit(BEFORE), *commits)),
        ledger=ledger,
        bot=Person("modwright[bot]", is_bot=True),
        policies=(),
        proposals=Known(()),
        builds=Known(builds),
        running=Known({}),
        commands=Known(()),
    )


MERGED = Proposal(
    ForgeProposal(
        number=ProposalNumber(1),
        title="Install blog",
        body="",
        branch=BranchName("modwright/install/blog-1-1"),
        head=CHANGE,
        base_branch=BranchName("main"),
        author=Person("modwright[bot]", is_bot=True),
        state=ProposalState.MERGED,
        merged_commit=CHANGE,
    )
)
INSTALL = commit(CHANGE, delta=BLOG)
UNDO = commit(REVERT, delta=BLOG.inverse(), reverts=CHANGE)
BROKEN = Build(
    id=BuildId("bld_1_1"),
    run=1,
    attempt=1,
    input_tree=TreeId(CHANGE),
    commit=CHANGE,
    status=BuildStatus.FAILED,
    url="",
    created_at=NOW,
    errors=(Annotation("src/lib.rs", 3, "E0308", "mismatched types"),),
)


def at(staging: tuple[Sha, VerificationState], production: tuple[Sha, VerificationState]) -> dict:
    return {STAGING: staging, PRODUCTION: production}


@pytest.mark.parametrize(
    ("seen", "stage"),
    [
        (snapshot(), "merged"),  # its commit is not known here yet
        (snapshot(INSTALL), "merged"),
        (snapshot(INSTALL, builds=(BROKEN,)), "failed"),
        (snapshot(INSTALL, holds=(hold(stands=True),)), "held"),
        (snapshot(INSTALL, released=(BEFORE, CHANGE)), "released"),
        (
            snapshot(INSTALL, released=(BEFORE, CHANGE), environments=at((BEFORE, PASSED), (BEFORE, PASSED))),
            "released",
        ),
        (
            snapshot(INSTALL, released=(BEFORE, CHANGE), environments=at((CHANGE, PENDING), (BEFORE, PASSED))),
            "promoting",
        ),
        (
            snapshot(INSTALL, released=(BEFORE, CHANGE), environments=at((CHANGE, PASSED), (BEFORE, PASSED))),
            "promoting",
        ),
        (
            snapshot(INSTALL, released=(BEFORE, CHANGE), environments=at((CHANGE, PASSED), (CHANGE, ERRORED))),
            "promoting",
        ),
        (
            snapshot(INSTALL, released=(BEFORE, CHANGE), environments=at((CHANGE, PASSED), (CHANGE, FAILED))),
            "failed",
        ),
        (
            snapshot(INSTALL, released=(BEFORE, CHANGE), environments=at((CHANGE, PASSED), (CHANGE, PASSED))),
            "verified",
        ),
        (
            snapshot(
                INSTALL,
                released=(BEFORE, CHANGE),
                environments=at((CHANGE, PASSED), (BEFORE, PENDING)),
                holds=(hold(stands=True),),
            ),
            "held",
        ),
        (
            snapshot(
                INSTALL,
                released=(BEFORE, CHANGE),
                environments=at((CHANGE, PASSED), (BEFORE, PENDING)),
                holds=(hold(stands=False),),
            ),
            "promoting",
        ),
        (
            snapshot(
                INSTALL,
                UNDO,
                released=(BEFORE, CHANGE, REVERT),
                environments=at((REVERT, PASSED), (REVERT, PASSED)),
                holds=(hold(stands=True),),
            ),
            "reverted",
        ),
    ],
)
def test_the_stage_of_a_merged_change(seen: Snapshot, stage: str) -> None:
    assert progress(MERGED, seen).stage == stage


def test_a_later_release_carries_the_change_as_well() -> None:
    later = commit(REVERT)
    seen = snapshot(INSTALL, later, released=(REVERT,), environments=at((REVERT, PASSED), (REVERT, PASSED)))
    assert progress(MERGED, seen).stage == "verified"


def test_a_build_that_failed_after_the_merge_says_the_first_error() -> None:
    step = progress(MERGED, snapshot(INSTALL, builds=(BROKEN,))).steps[-1]
    assert (step.state, step.detail) == ("failed", "E0308: src/lib.rs:3: mismatched types")


def test_a_proposal_that_was_closed_is_closed() -> None:
    closed = Proposal(replace(MERGED.forge, state=ProposalState.CLOSED, merged_commit=None))
    assert progress(closed, snapshot()).stage == "closed"


def test_an_open_one_whose_head_is_not_read_yet_is_on_its_way() -> None:
    opened = Proposal(replace(MERGED.forge, state=ProposalState.OPEN, merged_commit=None))
    assert progress(opened, snapshot()).stage == "building"
