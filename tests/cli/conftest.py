"""A stand-in for the API: answers what a test gave it, remembers what it was asked, and knows the real API's paths."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Asked:
    """One request as the stand-in got it."""

    method: str
    path: str
    token: str
    body: Any
    key: str | None


@dataclass
class StandIn:
    """`answers` maps `METHOD path` to documents, one for each time it is asked; the last one stays."""

    address: str = ""
    answers: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def will_answer(self, request: str, *documents: Any, status: int = 200) -> None:
        self.answers[request] = [(status, document) for document in documents]

    def next_answer(self, request: str) -> tuple[int, Any]:
        waiting = self.answers.get(request)
        if not waiting:
            return 404, {"reason": "NotFound", "detail": f"nothing at {request}"}
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    stand_in: StandIn


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        path = self.path.removeprefix("/api/v1")
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        stand_in = self.server.stand_in
        stand_in.asked.append(Asked(self.command, path, token, body, self.headers.get("Idempotency-Key")))
        status, document = stand_in.next_answer(f"{self.command} {path.partition('?')[0]}")
        content = document.encode() if isinstance(document, str) else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """The stand-in, with a context that names it and two people."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.stand_in = StandIn(address=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    context = tmp_path / "context.json"
    tokens = {"alice": "token-of-alice", "carol": "token-of-carol"}
    context.write_text(json.dumps({"api": server.stand_in.address, "tokens": tokens}))
    monkeypatch.setenv("MODWRIGHT_CONTEXT", str(context))
    yield server.stand_in
    server.shutdown()
    thread.join()
    server.server_close()
