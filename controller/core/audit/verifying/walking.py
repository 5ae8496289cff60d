"""The ledger from its first step to its last, as the moves of environments that it was: only two states are held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from controller.core.audit.decisions import LedgerStep
from controller.core.ledger.state import Direction, EnvironmentState, Hold, LedgerState
from controller.core.model import AUTOMATION, Digest, EnvironmentName, Person, ReleaseId, Sha


@dataclass(frozen=True)
class Move:
    """
    An environment that got a release, with what stood when it did.

    `passed_in` are the environments where the release had passed, `holds` those that stood, `overlay` the digest that the
    environment's overlay got, `None` where it has none.
    """

    step: Sha
    at: datetime
    environment: EnvironmentName
    release: ReleaseId
    left: ReleaseId | None
    direction: Direction
    by: Person
    reason: str
    is_known: bool
    passed_in: frozenset[EnvironmentName] = frozenset()
    holds: tuple[Hold, ...] = ()
    overlay: Digest | None = None


@dataclass(frozen=True)
class Walk:
    """What the ledger came to: the last state, the moves, and the releases that a later step changed or took out."""

    state: LedgerState = field(default_factory=LedgerState)
    moves: tuple[Move, ...] = ()
    changed: tuple[tuple[Sha, ReleaseId], ...] = ()


def walk_on(steps: Iterable[LedgerStep], overlays: Mapping[tuple[Sha, EnvironmentName], Digest]) -> Walk:
    """
    Follows the steps, oldest first; what does not count is passed by. They may be made as they are asked for.

    `overlays` are the digests that a step's overlays have; looked up once the step was taken, so that they may be filled
    meanwhile.
    """
    before, moves, changed = LedgerState(), list[Move](), list[tuple[Sha, ReleaseId]]()
    for step in steps:
        if step.state is None:
            continue
        for move in _moves(before, step.state, step):
            moves.append(replace(move, overlay=overlays.get((step.sha, move.environment))))
        changed.extend((step.sha, release) for release in _changed(before, step.state))
        before = step.state
    return Walk(before, tuple(moves), tuple(changed))


def _moves(before: LedgerState, after: LedgerState, step: LedgerStep) -> Iterator[Move]:
    for name, now in after.environments.items():
        earlier = before.environments.get(name, EnvironmentState(name=name))
        if now.release is None or (earlier.release, earlier.since) == (now.release, now.since):
            continue
        yield Move(
            step=step.sha,
            at=now.since or step.at,
            environment=name,
            release=now.release,
            left=earlier.release,
            direction=now.direction,
            by=now.by or AUTOMATION,
            reason=now.reason,
            is_known=now.release in after.releases,
            passed_in=frozenset(n for n, e in before.environments.items() if now.release in e.passed),
            holds=before.standing_holds,
        )


def _changed(before: LedgerState, after: LedgerState) -> Iterator[ReleaseId]:
    """Releases are never changed: one that differs was written by something that is not the controller."""
    if before.releases is after.releases:
        return
    for name, release in before.releases.items():
        now = after.releases.get(name)
        if now is not release and now != release:
            yield name
