"""What runs where, and what waits for what: one screen's worth of a platform."""

from __future__ import annotations

from dataclasses import dataclass

from codegen import Sentence
from controller.core.decision import Condition
from controller.core.freezes import FreezeSpan, freezes_at
from controller.core.ledger.state import EnvironmentState, Freeze, Hold, Release
from controller.core.model import EnvironmentName, Known, Proposal, ProposalState, Running, Sha
from controller.core.sentences import move_told
from controller.core.snapshot import Snapshot
from controller.core.spans import predecessor
from controller.reconcile.loop import Loop
from controller.reconcile.memory import Failure
from controller.showing.changes import Followed, follow


@dataclass(frozen=True)
class EnvironmentStatus:
    """
    One environment: what should run (`release`), what is seen running, and what waits about it.

    `running` is `None` where the cluster does not tell.
    """

    name: EnvironmentName
    state: EnvironmentState
    release: Release | None
    predecessor: Release | None
    running: Running | None
    conditions: tuple[Condition, ...]
    why: str = ""
    """Why it has that release; automation's own reason as a sentence."""


@dataclass(frozen=True)
class Status:
    """Everything at once, as the last pass saw it. `proposals` are the open ones, each with how far it is."""

    main: Sha
    environments: tuple[EnvironmentStatus, ...]
    holds: tuple[Hold, ...]
    freezes: tuple[Freeze, ...]
    calendars: tuple[FreezeSpan, ...]
    proposals: tuple[Followed, ...]
    conditions: tuple[Condition, ...]


def status(loop: Loop) -> Status:
    """Derives it from the last pass; nothing is asked of the outside."""
    snapshot, found = loop.look().snapshot, conditions(loop)
    ledger, now = snapshot.ledger, loop.platform.clock()
    return Status(
        main=snapshot.main.head.sha,
        environments=tuple(environment_status(e.name, snapshot, found) for e in snapshot.configuration.environments),
        holds=ledger.standing_holds,
        freezes=tuple(freeze for freeze in ledger.freezes.values() if freeze.stands(now)),
        calendars=freezes_at(snapshot.configuration, ledger, now).in_calendars,
        proposals=tuple(follow(proposal, snapshot, now) for proposal in open_proposals(snapshot)),
        conditions=found,
    )


def conditions(loop: Loop) -> tuple[Condition, ...]:
    """The last decision's, and what of it could not be done, also while it is backed off from."""
    last, report = loop.memory.last, loop.last
    decided = last.conditions if last is not None else ()
    failing = ((i.target, loop.memory.failure_of(i)) for i in (last.intents if last is not None else ()))
    retried = tuple(
        Condition("Retrying", target, _tried(failure)) for target, failure in failing if failure is not None
    )
    broken = (Condition("PassFailed", "controller", report.problem),) if report is not None and report.problem else ()
    return (*decided, *retried, *broken)


def _tried(failure: Failure) -> Sentence:
    return Sentence.counted(
        "{message} (tried {count} times)",
        "{message} (tried {count} times)",
        failure.times,
        message=Sentence(failure.message),
    )


def environment_status(
    name: EnvironmentName, snapshot: Snapshot, found: tuple[Condition, ...] = ()
) -> EnvironmentStatus:
    """One environment of a snapshot, with those of the conditions that are about it."""
    state = snapshot.ledger.environments.get(name, EnvironmentState(name=name))
    release = snapshot.ledger.releases.get(state.release) if state.release is not None else None
    before = None
    if release is not None:
        before = predecessor(snapshot.main, snapshot.ledger, passed=state.passed, current=release)
    return EnvironmentStatus(
        name=name,
        state=state,
        release=release,
        predecessor=before,
        running=snapshot.running.value.get(name) if isinstance(snapshot.running, Known) else None,
        conditions=tuple(condition for condition in found if condition.about == name),
        why=move_told(state, snapshot.ledger.holds),
    )


def open_proposals(snapshot: Snapshot) -> tuple[Proposal, ...]:
    """The proposals that are open, none where the forge did not tell."""
    known = snapshot.proposals.value if isinstance(snapshot.proposals, Known) else ()
    return tuple(proposal for proposal in known if proposal.forge.state is ProposalState.OPEN)
