"""How every write is made: in the loop's turn, on fresh heads, on one reading of git, tried again on a conflict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from controller.core.errors import Conflict, Transient
from controller.core.model import Person
from controller.operations.platform import Platform
from controller.operations.view import View, read_view, refresh_heads
from controller.reconcile.loop import Loop
from controller.reconcile.repeats import Asked, Repeats

_TRIES = 3

Act = Callable[[Platform, View, Person], dict[str, Any]]
"""A use case with its answer."""


class Writing:
    """One write of one caller."""

    def __init__(self, loop: Loop, repeats: Repeats, *, asked: Asked, by: Callable[[], Person]) -> None:
        self._loop = loop
        self._repeats = repeats
        self._asked = asked
        self._by = by

    def carry_out(self, act: Act, *, without_forge: bool = False) -> dict[str, Any]:
        """
        The use case's answer. `without_forge` lets it stand on what was last seen when the forge does not answer:
        what takes back must not wait for it.
        """
        by = self._by()
        with self._loop.turn():
            try:
                return self._repeats.once(self._asked, lambda: self._tried(act, by, without_forge=without_forge))
            finally:
                self._loop.wrote()

    def _tried(self, act: Act, by: Person, *, without_forge: bool) -> dict[str, Any]:
        """A conflict means that somebody else wrote first: read again, decide again, at most three times."""
        platform = self._loop.platform
        for remaining in reversed(range(_TRIES)):
            try:
                return act(platform, fresh_view(platform, without_forge=without_forge), by)
            except Conflict:
                if not remaining:
                    raise
        raise AssertionError("unreachable")


def fresh_view(platform: Platform, *, without_forge: bool = False) -> View:
    """Git as the forge has it now. With the loop's lock held."""
    try:
        refresh_heads(platform)
    except Transient:
        if not without_forge:
            raise
    return read_view(platform)
