"""Looking until something is so. What is not so in time ends the story, with what was seen last."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from demo.errors import DemoError, NotSoError

T = TypeVar("T")

_INTERVAL_SECONDS = 0.05


def expect(what: str, *, seen: object, wanted: object) -> None:
    """Passes where both are equal; `NotSoError` else."""
    if seen != wanted:
        raise NotSoError(what, expected=wanted, seen=seen)


def expect_in(what: str, *, text: str, wanted: str) -> None:
    """Passes where the text has it."""
    if wanted not in text:
        raise NotSoError(what, expected=f"… {wanted} …", seen=text)


def until(what: str, look: Callable[[], T], accept: Callable[[T], object], *, expected: str, seconds: float = 40) -> T:
    """
    What `look` finds, as soon as `accept` takes it.

    A part that does not answer is asked again: environments switch and the controller restarts while we look.
    """
    ends = time.monotonic() + seconds
    seen: object = "nothing yet"
    while True:
        try:
            found = look()
            if accept(found):
                return found
            seen = found
        except DemoError as error:
            seen = str(error)
        if time.monotonic() > ends:
            raise NotSoError(f"{what} (within {seconds:g} s)", expected=expected, seen=seen)
        time.sleep(_INTERVAL_SECONDS)


def stays(what: str, look: Callable[[], T], wanted: T, *, seconds: float) -> None:
    """Looks again and again for a while: it must be the same every time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        expect(what, seen=look(), wanted=wanted)
        time.sleep(_INTERVAL_SECONDS)
