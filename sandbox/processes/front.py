"""The stable address of an environment: an HTTP proxy that picks the backend request by request.

A proxy of connections would keep a client with keep-alive on the old program until that dies, and drop its request
then. Picking per request and waiting for the old one's requests drops none, and the switch is an assignment.
"""

import asyncio
import contextlib
import json
import socket

from sandbox.processes.backend import Backend, Connection
from sandbox.processes.http1 import (
    Body,
    Head,
    ProtocolError,
    StaleConnectionError,
    copy_body,
    read_head,
    request_body,
    response_body,
)

_REPEATABLE = frozenset({"GET", "HEAD"})


class Front:
    """A listening address and the backend that answers behind it, if any."""

    def __init__(self, environment: str) -> None:
        self._environment = environment
        self._backend: Backend | None = None
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self, port: int) -> None:
        """Listens on 127.0.0.1, on `port` if it is free, else on any: a taken port must not keep everything down."""
        listener = _listener(port)
        self.port = listener.getsockname()[1]
        self._server = await asyncio.start_server(self._client, sock=listener)

    async def close(self) -> None:
        """Stops listening and lets the clients go."""
        if self._server is not None:
            self._server.close()
        for task in list(self._clients):
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    def switch(self, backend: Backend | None) -> Backend | None:
        """Sends every request from now on to `backend`; the one before, which may still be answering."""
        previous, self._backend = self._backend, backend
        return previous

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 (called as a task by asyncio)
        self._clients.add(task)
        try:
            while (head := await read_head(reader)) is not None and await self._answer(head, reader, writer):
                pass
        except ProtocolError as error:
            _refuse(writer, "400 Bad Request", str(error))
        except (OSError, asyncio.CancelledError):
            pass  # the client went away, or the front is closing
        finally:
            self._clients.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer(self, head: Head, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answers one request; whether the client's connection may carry another."""
        body = request_body(head)
        backend = self._backend
        if backend is None:
            _refuse(writer, "503 Service Unavailable", f"nothing serves in {self._environment}")
            return False
        if head.get("expect").lower() == "100-continue":
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        backend.begin()
        try:
            return await _forward(backend, _Request(head, body, reader), writer)
        except (ProtocolError, StaleConnectionError, OSError) as error:
            _refuse(writer, "502 Bad Gateway", f"the process behind {self._environment} broke off: {error}")
            return False
        finally:
            backend.end()


def _listener(port: int) -> socket.socket:
    try:
        listener = socket.create_server(("127.0.0.1", port), backlog=512)
    except OSError:
        listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    # asyncio sets this only on sockets made with IPPROTO_TCP; without it a head and its body are 40 ms apart.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class _Request:
    """A request on its way: its head is here, its body still to be read."""

    def __init__(self, head: Head, body: Body, reader: asyncio.StreamReader) -> None:
        self.head, self.body, self.reader = head, body, reader
        self.method, self.version = head.start.partition(" ")[0], head.start.rpartition(" ")[2]

    def is_repeatable(self) -> bool:
        """Whether sending it twice does nothing that sending it once does not."""
        return self.method in _REPEATABLE and self.body == Body(length=0)

    def wants_close(self) -> bool:
        """Whether the client's connection ends with this request."""
        return self.version != "HTTP/1.1" or "close" in self.head.get("connection").lower()


async def _forward(backend: Backend, request: _Request, writer: asyncio.StreamWriter) -> bool:
    connection, answer = await _exchange(backend, request)
    body = response_body(answer, method=request.method)
    until_close = body == Body()
    close = request.wants_close() or until_close
    try:
        writer.write(answer.encoded(close=close))
        await copy_body(body, connection[0], writer)
        await writer.drain()
    except BaseException:
        connection[1].close()
        writer.transport.abort()  # half an answer must not look like a whole one
        raise
    if until_close or "close" in answer.get("connection").lower():
        connection[1].close()
    else:
        backend.keep(connection)
    return not close


async def _exchange(backend: Backend, request: _Request) -> tuple[Connection, Head]:
    """Sends the request and reads the head of its answer.

    Kept connections may have been closed by the other side just now. So only a request that may be repeated goes over
    one, and is repeated once over a fresh one; every other takes a fresh one at once.
    """
    kept = backend.idle_connection() if request.is_repeatable() else None
    if kept is not None:
        try:
            return kept, await _send(kept, request)
        except (StaleConnectionError, OSError):
            pass
    fresh = await backend.fresh_connection()
    return fresh, await _send(fresh, request)


async def _send(connection: Connection, request: _Request) -> Head:
    reader, writer = connection
    try:
        writer.write(request.head.encoded())
        await copy_body(request.body, request.reader, writer)
        await writer.drain()
        answer = await read_head(reader)
        while answer is not None and answer.start.split(" ")[1].startswith("1"):
            answer = await read_head(reader)
    except BaseException:
        writer.close()
        raise
    if answer is None:
        writer.close()
        raise StaleConnectionError("it closed without an answer")
    return answer


def _refuse(writer: asyncio.StreamWriter, status: str, message: str) -> None:
    content = json.dumps({"error": message}).encode()
    fields = f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\nConnection: close"
    if not writer.is_closing():
        writer.write(f"HTTP/1.1 {status}\r\n{fields}\r\n\r\n".encode() + content)
