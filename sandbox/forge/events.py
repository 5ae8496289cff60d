"""Who is told when something happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.forge.store import Document


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened, named as in `X-GitHub-Event`; `payload` is the webhook's body."""

    name: str
    repository: str
    payload: dict[str, Any]
    actor: Document
    action: str | None = None


class Events:
    """Calls every listener, in order, at once; a listener that has work to do queues it."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []

    def listen(self, listener: Callable[[Event], None]) -> None:
        """From now on tell this one too."""
        self._listeners.append(listener)

    def emit(self, event: Event) -> None:
        """Tell everyone."""
        for listener in self._listeners:
            listener(event)
