"""
How long a request's head may take: who opens connections and says nothing, or a byte now and then, keeps none.

uvicorn waits for a head as long as it takes; the time for bodies is kept by `limits`.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from uvicorn.protocols.http.h11_impl import H11Protocol

LONGEST = timedelta(seconds=10)
"""From the connection, or from the answer before, to the end of a head. A kept connection that is idle ends earlier."""


def hurried(longest: timedelta) -> type[H11Protocol]:
    """The protocol by which each connection is spoken with."""

    class Hurried(H11Protocol):
        """Ends a connection whose head does not come to its end in time."""

        _ends: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def on_response_complete(self) -> None:
            self._wait()
            super().on_response_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            self._wait_no_more()
            super().connection_lost(exc)

        def _wait(self) -> None:
            self._wait_no_more()
            self._ends = self.loop.call_later(longest.total_seconds(), self._give_up)

        def _wait_no_more(self) -> None:
            if self._ends is not None:
                self._ends.cancel()

        def _give_up(self) -> None:
            """Only where no request came whole meanwhile, or one that was answered."""
            is_idle = self.cycle is None or self.cycle.response_complete
            if is_idle and not self.transport.is_closing():
                self.transport.close()

    return Hurried
