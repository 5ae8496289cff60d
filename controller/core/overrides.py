"""
When a policy's denial does not stand: a super-admin said so, with a reason, for one change and one policy.

The word holds for what the change does, by its fingerprint, as an approval does. Where a fingerprint does not tell all of
it (a person's own commit, a change of no module), the word holds for that very head. Nobody overrides for a change of
their own, unless the platform is one of a single person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from codegen import Sentence
from controller.core.ledger.state import Override
from controller.core.model import Fingerprint, Person, Sha
from controller.core.policy import Verdict
from controller.core.trailers import one_line


@dataclass(frozen=True)
class Judged:
    """The change that policies judged. `head` is `None` where the fingerprint tells all that it does."""

    fingerprint: Fingerprint
    requested_by: Person
    head: Sha | None
    is_solo: bool


def apply_overrides(verdicts: Iterable[Verdict], change: Judged, overrides: Iterable[Override]) -> tuple[Verdict, ...]:
    """The verdicts, with each denial that was overridden as a warning that says by whom and why."""
    words = {word.policy: word for word in overrides if _speaks_of(word, change)}
    return tuple(_overridden(verdict, words.get(verdict.policy)) for verdict in verdicts)


def is_own(by: Person, requested_by: Person) -> bool:
    """Whether somebody asked for it themselves: by the forge's id, by the login where one of the two has none."""
    if by.id is not None and requested_by.id is not None:
        return by.id == requested_by.id
    return by.login.casefold() == requested_by.login.casefold()


def _speaks_of(word: Override, change: Judged) -> bool:
    is_same = word.fingerprint == change.fingerprint and word.head == change.head
    return is_same and (change.is_solo or not is_own(word.by, change.requested_by))


def _overridden(verdict: Verdict, word: Override | None) -> Verdict:
    if word is None or verdict.effect != "deny":
        return verdict
    said = Sentence(
        "{message} (overridden by {who}: {reason})",
        message=verdict.message,
        who=word.by.login,
        reason=one_line(word.reason),
    )
    return replace(verdict, effect="warn", message=said)
