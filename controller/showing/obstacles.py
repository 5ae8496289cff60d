"""The releases on their way to an environment, and what stands in the way of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from controller.core.configuration import EnvironmentDefinition, PromotionOrder
from controller.core.freezes import FreezeSpan
from controller.core.ledger.state import Approval, EnvironmentState, Release
from controller.core.model import Sha
from controller.core.sentences import hold_told
from controller.core.snapshot import Snapshot
from controller.showing.held import HeldReleases
from controller.showing.status import EnvironmentStatus


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


def ahead_of(release: Release | None, snapshot: Snapshot) -> list[Release]:
    """The releases further along the default branch, the newest first; all where nothing runs."""
    index = snapshot.main.index
    here = index.get(release.commit) if release is not None else -1
    if here is None:
        return []
    ahead = [other for other in snapshot.ledger.releases.values() if index.get(other.commit, -1) > here]
    return sorted(ahead, key=lambda other: index[other.commit], reverse=True)


def waiting_for(
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
