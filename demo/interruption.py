"""Ctrl-C and its kin, at any moment: everything is ended on the way out."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

from demo.folder import Folder
from demo.running import stop

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_AGAIN_SECONDS = 0.3


@contextlib.contextmanager
def ended_in_any_case(folder: Folder) -> Iterator[None]:
    """Ends the demo's processes when the context is left, also by a signal."""
    with _heard():
        try:
            yield
        finally:
            _end(folder)


@contextlib.contextmanager
def ended_where_it_fails(folder: Folder) -> Iterator[None]:
    """Leaves them running where all went well: somebody wants to play."""
    with _heard():
        try:
            yield
        except BaseException:
            _end(folder)
            raise


@contextlib.contextmanager
def _heard() -> Iterator[None]:
    before = {number: signal.signal(number, _leave) for number in (*_ENDING, signal.SIGALRM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(folder: Folder) -> None:
    """A second signal does not disturb it."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in (*_ENDING, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    stop(folder)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """
    Leaves by an exception. It is raised again until somebody takes it: one that is raised while Python runs a finaliser
    is printed and forgotten.
    """
    signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
    if number in (signal.SIGINT, signal.SIGALRM):
        raise KeyboardInterrupt
    sys.exit(128 + number)
