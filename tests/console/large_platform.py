"""A platform of a size that few reach: 1,000 modules, 5,000 releases, as one reading that a loop has made."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from codegen import Delta, ModuleEntry, ModuleName
from controller.core.ledger.state import (
    Approval,
    CommitEvidence,
    EnvironmentState,
    LedgerState,
    Release,
    Verification,
    VerificationState,
)
from controller.core.model import (
    BranchName,
    BuildId,
    Digest,
    Fingerprint,
    ForgeProposal,
    Known,
    MainCommit,
    Person,
    Proposal,
    ProposalNumber,
    ProposalState,
    ReleaseId,
    Sha,
    TreeId,
    UserId,
)
from controller.core.snapshot import MainLine
from controller.operations.catalog import CatalogRow
from controller.reconcile.observe import Observation
from tests.world.forge import BOT
from tests.world.world import PRODUCTION, STAGING, World

MODULES, RELEASES = 1000, 5000
NAMES = tuple(ModuleName(f"module-{number:04}") for number in range(MODULES))


def grow(world: World) -> None:
    """Has the world's loop have seen such a platform; nothing is read anew until somebody writes."""
    seen = world.loop.look()
    main = MainLine.of(seen.snapshot.main.branch, tuple(_commit(number, world) for number in range(RELEASES)))
    ledger = _ledger(main)
    view = replace(seen.view, main=main, ledger=replace(seen.view.ledger, state=ledger))
    proposals = Known(tuple(map(_proposal, reversed(main.commits))))
    world.loop.seen = Observation(replace(seen.snapshot, main=main, ledger=ledger, proposals=proposals), view)
    world.platform.remembered.by_key["modules", main.head.sha] = tuple(map(_row, NAMES))


def _row(name: ModuleName) -> CatalogRow:
    number = int(name[-4:])
    return CatalogRow(
        slug=name,
        state="installed" if number % 3 else "available",
        version=f"1.{number}.0",
        description=f"What the module number {number} is for, in a sentence that people read",
        depends_on=NAMES[max(0, number - 3) : number],
        required=number % 50 == 0,
        name=f"Module {number}",
        category=f"category {number % 12}",
        newer=(f"2.{number}.0",) if number % 7 == 0 else (),
    )


def _commit(number: int, world: World) -> MainCommit:
    entry = ModuleEntry(slug=NAMES[number % MODULES], crate=NAMES[number % MODULES])
    return MainCommit(
        sha=Sha(f"{number:040x}"),
        parent=Sha(f"{number - 1:040x}") if number else None,
        committed_at=world.clock.now + timedelta(minutes=number),
        subject=f"Install {entry.slug}",
        author="modwright[bot]",
        trailers={},
        input_tree=TreeId(f"{number:040x}"),
        modules=NAMES,
        manifest_hash="0" * 64,
        delta=Delta(added=(entry,)),
        fingerprint=Fingerprint("f" * 64),
        touches_composition=True,
    )


def _proposal(commit: MainCommit) -> Proposal:
    number = int(commit.sha, 16) + 1
    return Proposal(
        ForgeProposal(
            number=ProposalNumber(number),
            title=commit.subject,
            body="",
            branch=BranchName(f"modwright/install/{number}"),
            head=commit.sha,
            base_branch=BranchName("main"),
            author=BOT,
            state=ProposalState.MERGED,
            merged_commit=commit.sha,
            merged_by=BOT,
            closed_at=commit.committed_at,
        )
    )


def _ledger(main: MainLine) -> LedgerState:
    releases = {release.id: release for release in map(_release, main.commits)}
    newest = list(releases)
    states = {STAGING: newest[-1], PRODUCTION: newest[-20]}
    passed = Verification(VerificationState.PASSED)
    environments = {
        name: EnvironmentState(name=name, release=release, verification=passed, passed=tuple(newest[-500:]))
        for name, release in states.items()
    }
    return LedgerState(environments=environments, releases=releases)


def _release(commit: MainCommit) -> Release:
    evidence = CommitEvidence(
        commit=commit.sha,
        approval=Approval.REVIEWED,
        detail="approved by bob",
        proposal=ProposalNumber(int(commit.sha, 16) + 1),
        requested_by=Person("alice", UserId(1001)),
        reason="it is wanted",
        changes_modules=True,
        added=tuple(entry.slug for entry in commit.delta.added),
    )
    return Release(
        id=ReleaseId(f"rel_{commit.sha[-8:]}"),
        commit=commit.sha,
        input_tree=commit.input_tree,
        digest=Digest(f"sha256:{int(commit.sha, 16):064x}"),
        manifest_hash=commit.manifest_hash,
        modules=NAMES,
        created_at=commit.committed_at,
        build=BuildId("bld_1_1"),
        commits=(evidence,),
    )
