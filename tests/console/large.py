"""A platform with a long past: thousands of releases before the real ones of a world."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from codegen import Delta, ModuleEntry, ModuleName
from controller.core.audit import AuditEntry, Deed
from controller.core.ledger.state import Approval, CommitEvidence, Direction, LedgerState, Release
from controller.core.model import Digest, Fingerprint, MainCommit, Person, ReleaseId, Sha, TreeId
from controller.core.snapshot import MainLine
from controller.reconcile.observe import Observation
from controller.showing import timeline
from tests.world.world import PRODUCTION, STAGING, World

BEGIN = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
STEP = timedelta(hours=6)


def grow(world: World, *, releases: int, entries: int) -> None:
    """Has the world's loop see that many releases more, all of which ran in both environments, and so much audit."""
    seen = world.loop.look()
    commits = tuple(_commit(number) for number in range(releases))
    past = {release.id: release for release in map(_release, commits)}
    real = seen.view.main
    main = MainLine.of(real.branch, (*commits, *real.commits), begins=True)
    state = _longer(seen.view.state, past)
    view = replace(seen.view, main=main, ledger=replace(seen.view.ledger, state=state))
    snapshot = replace(seen.snapshot, main=main, ledger=state)
    world.loop.seen = Observation(snapshot, view)
    told = _audit(tuple(past.values()), entries)
    made = timeline.Told(timeline.heads_of(world.loop), told, timeline.stays(told, state))
    timeline.remember(world.loop, made)


def _longer(state: LedgerState, past: dict[ReleaseId, Release]) -> LedgerState:
    environments = {
        name: replace(each, passed=(*past, *each.passed), direction=Direction.FORWARD)
        for name, each in state.environments.items()
    }
    return replace(state, releases={**past, **state.releases}, environments=environments)


def _commit(number: int) -> MainCommit:
    added = ModuleEntry(slug=ModuleName(f"module-{number}"), crate=f"platform-module-{number}", path=f"m/{number}")
    sha = Sha(f"{number + 1:040x}")
    return MainCommit(
        sha=sha,
        parent=Sha(f"{number:040x}") if number else None,
        committed_at=BEGIN + number * STEP,
        subject=f"Install module-{number} (#{number})",
        author="modwright[bot]",
        trailers={},
        input_tree=TreeId(sha),
        modules=(added.slug,),
        manifest_hash=sha,
        delta=Delta(added=(added,)),
        fingerprint=Fingerprint(sha),
        touches_composition=True,
    )


def _release(commit: MainCommit) -> Release:
    evidence = CommitEvidence(
        commit=commit.sha,
        approval=Approval.REVIEWED,
        detail="approved by bob",
        requested_by=Person("alice"),
        reason="people want it",
        changes_modules=True,
        added=commit.modules,
    )
    return Release(
        id=ReleaseId(f"rel_{commit.committed_at:%Y%m%d}_{commit.sha[-12:]}"),
        commit=commit.sha,
        input_tree=commit.input_tree,
        digest=Digest(f"sha256:{commit.sha:0>64}"),
        manifest_hash=commit.manifest_hash,
        modules=commit.modules,
        created_at=commit.committed_at,
        build=None,
        commits=(evidence,),
    )


def _audit(releases: tuple[Release, ...], count: int) -> tuple[AuditEntry, ...]:
    deeds = (Deed.PROMOTED, Deed.PASSED)
    found = []
    for number in range(count):
        release = releases[number // 2 % len(releases)]
        found.append(
            AuditEntry(
                at=BEGIN + number * timedelta(hours=3),
                deed=deeds[number % 2],
                who="modwright",
                what=f"{release.id} in {PRODUCTION}",
                why="it is the newest",
                proof=(f"ledger {number:040x}",),
                environment=(STAGING, PRODUCTION)[number // 2 % 2],
                commit=release.commit,
                modules=release.modules,
            )
        )
    return tuple(found)
