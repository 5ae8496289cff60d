"""How the controller itself is: what it last looked at, what it cannot read, what does not go through."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from controller.core.errors import ControllerError
from controller.core.model import BranchName, Sha
from controller.ports import CallBudget
from controller.reconcile.loop import Loop
from controller.reconcile.observe import unread

VERSION = version("modwright")


@dataclass(frozen=True)
class Failing:
    """Something that does not go through: what it is for, how often it was tried, when it is tried again, what was said."""

    purpose: str
    times: int
    retry_at: datetime
    message: str


@dataclass(frozen=True)
class LedgerHealth:
    """
    The ledger's branch. `head` and `accepted` differ where somebody without an allowed key committed: `rejected` are
    those commits, and the next decision restores what counted. Both `None` before there is a ledger.
    """

    branch: BranchName
    head: Sha | None
    accepted: Sha | None
    rejected: tuple[Sha, ...]


@dataclass(frozen=True)
class Health:
    """
    `passed_at` is when the last pass ended, `next_by` when the next begins at the latest; a webhook wakes it earlier.

    `unknown` names what could not be read, with the reason. `budget` is what the forge last said of its rate limits, empty
    where it said nothing. `problem` is why the last pass came to nothing.
    """

    version: str
    now: datetime
    passes: int
    passed_at: datetime | None
    took: timedelta | None
    next_by: datetime | None
    sweep: timedelta
    problem: str
    unknown: tuple[str, ...]
    failing: tuple[Failing, ...]
    budget: tuple[CallBudget, ...]
    ledger: LedgerHealth | None

    @property
    def is_well(self) -> bool:
        """Whether a pass went through and nothing is unknown or failing."""
        has_passed = self.passed_at is not None and not self.problem
        clean = self.ledger is not None and not self.ledger.rejected
        return has_passed and clean and not self.unknown and not self.failing


def health(loop: Loop) -> Health:
    """As the last pass left it. Asks nothing of the outside, so that it answers also when everything else is away."""
    last, at = loop.last, loop.last_at
    ledger, unknown = _reading(loop)
    return Health(
        version=VERSION,
        now=loop.platform.clock(),
        passes=loop.memory.passes,
        passed_at=at,
        took=last.took if last is not None else None,
        next_by=at + last.wake_after if last is not None and at is not None else None,
        sweep=loop.sweep,
        problem=last.problem if last is not None else "",
        unknown=unknown,
        failing=_failing(loop),
        budget=loop.platform.forge.budget(),
        ledger=ledger,
    )


def _reading(loop: Loop) -> tuple[LedgerHealth | None, tuple[str, ...]]:
    """The ledger and what could not be read; where git itself cannot be, that alone."""
    try:
        seen = loop.look()
    except ControllerError as error:
        return None, (f"everything: {error}",)
    view = seen.view.ledger
    found = LedgerHealth(loop.platform.ledger_branch, view.head, view.accepted, view.rejected)
    return found, unread(seen.snapshot)


def _failing(loop: Loop) -> tuple[Failing, ...]:
    """What is backed off from, the most stubborn first."""
    failures = list(loop.memory.failures.items())
    found = (Failing(" ".join(what), each.times, each.retry_at, each.message) for what, each in failures)
    return tuple(sorted(found, key=lambda failing: failing.times, reverse=True))
