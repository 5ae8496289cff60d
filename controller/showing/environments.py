"""Environments as people look at them: what should run, what is seen running, what waits for its turn and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from controller.core.configuration import EnvironmentDefinition, PromotionOrder
from controller.core.decision import Condition
from controller.core.freezes import FreezeSpan, freezes_at
from controller.core.ledger.state import Approval, EnvironmentState, LedgerState, Release, VerificationState
from controller.core.model import EnvironmentName, RolloutPhase, Running, Sha
from controller.core.sentences import hold_told
from controller.core.snapshot import Snapshot
from controller.operations.view import demand_environment
from controller.reconcile.loop import Loop
from controller.showing.held import HeldReleases
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


class Obstacle(StrEnum):
    """
    What a release on its way to an environment waits for.

    `EARLIER`: it has not passed in the environment before. `TURN`: nothing of its own; the environment is not ready for
    it, as its conditions say. `SKIPPED`: a newer one goes instead. `NONE`: it is the next.
    """

    HELD = "held"
    STOPPED = "stopped"
    FROZEN = "frozen"
    SUSPENDED = "suspended"
    UNAPPROVED = "unapproved"
    EARLIER = "earlier"
    TURN = "turn"
    SKIPPED = "skipped"
    NONE = "none"

    @property
    def refuses_people(self) -> bool:
        """Whether also a person's promotion is refused."""
        return self in (Obstacle.HELD, Obstacle.STOPPED, Obstacle.FROZEN, Obstacle.UNAPPROVED)


@dataclass(frozen=True)
class Waiting:
    """
    A release on its way. `name` is what stands in its way: the hold, the freeze, the environment before, the commit;
    `why` says what a person wrote there, `until` when that ends by itself.
    """

    release: Release
    obstacle: Obstacle
    name: str = ""
    why: str = ""
    until: datetime | None = None


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
    ahead = _ahead(status.release, snapshot)
    waiting = tuple(_waiting(ahead[:MOST_WAITING], status, definition, snapshot, freeze))
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


def _ahead(release: Release | None, snapshot: Snapshot) -> list[Release]:
    """The releases further along the default branch, the newest first; all where nothing runs."""
    index = snapshot.main.index
    here = index.get(release.commit) if release is not None else -1
    if here is None:
        return []
    ahead = [other for other in snapshot.ledger.releases.values() if index.get(other.commit, -1) > here]
    return sorted(ahead, key=lambda other: index[other.commit], reverse=True)


def _waiting(
    ahead: list[Release],
    status: EnvironmentStatus,
    definition: EnvironmentDefinition,
    snapshot: Snapshot,
    freeze: FreezeSpan | None,
) -> Iterator[Waiting]:
    """
    Each with what it waits for. Of those that nothing stands in the way of, one is the next: the newest, or the oldest
    where the platform promotes every release.
    """
    finder = _Obstacles(status, definition, snapshot, freeze)
    found = [finder.of(release) for release in ahead]
    free = [each for each in found if each.obstacle is Obstacle.NONE]
    every = snapshot.configuration.promotion is PromotionOrder.EVERY
    chosen = (free[-1] if every else free[0]) if free else None
    for each in found:
        if each.obstacle is not Obstacle.NONE:
            yield each
        elif each is chosen:
            yield Waiting(each.release, Obstacle.TURN if status.conditions else Obstacle.NONE)
        else:
            yield Waiting(each.release, Obstacle.TURN if every else Obstacle.SKIPPED)


class _Obstacles:
    """What stands in the way of releases to one environment, in the order in which people can do something about it."""

    def __init__(
        self,
        status: EnvironmentStatus,
        definition: EnvironmentDefinition,
        snapshot: Snapshot,
        freeze: FreezeSpan | None,
    ) -> None:
        self._definition = definition
        self._freeze = freeze
        self._main = snapshot.main
        self._held = HeldReleases(snapshot.main, snapshot.ledger)
        self._missing = _unapproved_after(status.release, snapshot)
        before = definition.after
        state = snapshot.ledger.environments.get(before, EnvironmentState(name=before)) if before is not None else None
        self._passed_before = frozenset(state.passed) if state is not None else None

    def of(self, release: Release) -> Waiting:
        """The first thing that stands in its way."""
        hold = self._held.hold_of(release)
        if hold is not None:
            return Waiting(release, Obstacle.HELD, hold.id, hold_told(hold))
        missing = next((sha for place, sha in self._missing if place <= self._main.index[release.commit]), None)
        if missing is not None:
            return Waiting(release, Obstacle.UNAPPROVED, missing)
        return self._of_the_environment(release)

    def _of_the_environment(self, release: Release) -> Waiting:
        freeze, before = self._freeze, self._definition.after
        if freeze is not None:
            obstacle = Obstacle.STOPPED if freeze.stop else Obstacle.FROZEN
            return Waiting(release, obstacle, freeze.id, freeze.why, freeze.until)
        if self._definition.suspended:
            return Waiting(release, Obstacle.SUSPENDED)
        if self._passed_before is not None and release.id not in self._passed_before:
            return Waiting(release, Obstacle.EARLIER, before or "")
        return Waiting(release, Obstacle.NONE)


def _unapproved_after(running: Release | None, snapshot: Snapshot) -> list[tuple[int, Sha]]:
    """The commits after what runs that nobody approved or admitted, by their place on the default branch."""
    index, ledger = snapshot.main.index, snapshot.ledger
    if running is None:
        return []
    here = index.get(running.commit, -1)
    missing = (
        evidence.commit
        for release in ledger.releases.values()
        for evidence in release.commits
        if evidence.approval is Approval.MISSING and evidence.commit not in ledger.admissions
    )
    return sorted((index[sha], sha) for sha in missing if index.get(sha, -1) > here)
