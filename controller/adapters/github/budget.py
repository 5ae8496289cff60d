"""
What the forge says of its rate limits, kept from its answers' headers.

Source: GitHub, "Rate limits for the REST API", "Checking the status of your rate limit": `x-ratelimit-limit`,
`-remaining`, `-reset` (seconds since 1970, UTC) and `-resource`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime

from controller.ports import CallBudget

_LARGEST = 10**10
_MOST_RESOURCES = 16


class Budgets:
    """The newest word for each kind of calls. Both tokens draw on one budget, the installation's."""

    def __init__(self) -> None:
        self._known: dict[str, CallBudget] = {}
        self._lock = threading.Lock()

    def note(self, headers: Mapping[str, str]) -> None:
        """Keeps what an answer says; one that says nothing, or something strange, changes nothing."""
        found = _read(headers)
        if found is None:
            return
        with self._lock:
            if found.resource in self._known or len(self._known) < _MOST_RESOURCES:
                self._known[found.resource] = found

    def known(self) -> tuple[CallBudget, ...]:
        """By the kind's name."""
        with self._lock:
            return tuple(self._known[resource] for resource in sorted(self._known))


def _read(headers: Mapping[str, str]) -> CallBudget | None:
    limit, remaining, reset = (_number(headers.get(f"x-ratelimit-{name}")) for name in ("limit", "remaining", "reset"))
    if limit is None or remaining is None or reset is None:
        return None
    resource = headers.get("x-ratelimit-resource", "core")[:40]
    return CallBudget(resource, limit, remaining, datetime.fromtimestamp(reset, UTC))


def _number(text: str | None) -> int | None:
    """A count or a moment; `None` for what is none, or larger than any that the forge would say."""
    if text is None or not text.isascii() or not text.isdigit():
        return None
    return int(text) if len(text) <= 11 and int(text) <= _LARGEST else None
