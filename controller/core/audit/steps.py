"""A commit of the ledger, and what lies between the state before it and the state that it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from codegen import ModuleName
from controller.core.ledger.state import LedgerState
from controller.core.model import AUTOMATION, Person, ReleaseId, Sha
from controller.core.trailers import BY, REASON, parse_person

K = TypeVar("K", bound=str)


@dataclass(frozen=True)
class LedgerStep:
    """A commit of the ledger with the state that it says; `state` is `None` where the commit does not count."""

    sha: Sha
    at: datetime
    author: str
    subject: str
    state: LedgerState | None
    trailers: Mapping[str, str] = field(default_factory=dict)
    touched: frozenset[str] | None = None
    """Names of the documents that it changed, `None` where nobody knows: then all are compared."""


@dataclass(frozen=True)
class Between:
    """Two states and the step that led from one to the other, with the modules that each known commit touches."""

    before: LedgerState
    after: LedgerState
    step: LedgerStep
    modules: Mapping[Sha, tuple[ModuleName, ...]]

    @property
    def proof(self) -> tuple[str, ...]:
        """The ledger's own commit."""
        return (f"ledger {self.step.sha}",)

    @property
    def by(self) -> Person:
        """Who the step's message says decided; the message is signed."""
        return parse_person(self.step.trailers.get(BY, "")) or AUTOMATION

    @property
    def why(self) -> str:
        """Why, as the message says."""
        return self.step.trailers.get(REASON, "")

    def modules_of(self, commits: tuple[Sha, ...]) -> tuple[ModuleName, ...]:
        """The modules that these commits brought, took out or changed."""
        return tuple(dict.fromkeys(module for sha in commits for module in self.modules.get(sha, ())))

    def modules_of_release(self, release: ReleaseId | None) -> tuple[ModuleName, ...]:
        """The modules that a release brought beyond the one before it."""
        known = self.after.releases.get(release) if release is not None else None
        return self.modules_of(tuple(e.commit for e in known.commits)) if known is not None else ()


def new_of(before: Mapping[K, object], after: Mapping[K, object], touched: frozenset[str] | None = None) -> list[K]:
    """
    The names that came, sorted. What is the same object, or was not `touched`, is not looked through: there may be
    thousands of releases.
    """
    if after is before:
        return []
    found = [cast("K", name) for name in touched or () if name in after and name not in before]
    # A document that is called otherwise than what it holds, or one that went, and the names alone do not tell it.
    is_all = touched is not None and len(found) == len(after) - len(before)
    return sorted(found) if is_all else sorted(after.keys() - before.keys())
