"""Ends the controller at its n-th write, before or after the effect, as SIGKILL does: no clean-up runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

WRITES = frozenset(
    {
        "open_proposal",
        "refresh_proposal",
        "merge_proposal",
        "close_proposal",
        "write_gate",
        "comment",
        "dispatch_build",
        "cancel_build",
        "announce",
        "roll_out",
        "push",
    }
)


class Killed(BaseException):
    """No `Exception`: nothing of the product may catch it."""


@dataclass
class Executioner:
    """Counts writes over all doors; at `at` it kills. Without `at` it only counts."""

    at: int | None = None
    when: Literal["before", "after"] = "before"
    count: int = 0
    names: list[str] = field(default_factory=list)

    def door(self, inner: Any) -> Any:
        """The same object with its writes counted."""
        return Door(inner, self)

    def strike(self, moment: Literal["before", "after"]) -> None:
        """Kills where it is time."""
        if self.count == self.at and self.when == moment:
            self.at = None
            raise Killed


class Door:
    """Stands before a port or a mirror. Reads pass; a write is counted and may be the last thing that happens."""

    def __init__(self, inner: Any, executioner: Executioner) -> None:
        self._inner = inner
        self._executioner = executioner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in WRITES:
            return found

        def counted(*arguments: Any, **named: Any) -> Any:
            executioner = self._executioner
            executioner.count += 1
            executioner.names.append(name)
            executioner.strike("before")
            answer = found(*arguments, **named)
            executioner.strike("after")
            return answer

        return counted
