"""The ledger from its first step to its last, as the moves of environments that it was: only two states are held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from controller.core.audit.steps import LedgerStep
from controller.core.ledger.state import (
    Direction,
    EnvironmentState,
    Freeze,
    Hold,
    HoldState,
    LedgerState,
    VerificationState,
)
from controller.core.model import AUTOMATION, Digest, EnvironmentName, Person, ReleaseId, Sha

K = TypeVar("K", bound=str)
V = TypeVar("V")


@dataclass(frozen=True)
class Move:
    """
    An environment that got a release, with what stood when it did.

    `passed_in` are the environments whose checks were seen to pass on the release, `holds` and `freezes` those that stood,
    `overlay` the digest that the environment's overlay got, `None` where it has none.
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
    freezes: tuple[Freeze, ...] = ()
    overlay: Digest | None = None


@dataclass(frozen=True)
class OtherImage:
    """An overlay that got another digest in a step that moved nothing; `release` is what the environment has then."""

    step: Sha
    environment: EnvironmentName
    release: ReleaseId | None
    digest: Digest | None


@dataclass(frozen=True)
class Walk:
    """
    What the ledger came to: the last state, the moves, and what only somebody with the controller's key writes.

    `changed` are releases that a later step changed or took out, `rewritten` other decisions, with what they are.
    """

    state: LedgerState = field(default_factory=LedgerState)
    moves: tuple[Move, ...] = ()
    changed: tuple[tuple[Sha, ReleaseId], ...] = ()
    rewritten: tuple[tuple[Sha, str], ...] = ()
    images: tuple[OtherImage, ...] = ()


def walk_on(steps: Iterable[LedgerStep], overlays: Mapping[tuple[Sha, EnvironmentName], Digest]) -> Walk:
    """
    Follows the steps, oldest first; what does not count is passed by. They may be made as they are asked for.

    `overlays` are the digests that a step's overlays have; looked up once the step was taken, so that they may be filled
    meanwhile.
    """
    walking = _Walking(overlays)
    for step in steps:
        if step.state is not None:
            walking.take(step, step.state)
    return walking.walk()


class _Walking:
    """The walk as far as it got."""

    def __init__(self, overlays: Mapping[tuple[Sha, EnvironmentName], Digest]) -> None:
        self._overlays = overlays
        self._state = LedgerState()
        self._moves: list[Move] = []
        self._changed: list[tuple[Sha, ReleaseId]] = []
        self._rewritten: list[tuple[Sha, str]] = []
        self._images: list[OtherImage] = []
        self._digests: dict[EnvironmentName, Digest | None] = {}
        self._passed: dict[EnvironmentName, set[ReleaseId]] = {}

    def take(self, step: LedgerStep, after: LedgerState) -> None:
        before = self._state
        moves = tuple(self._moved(move, step) for move in _moves(before, after, step))
        self._moves.extend(moves)
        self._changed.extend((step.sha, release) for release in _changed(before, after))
        self._rewritten.extend((step.sha, what) for what in _rewritten(before, after))
        self._images.extend(self._other_images(step.sha, after, {move.environment for move in moves}))
        for name, now in after.environments.items():
            if now.verification.state is VerificationState.PASSED and now.release is not None:
                self._passed.setdefault(name, set()).add(now.release)
        self._state = after

    def walk(self) -> Walk:
        return Walk(self._state, tuple(self._moves), tuple(self._changed), tuple(self._rewritten), tuple(self._images))

    def _moved(self, move: Move, step: LedgerStep) -> Move:
        """Where the release had passed: as the state says, and only where that was seen happen before this step."""
        said = (name for name, state in self._state.environments.items() if move.release in state.passed)
        passed_in = frozenset(name for name in said if move.release in self._passed.get(name, ()))
        return replace(move, overlay=self._overlays.get((step.sha, move.environment)), passed_in=passed_in)

    def _other_images(self, step: Sha, after: LedgerState, moved: set[EnvironmentName]) -> Iterator[OtherImage]:
        for name, now in after.environments.items():
            digest = self._overlays.get((step, name))
            if name in self._digests and digest != self._digests[name] and name not in moved:
                yield OtherImage(step, name, now.release, digest)
            self._digests[name] = digest


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
            holds=before.standing_holds,
            freezes=tuple(_standing(before, name, now.since or step.at)),
        )


def _standing(state: LedgerState, name: EnvironmentName, at: datetime) -> Iterator[Freeze]:
    return (freeze for freeze in state.freezes.values() if freeze.environment in (None, name) and freeze.stands(at))


def _changed(before: LedgerState, after: LedgerState) -> Iterator[ReleaseId]:
    """Releases are never changed: one that differs was written by something that is not the controller."""
    if before.releases is after.releases:
        return
    for name, release in before.releases.items():
        now = after.releases.get(name)
        if now is not release and now != release:
            yield name


def _rewritten(before: LedgerState, after: LedgerState) -> Iterator[str]:
    """Holds are judged and freezes lifted; beyond that a decision stays as it was made."""
    for name, hold in _differing(before.holds, after.holds):
        now = after.holds.get(name)
        if now is None or _decided(now) != _decided(hold):
            yield name
    for freeze_id, freeze in _differing(before.freezes, after.freezes):
        lifted = after.freezes.get(freeze_id)
        if lifted is None or replace(lifted, lifted_at=None, lifted_by=None) != freeze:
            yield freeze_id
    for commit, _ in _differing(before.admissions, after.admissions):
        if commit not in after.admissions:
            yield f"the admission of {commit[:12]}"
    yield from (word for word, _ in _differing(before.overrides, after.overrides))
    yield from (f"the environment {name}" for name in before.environments if name not in after.environments)


def _decided(hold: Hold) -> Hold:
    """A hold without what it was judged to be."""
    return replace(hold, state=HoldState.SUSPECTED, judged_at=None, judgement="")


def _differing(before: Mapping[K, V], after: Mapping[K, V]) -> Iterator[tuple[K, V]]:
    """What was there and is not any more, or not as it was. What is the same object is not looked through."""
    if before is after:
        return
    for name, value in before.items():
        now = after.get(name)
        if now is not value and now != value:
            yield name, value
