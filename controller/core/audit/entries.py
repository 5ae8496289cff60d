"""One entry of the timeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from codegen import ModuleName
from controller.core.model import EnvironmentName, Sha


class Deed(StrEnum):
    """The kinds of things that happen."""

    PUSHED = "pushed"
    """A commit reached the default branch without a proposal that is known."""
    MERGED = "merged"
    REVERTED = "reverted"
    BUILT = "built"
    BUILD_FAILED = "build-failed"
    BUILD_CANCELLED = "build-cancelled"
    RELEASED = "released"
    ADOPTED = "adopted"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled-back"
    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    HELD = "held"
    CONFIRMED = "hold-confirmed"
    CLEARED = "hold-cleared"
    LIFTED = "hold-lifted"
    FROZEN = "frozen"
    UNFROZEN = "freeze-lifted"
    ADMITTED = "admitted"
    SIGNERS = "signers-changed"
    IGNORED = "not-accepted"
    """A commit of the ledger that no allowed key signed: it was never state."""


@dataclass(frozen=True)
class AuditEntry:
    """
    What happened: `what` in one sentence, `why` as it was given, `proof` where to look, each as `kind id`.

    `commit` is the one of the default branch that it is about, where it is about one.
    """

    at: datetime
    deed: Deed
    who: str
    what: str
    why: str = ""
    proof: tuple[str, ...] = ()
    environment: EnvironmentName | None = None
    commit: Sha | None = None
    modules: tuple[ModuleName, ...] = ()


def select(
    entries: Iterable[AuditEntry],
    *,
    environment: str | None = None,
    module: str | None = None,
    since: datetime | None = None,
) -> tuple[AuditEntry, ...]:
    """The entries about that environment, that module, from that moment on; `None` asks for all."""
    return tuple(
        entry
        for entry in entries
        if environment in (None, entry.environment)
        and (module is None or module in entry.modules)
        and (since is None or entry.at >= since)
    )
