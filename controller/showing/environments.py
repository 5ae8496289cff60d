"""Environments as people look at them: what should run, what is seen running, what waits for its turn and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from controller.core.configuration import EnvironmentDefinition
from controller.core.decision import Condition
from controller.core.freezes import FreezeSpan, freezes_at
from controller.core.ledger.state import LedgerState, Release, VerificationState
from controller.core.model import EnvironmentName, RolloutPhase, Running
from controller.core.snapshot import Snapshot
from controller.operations.view import demand_environment
from controller.reconcile.loop import Loop
from controller.showing.obstacles import Obstacle, Waiting, ahead_of, waiting_for
from controller.showing.status import EnvironmentStatus, conditions, environment_status

MOST_WAITING = 50


class Agreement(StrEnum):
    """How what is seen running stands to what should run. `DIFFERS` is drift: it is shown and never corrected."""

    AGREES = "agrees"
    ROLLING = "rolling"
    DIFFERS = "differs"
    FAILED = "failed"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class EnvironmentShown:
    """
    One environment. `serving` is the release whose image is seen serving, where it is one of ours.

    `soaks_until` is when the checks will have repeated for long enough, while they do. `waiting` are the newest of
    those on their way, `waiting_count` is how many there are, `next` the one that goes next.
    """

    status: EnvironmentStatus
    definition: EnvironmentDefinition
    agreement: Agreement
    serving: Release | None
    soaks_until: datetime | None
    freeze: FreezeSpan | None
    waiting: tuple[Waiting, ...]
    waiting_count: int
    next: Release | None

    @property
    def name(self) -> EnvironmentName:
        """Its name."""
        return self.definition.name


def list_environments(loop: Loop) -> tuple[EnvironmentShown, ...]:
    """Every environment, in the order of the configuration."""
    seen, found, now = loop.look(), conditions(loop), loop.platform.clock()
    return tuple(show_environment(each, seen.snapshot, found, now) for each in seen.view.configuration.environments)


def find_environment(loop: Loop, name: EnvironmentName) -> EnvironmentShown:
    """That one. `Denied` (`NoSuchEnvironment`) where there is none."""
    seen, now = loop.look(), loop.platform.clock()
    definition = demand_environment(seen.view, name)
    return show_environment(definition, seen.snapshot, conditions(loop), now)


def agreement(release: Release | None, running: Running | None) -> Agreement:
    """How what should run and what is seen stand to each other."""
    if running is None:
        return Agreement.UNKNOWN
    if release is None and running.phase is RolloutPhase.EMPTY:
        return Agreement.NOTHING
    if running.phase is RolloutPhase.FAILED:
        return Agreement.FAILED
    if running.phase is RolloutPhase.ROLLING:
        return Agreement.ROLLING
    return Agreement.AGREES if release is not None and running.serving == release.digest else Agreement.DIFFERS


def show_environment(
    definition: EnvironmentDefinition, snapshot: Snapshot, found: tuple[Condition, ...], now: datetime
) -> EnvironmentShown:
    """One environment of a snapshot; `found` are the conditions of the last pass."""
    status = environment_status(definition.name, snapshot, found)
    freeze = freezes_at(snapshot.configuration, snapshot.ledger, now).of(definition.name)
    ahead = ahead_of(status.release, snapshot)
    waiting = tuple(waiting_for(ahead[:MOST_WAITING], status, definition, snapshot, freeze))
    return EnvironmentShown(
        status=status,
        definition=definition,
        agreement=agreement(status.release, status.running),
        serving=_serving(status, snapshot.ledger),
        soaks_until=_soaks_until(status, definition),
        freeze=freeze,
        waiting=waiting,
        waiting_count=len(ahead),
        next=next((each.release for each in waiting if each.obstacle in (Obstacle.NONE, Obstacle.TURN)), None),
    )


def _serving(status: EnvironmentStatus, ledger: LedgerState) -> Release | None:
    """Of several releases with one image the one that should run, else the newest."""
    digest = status.running.serving if status.running is not None else None
    if digest is None or (status.release is not None and status.release.digest == digest):
        return status.release if digest is not None else None
    having = [release for release in ledger.releases.values() if release.digest == digest]
    return max(having, key=lambda release: release.created_at, default=None)


def _soaks_until(status: EnvironmentStatus, definition: EnvironmentDefinition) -> datetime | None:
    running = status.running
    pending = status.state.verification.state is VerificationState.PENDING
    if not pending or not definition.soak or running is None or running.serving_since is None:
        return None
    agrees = agreement(status.release, running) is Agreement.AGREES
    return running.serving_since + definition.soak if agrees else None
