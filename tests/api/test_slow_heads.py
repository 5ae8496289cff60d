"""Who opens a connection and does not say what is wanted keeps none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.api.served import Api, served
from tests.world.world import World

SOON = timedelta(milliseconds=300)
HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder: Path = tmp_path_factory.mktemp("slow")
    with served(World(folder), folder, patience=SOON) as made:
        yield made


def connect(api: Api) -> socket.socket:
    parts = urlsplit(api.url)
    connection = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


@pytest.mark.parametrize("said", [b"", b"GET", HEAD])
def test_a_head_that_does_not_end_is_not_waited_for(api: Api, said: bytes) -> None:
    with connect(api) as connection:
        connection.sendall(said)
        assert connection.recv(1) == b""


def test_a_byte_now_and_then_does_not_prolong_it(api: Api) -> None:
    with connect(api) as connection:
        connection.settimeout(SOON.total_seconds() / 10)
        ended = False
        for _ in range(400):
            try:
                connection.sendall(b"X-More: 1\r\n" if ended else HEAD[:1])
                ended = connection.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                ended = True
            if ended:
                break
        assert ended


def test_the_head_after_an_answer_is_not_waited_for_either(api: Api) -> None:
    with connect(api) as connection:
        connection.sendall(HEAD + b"\r\n")
        assert connection.recv(9) == b"HTTP/1.1 "
        connection.sendall(HEAD)
        while connection.recv(65536):
            pass


def test_an_answer_that_takes_longer_is_waited_for(api: Api) -> None:
    """A stream of events is one answer that never ends."""
    head = b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer token-of-frank\r\n\r\n"
    with connect(api) as connection:
        connection.sendall(head)
        connection.settimeout(SOON.total_seconds() * 4)
        assert is_kept(connection)


def is_kept(connection: socket.socket) -> bool:
    """Whether it stays open, whatever comes by it."""
    try:
        while connection.recv(65536):
            continue
    except TimeoutError:
        return True
    return False
