"""Who has a login on the forge: asked once, remembered for a while, whether somebody has it or nobody."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.core.errors import Terminal, Transient
from controller.core.model import Person
from controller.operations.platform import Platform

FRESH = timedelta(hours=1)
"""A login can be given away. With the forge away the last answer counts on: the numbers that it gives stay."""
NOBODY = timedelta(minutes=10)
"""How long a login that nobody has is not asked for: else each request in its name would use up the forge's budget."""
_MOST = 1000


@dataclass(frozen=True)
class _Answer:
    person: Person | None
    at: datetime

    def counts(self, now: datetime) -> bool:
        return now - self.at < (FRESH if self.person is not None else NOBODY)


class People:
    """People as the forge knows them. The longest known is forgotten first."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._known: dict[str, _Answer] = {}
        self._lock = threading.Lock()

    def by_login(self, login: str) -> Person | None:
        """Who has that login; `None` where nobody has, or a bot. `Transient` where the forge is away and never said."""
        now = self._platform.clock()
        with self._lock:
            known = self._known.get(login)
        if known is not None and known.counts(now):
            return known.person
        try:
            found = self._asked(login)
        except Transient:
            if known is None:
                raise
            return known.person
        self._keep(login, _Answer(found, now))
        return found

    def _asked(self, login: str) -> Person | None:
        try:
            return self._platform.forge.person(login)
        except Terminal as error:
            if error.reason != "NotFound":
                raise
            return None

    def _keep(self, login: str, answer: _Answer) -> None:
        with self._lock:
            self._known.pop(login, None)
            while len(self._known) >= _MOST:
                del self._known[next(iter(self._known))]
            self._known[login] = answer
