"""A small HTTP server on loopback that says what a test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer: JSON where the body is not bytes."""

    status: int = 200
    body: object = b""
    headers: dict[str, str] = field(default_factory=dict)
    before: Callable[[], object] | None = None
    """Done before it answers: waits, for one that is slow."""


@dataclass(frozen=True)
class Request:
    """What was asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answering:
    """A server that answers; `requests` is what it was asked."""

    url: str
    requests: list[Request]

    @property
    def address(self) -> str:
        """`host:port`."""
        return self.url.removeprefix("http://")


@contextmanager
def answering(say: Callable[[Request], Reply]) -> Iterator[Answering]:
    """Runs a server that says what `say` gives, until the end of the block."""
    asked: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            request = Request(self.command, self.path, dict(self.headers), self.rfile.read(length))
            asked.append(request)
            reply = say(request)
            if reply.before is not None:
                reply.before()
            self._send(reply)

        do_GET = do_HEAD = do_PUT = do_POST = answer  # noqa: N815

        def _send(self, reply: Reply) -> None:
            is_json = not isinstance(reply.body, bytes)
            content = json.dumps(reply.body).encode() if is_json else bytes(reply.body)  # type: ignore[arg-type]
            kind = {"Content-Type": "application/json"} if is_json else {}
            self.send_response(reply.status)
            for name, value in {**kind, "Content-Length": str(len(content)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_arguments: Any) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Answering(url=f"http://127.0.0.1:{server.server_address[1]}", requests=asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
