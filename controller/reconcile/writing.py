"""How every write is made: in the loop's turn, on fresh heads, on one reading of git, tried again on a conflict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from controller.core.errors import Conflict, ControllerError, Transient
from controller.core.ledger.state import KeyedRequest
from controller.core.model import Person
from controller.operations.platform import Platform
from controller.operations.repeats import Asked, keep_answer, repeated
from controller.operations.view import View, read_view, refresh_heads
from controller.reconcile.loop import Loop

_TRIES = 3

Act = Callable[[Platform, View, Person], dict[str, Any]]
"""A use case with its answer."""

log = structlog.get_logger("modwright")


class Writing:
    """One write of one caller."""

    def __init__(self, loop: Loop, *, asked: Asked, by: Callable[[], Person]) -> None:
        self._loop = loop
        self._asked = asked
        self._by = by

    def carry_out(self, act: Act, *, without_forge: bool = False) -> dict[str, Any]:
        """
        The use case's answer. `without_forge` lets it stand on what was last seen when the forge does not answer:
        what takes back must not wait for it.

        A repeat under the same Idempotency-Key acts no second time, see `operations.repeats`.
        """
        by = self._by()
        with self._loop.turn():
            try:
                return self._tried(act, by, without_forge=without_forge)
            finally:
                self._loop.wrote()

    def _tried(self, act: Act, by: Person, *, without_forge: bool) -> dict[str, Any]:
        """A conflict means that somebody else wrote first: read again, decide again, at most three times."""
        request = self._asked.reservation(self._loop.platform.clock())
        for remaining in reversed(range(_TRIES)):
            try:
                return self._once(act, by, request, without_forge=without_forge)
            except Conflict:
                if not remaining:
                    raise
        raise AssertionError("unreachable")

    def _once(self, act: Act, by: Person, request: KeyedRequest | None, *, without_forge: bool) -> dict[str, Any]:
        platform = self._loop.platform
        away = _refreshed(platform)
        if request is None:
            return act(platform, _view(platform, away, without_forge=without_forge), by)
        # An answer that was kept needs no forge.
        earlier = repeated(platform, read_view(platform).ledger, request)
        if earlier is not None:
            return dict(earlier)
        view = _view(platform, away, without_forge=without_forge)
        answer = act(platform, replace(view, ledger=replace(view.ledger, request=request)), by)
        _keep(platform, request, answer, by)
        return answer


def _keep(platform: Platform, request: KeyedRequest, answer: Mapping[str, Any], by: Person) -> None:
    """What was asked is done: that its answer could not be kept is no reason to say otherwise."""
    for _ in range(_TRIES):
        try:
            keep_answer(platform, read_view(platform).ledger, request, answer, by=by)
        except Conflict:
            _refreshed(platform)
        except ControllerError as error:
            log.warning("answer not kept", why=str(error))
            return
        else:
            return
    log.warning("answer not kept", why="the ledger moved each time")


def fresh_view(platform: Platform, *, without_forge: bool = False) -> View:
    """Git as the forge has it now. With the loop's lock held."""
    return _view(platform, _refreshed(platform), without_forge=without_forge)


def _view(platform: Platform, away: Transient | None, *, without_forge: bool) -> View:
    if away is not None and not without_forge:
        raise away
    return read_view(platform)


def _refreshed(platform: Platform) -> Transient | None:
    """Asks the forge where its branches stand; why not, where it did not answer."""
    try:
        refresh_heads(platform)
    except Transient as transient:
        return transient
    return None
