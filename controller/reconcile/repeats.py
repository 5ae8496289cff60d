"""
The same Idempotency-Key gives the same answer for a day.

It is remembered in memory: what makes a repeat safe across restarts is that the same request has the same branch and is
adopted, and that a ledger decision already made is found made. This only spares a client the difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from controller.core.errors import Denied
from controller.ports import Clock

KEPT_FOR = timedelta(hours=24)
MOST_KEPT = 1000
LONGEST_KEY = 200


@dataclass(frozen=True)
class Asked:
    """One call of one person: `key` is empty where none was given, `digest` stands for what was asked."""

    login: str
    key: str
    digest: str


@dataclass(frozen=True)
class _Kept:
    digest: str
    answer: dict[str, Any]
    at: datetime


class Repeats:
    """Answers by person and key. Called with the loop's lock held, so that two alike calls do not run at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, str], _Kept] = {}

    def once(self, asked: Asked, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The answer of the first call with that key. `Denied` where the key was used for something else."""
        if not asked.key:
            return make()
        if len(asked.key) > LONGEST_KEY:
            raise Denied("KeyInvalid", f"Idempotency-Key has {len(asked.key)} characters; allowed: {LONGEST_KEY}")
        self._drop_old()
        kept = self._kept.get((asked.login, asked.key))
        if kept is None:
            return self._keep(asked, make())
        if kept.digest != asked.digest:
            raise Denied("KeyReused", "this Idempotency-Key was used for another request", hint="make a new key")
        return kept.answer

    def _keep(self, asked: Asked, answer: dict[str, Any]) -> dict[str, Any]:
        """An answer that means "ask again" is not the last word, so it is not kept."""
        if answer.get("state") != "building":
            self._kept[asked.login, asked.key] = _Kept(asked.digest, answer, self._clock())
        return answer

    def _drop_old(self) -> None:
        oldest = self._clock() - KEPT_FOR
        gone = [key for key, kept in self._kept.items() if kept.at < oldest]
        gone += list(self._kept)[: max(0, len(self._kept) - len(gone) - MOST_KEPT)]
        for key in gone:
            self._kept.pop(key, None)
