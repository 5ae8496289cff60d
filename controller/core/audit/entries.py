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
    OVERRIDDEN = "policy-overridden"
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
    who: str | None = None,
    deed: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    text: str | None = None,
) -> tuple[AuditEntry, ...]:
    """
    The entries about that environment and module, by that person, of that kind, from `since` on and before `until`.

    `text` is looked for, whatever its case, in what happened, why, and what proves it. `None` asks for all.
    """
    sought = text.casefold() if text is not None else ""
    login = who.casefold() if who is not None else None
    return tuple(
        entry
        for entry in entries
        if environment in (None, entry.environment)
        and (module is None or module in entry.modules)
        and login in (None, entry.who.casefold())
        and deed in (None, entry.deed.value)
        and (since is None or entry.at >= since)
        and (until is None or entry.at < until)
        and (not sought or sought in _all_text(entry))
    )


def _all_text(entry: AuditEntry) -> str:
    return "\n".join((entry.what, entry.why, *entry.proof)).casefold()
