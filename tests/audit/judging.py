"""A world's past judged from its repository alone, and the ways in which somebody could make it wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pygit2

from controller.adapters.git import History
from controller.core.audit.verifying import Facts, Gap, GapKind, Standing, judge
from controller.core.ledger import transitions
from controller.core.ledger.state import Approval, CommitEvidence, LedgerState, Release, ReviewEvidence
from controller.core.messages import ledger_message
from controller.core.model import (
    AUTOMATION,
    BranchName,
    BuildId,
    Digest,
    EnvironmentName,
    MainCommit,
    Person,
    ReleaseId,
    Sha,
)
from controller.core.names import release_id
from controller.operations.facts import Question, read_facts
from controller.operations.ledger import Transition, write_ledger
from controller.operations.platform import Reading
from controller.operations.reading import configuration_at
from tests.world.world import World

MAIN, LEDGER = BranchName("main"), BranchName("environments")


def facts_of(world: World, *, known_heads: tuple[Sha, ...] = ()) -> Facts:
    """What the forge's repository says, read as any clone of it."""
    history = History(world.origin.folder)
    head, ledger = history.head(MAIN), history.head(LEDGER)
    assert head is not None
    assert ledger is not None
    configuration = configuration_at(Reading(history), head)
    question = Question(MAIN, head, ledger, configuration, configuration.signers, known_heads)
    return read_facts(Reading(history), question)


def judged(world: World, *, known_heads: tuple[Sha, ...] = ()) -> tuple[Gap, ...]:
    """Every gap of it."""
    return judge(facts_of(world, known_heads=known_heads))


def kinds(gaps: tuple[Gap, ...], standing: Standing = Standing.OPEN) -> set[GapKind]:
    """The kinds of those that stand so."""
    return {gap.kind for gap in gaps if gap.standing is standing}


def the(gaps: tuple[Gap, ...], kind: GapKind) -> Gap:
    """The one gap of that kind."""
    found = [gap for gap in gaps if gap.kind is kind]
    assert len(found) == 1, gaps
    return found[0]


def write(world: World, transition: Transition) -> None:
    """A step of the ledger, signed by the controller's key: what a thief of the key could write."""
    write_ledger(
        world.platform,
        world.view().ledger,
        transition,
        message=ledger_message("promote", environment="production", by=AUTOMATION, reason="because"),
    )


def push_tree(world: World, head: Sha, *, who: str = "alice", message: str = "By hand") -> Sha:
    """A direct push of what a proposal's head has."""
    tree = world.origin.repository[pygit2.Oid(hex=head)].tree_id
    parent = world.origin.heads()[MAIN]
    time = int(world.clock().timestamp())
    commit = world.origin.commit({}, parent=parent, message=message, author=who, time=time, tree=tree)
    world.origin.move("main", commit)
    return commit


def release_of(world: World, sha: Sha, **fields: Any) -> Release:
    """The release that the controller would make of a commit, with other fields."""
    commit = world.view().main.get(sha)
    assert commit is not None
    newest = max(world.ledger.releases.values(), key=lambda release: release.created_at)
    usual: dict[str, Any] = {
        "id": release_id(commit.sha, commit.committed_at),
        "commit": sha,
        "input_tree": commit.input_tree,
        "digest": newest.digest,
        "manifest_hash": commit.manifest_hash,
        "modules": commit.modules,
        "created_at": newest.created_at,
        "build": BuildId("bld_1_1"),
        "commits": (evidence_of(commit, world.person("alice"), world.person("bob")),),
    }
    return Release(**(usual | fields))


def evidence_of(commit: MainCommit, asked: Person, reviewer: Person, **fields: Any) -> CommitEvidence:
    """Evidence of a commit that bob reviewed, as it would be kept."""
    usual: dict[str, Any] = {
        "commit": commit.sha,
        "approval": Approval.REVIEWED,
        "detail": f"approved by {reviewer.login}",
        "proposal": 77,
        "head": "7" * 40,
        "fingerprint": commit.fingerprint,
        "requested_by": asked,
        "reviews": (ReviewEvidence(7, reviewer, Sha("7" * 40)),),
        "changes_modules": commit.changes_modules,
        "added": tuple(entry.slug for entry in commit.delta.added),
        "removed": tuple(entry.slug for entry in commit.delta.removed),
    }
    return CommitEvidence(**(usual | fields))


def keep(world: World, release: Release) -> None:
    """The ledger gets that release."""
    write(world, lambda state: transitions.add_release(state, release))


def move(
    world: World,
    environment: EnvironmentName,
    release: ReleaseId,
    *,
    by: Person = AUTOMATION,
    also: Transition | None = None,
) -> None:
    """The ledger moves an environment, past every rule; `also` is done in a step before."""
    if also is not None:
        write(world, also)

    def moved(state: LedgerState) -> LedgerState:
        author = transitions.Author(by=by, at=world.clock(), reason="because")
        return transitions.promote(state, environment, release, span=(), author=author)

    write(world, moved)


def digest(letter: str) -> Digest:
    """An image that nobody built."""
    return Digest("sha256:" + letter * 64)


def changed(state: LedgerState, release: Release, **fields: Any) -> LedgerState:
    """The state with a release changed after the fact."""
    return replace(state, releases={**state.releases, release.id: replace(release, **fields)})
