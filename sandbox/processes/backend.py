"""One started program as the front sees it: connections to it, and the requests it is answering."""

import asyncio
import contextlib
from datetime import timedelta

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Backend:
    """An address with idle connections and a count of requests under way."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._idle: list[Connection] = []
        self._in_flight = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def begin(self) -> None:
        """A request is now this backend's."""
        self._in_flight += 1
        self._quiet.clear()

    def end(self) -> None:
        """A request of this backend has been answered or given up."""
        self._in_flight -= 1
        if self._in_flight == 0:
            self._quiet.set()

    def idle_connection(self) -> Connection | None:
        """A kept connection; the backend may have closed it meanwhile."""
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return None

    async def fresh_connection(self) -> Connection:
        """A new connection; raises OSError."""
        return await asyncio.open_connection(self._host, self._port)

    def keep(self, connection: Connection) -> None:
        """Takes a connection back after a complete exchange."""
        self._idle.append(connection)

    async def drain(self, *, within: timedelta) -> None:
        """Waits until nothing is under way, at most that long; then lets the kept connections go."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within.total_seconds()):
                await self._quiet.wait()
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()
