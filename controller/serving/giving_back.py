"""Memory that was needed for a moment goes back to the system."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from datetime import timedelta

_PAUSE = timedelta(seconds=5)
_M_ARENA_MAX = -8
"""By this number mallopt(3) knows it."""


def share_one_heap() -> None:
    """
    Has all threads take from one heap: for each the C library would begin one of its own, which keeps what it once had,
    so that they need not wait for each other. They wait for the interpreter's lock anyhow. To be called before there
    are threads; without effect where the C library has no such setting.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


class GivesBack:
    """
    Has the C library give back the pages that nothing stands on any more, see malloc_trim(3).

    It keeps them by itself, and each thread its own: a pass that read much would be paid for as long as the process
    lives. Looking costs a fraction of a millisecond, and is done no more often than each `pause`. A C library that has
    no such call, such as musl, keeps less to begin with.
    """

    def __init__(
        self,
        trim: Callable[[int], object] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: timedelta = _PAUSE,
    ) -> None:
        self._trim = trim if trim is not None else getattr(ctypes.CDLL(None), "malloc_trim", None)
        self._clock = clock
        self._pause = pause.total_seconds()
        self._next = clock()

    def __call__(self) -> None:
        """Gives back what there is, where the last time is long enough ago."""
        now = self._clock()
        if self._trim is None or now < self._next:
            return
        self._next = now + self._pause
        self._trim(0)
