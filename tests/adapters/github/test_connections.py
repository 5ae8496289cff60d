"""Threads that ask the forge at the same moment, and what stands between it and us."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from urllib3 import Retry

from controller.adapters.github.connections import Connections
from controller.adapters.github.library import Github

_AT_ONCE = 4


class _Echo(BaseHTTPRequestHandler):
    """Tells every asker its path, all of them only when the last has asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.everybody_asked.wait(timeout=10)  # type: ignore[attr-defined]
        body = json.dumps({"path": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said: object) -> None:
        """Says nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    server.everybody_asked = threading.Barrier(_AT_ONCE)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _connections(api: str) -> Connections:
    return Connections(api, timeout=10, retry=Retry(0))


def test_who_asks_at_the_same_moment_gets_the_answer_to_its_own_question(address: str) -> None:
    connections, requester = _connections(address), Github(base_url=address, lazy=True).requester

    def ask(path: str) -> str:
        with connections.one() as connection:
            _, _, text = requester.requestJson("GET", path, cnx=connection)
        return str(json.loads(text)["path"])

    paths = [f"/{number}" for number in range(_AT_ONCE)]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        assert list(threads.map(ask, paths)) == paths
        assert list(threads.map(ask, paths)) == paths


def test_a_connection_that_nobody_has_is_used_again(address: str) -> None:
    connections = _connections(address)
    with connections.one() as first, connections.one() as second:
        assert first is not second
    with connections.one() as third:
        assert third in (first, second)


def test_the_proxy_of_the_environment_is_asked_unless_it_is_to_be_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:3128")
    monkeypatch.setenv("no_proxy", "forge.invalid")
    with _connections("https://api.invalid").one() as connection:
        assert connection.session.proxies["https"] == "http://proxy.invalid:3128"
    with _connections("https://forge.invalid/api/v3").one() as connection:
        assert not connection.session.proxies


def test_authorities_that_the_environment_names_are_those_that_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/authorities.pem")
    with _connections("https://api.invalid").one() as connection:
        assert connection.verify == "/etc/authorities.pem"
