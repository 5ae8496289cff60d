"""What a change can wait for, and what more there is to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from controller.core.freezes import FreezeSpan
from controller.core.ledger.state import Hold
from controller.core.model import Build, EnvironmentName, Person, ProposalNumber, ReleaseId, Sha

What = Literal[
    "reading",
    "source",
    "policies",
    "refresh",
    "conflict",
    "foreign-push",
    "runner",
    "build",
    "image",
    "build-failed",
    "approval",
    "merge-by-people",
    "merge",
    "release",
    "stopped",
    "suspended",
    "frozen",
    "admission",
    "behind-hold",
    "promotion",
    "rollout",
    "verification",
    "cannot-tell",
    "failed",
    "held",
    "reverted",
    "everywhere",
    "closed",
]


@dataclass(frozen=True)
class Approvals:
    """`missing` approvals by somebody of `may`, who has the role; `other_than` is whose own does not count."""

    missing: int
    given: tuple[Person, ...]
    other_than: Person | None
    may: tuple[str, ...]


@dataclass(frozen=True)
class Checks:
    """How many of an environment's checks passed when they were last asked; `until` is the end of the soak."""

    passed: int
    of: int
    until: datetime | None


@dataclass(frozen=True)
class Waiting:
    """`what` is waited for; the other fields say more where there is more to say. `text` is in the core's own words."""

    what: What
    text: str = ""
    environment: EnvironmentName | None = None
    release: ReleaseId | None = None
    build: Build | None = None
    approvals: Approvals | None = None
    checks: Checks | None = None
    freeze: FreezeSpan | None = None
    hold: Hold | None = None
    commit: Sha | None = None
    undone_by: ProposalNumber | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.what in ("everywhere", "closed", "reverted")

    @property
    def is_wrong(self) -> bool:
        """Whether somebody has to mend something."""
        return self.what in ("source", "policies", "conflict", "foreign-push", "build-failed", "failed", "held")
