"""A loopback address with a web server behind it, inside the running event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

import uvicorn

_DRAIN_SECONDS = 1


class _QuietServer(uvicorn.Server):
    """uvicorn takes the signals of the process for itself; here one process runs several servers and owns them."""

    def install_signal_handlers(self) -> None:
        """Leave the signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Leave the signals alone."""
        yield


class _Droppable:
    """Puts `sandbox.drop` into the scope: a function that cuts the connection, which ASGI has no word for."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope["sandbox.drop"] = send.__self__.transport.abort
        await self._application(scope, receive, send)


class Listener:
    """A bound address first, a server later, so that services can be told each other's address before any starts."""

    def __init__(self, bound: socket.socket) -> None:
        self._socket = bound
        self.port: int = bound.getsockname()[1]
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def bind(cls, port: int) -> Listener:
        """Bind 127.0.0.1:`port`; a port that is taken, or 0, gives any free one."""
        # With the protocol named, asyncio switches Nagle's algorithm off; without it each answer of two writes waits 40 ms.
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(("127.0.0.1", port))
        except OSError:
            bound.bind(("127.0.0.1", 0))
        bound.listen(128)
        return cls(bound)

    @property
    def address(self) -> str:
        """``127.0.0.1:PORT``."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return f"http://{self.address}"

    async def serve(self, application: Any) -> None:
        """Serve the ASGI application; returns once connections are answered."""
        configuration = uvicorn.Config(
            _Droppable(application),
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            date_header=True,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
        self._server = _QuietServer(configuration)
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started and not self._task.done():
            await asyncio.sleep(0.001)
        if self._task.done():
            self._task.result()

    async def close(self) -> None:
        """Answer what is in flight for a moment, then stop. Safe to call on a listener that never served."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task
        self._socket.close()
