"""What somebody sees before a change: its plan, how long builds take, and what carries the same request already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from codegen import Change, Delta, ModuleName
from codegen.planning.plan import Migrations
from controller.core.builds import BuildRecord
from controller.core.configuration import ApprovalMode
from controller.core.ledger.state import Override
from controller.core.model import BuildStatus, Known, Person, ProposalNumber, ProposalState
from controller.core.overrides import is_own
from controller.core.requests import Request
from controller.core.snapshot import Snapshot
from controller.operations.builds import records
from controller.operations.planning import Plan, make_plan
from controller.operations.platform import Platform
from controller.reconcile.loop import Loop
from controller.reconcile.writing import fresh_view

NEWEST = 20
"""Builds that an estimate stands on: enough for a median, few enough that it follows a platform that grows."""


@dataclass(frozen=True)
class Estimate:
    """How long a build is likely to take: the median of `cases` builds; nothing is said of none."""

    length: timedelta
    cases: int


@dataclass(frozen=True)
class PlanShown:
    """
    A plan with what stands around it. `carried_by` is an open proposal of the same request; `estimate` is nothing where
    no build of this platform has ended well yet. `own_words` are those who look's own against policies that forbid it,
    which count once somebody else asks for the change; where `is_solo` they count at once.
    """

    plan: Plan
    asked: frozenset[ModuleName]
    estimate: Estimate | None
    carried_by: ProposalNumber | None
    own_words: Mapping[str, Override]
    is_solo: bool

    @property
    def delta(self) -> Delta:
        """What differs."""
        return self.plan.delta

    @property
    def along(self) -> tuple[tuple[ModuleName, str], ...]:
        """What comes along or goes too without having been named, with because of whom."""
        touched = sorted(self.plan.delta.modules - self.asked)
        return tuple((module, self.plan.because.get(module, "")) for module in touched)

    @property
    def migrations(self) -> tuple[Migrations, ...]:
        """The migrations that arrive, and those that stay where their module goes."""
        return self.plan.effects.migrations if self.plan.effects is not None else ()

    @property
    def is_already_so(self) -> bool:
        """Whether there is nothing to do."""
        return not self.plan.files


def plan(loop: Loop, changes: tuple[Change, ...], *, by: Person, reason: str = "") -> PlanShown:
    """
    The plan of these changes on today's default branch. Writes nothing, so the forge may be away.

    Raises as `make_plan` does.
    """
    request = Request(kind="change", requested_by=by, reason=reason, changes=changes)
    with loop.turn():
        view = fresh_view(loop.platform, without_forge=True)
        made = make_plan(loop.platform, request, base=view.main.head.sha, overrides=view.state.overrides)
        lasted = estimate(loop.platform)
    asked = frozenset(change.module for change in changes)
    return PlanShown(
        plan=made,
        asked=asked,
        estimate=lasted,
        carried_by=carried_by(request, loop.look().snapshot),
        own_words=_own_words(made, view.state.overrides.values(), by),
        is_solo=view.configuration.approval is ApprovalMode.SOLO,
    )


def _own_words(made: Plan, overrides: Iterable[Override], by: Person) -> dict[str, Override]:
    denied = {verdict.policy for verdict in made.denied}
    return {
        word.policy: word
        for word in overrides
        if word.policy in denied and word.head is None and word.fingerprint == made.fingerprint and is_own(by, word.by)
    }


def estimate(platform: Platform) -> Estimate | None:
    """By the kept records. With the loop's lock held."""
    return estimate_of(records(platform))


def estimate_of(kept: Iterable[BuildRecord]) -> Estimate | None:
    """The median of the newest builds that ended well; a failed one ends early and says nothing of the others."""
    ended = [
        (record.finished_at, record.finished_at - record.started_at)
        for record in kept
        if record.status == BuildStatus.SUCCEEDED.value
        and record.started_at is not None
        and record.finished_at is not None
    ]
    newest = [length for _, length in sorted(ended, key=lambda each: each[0], reverse=True)[:NEWEST]]
    if not newest:
        return None
    return Estimate(timedelta(seconds=median(length.total_seconds() for length in newest)), len(newest))


def carried_by(request: Request, snapshot: Snapshot) -> ProposalNumber | None:
    """The open proposal that carries the same request."""
    proposals = snapshot.proposals.value if isinstance(snapshot.proposals, Known) else ()
    return next(
        (p.number for p in proposals if p.forge.state is ProposalState.OPEN and request.is_carried_by(p.forge)), None
    )
