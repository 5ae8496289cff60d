"""Where statements' keys are read from: a file, or an address that is believed only as far as it says them itself."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from controller.adapters.statement_keys import KeyAddress, KeyFile
from controller.core.errors import Transient
from tests.support.answering import Reply, answering

SET = {"keys": []}


def test_an_address_tells_its_keys() -> None:
    with answering(lambda _: Reply(body=SET)) as server:
        assert KeyAddress(f"{server.url}/jwks").document() == '{"keys": []}'


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=404, body=SET),
        Reply(status=302, headers={"Location": "http://169.254.169.254/latest"}),
        Reply(status=500),
        Reply(body=b"x" * 300_000),
        Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}),
    ],
)
def test_an_address_that_says_something_else_is_not_believed_nor_followed(reply: Reply) -> None:
    with answering(lambda _: reply) as server:
        with pytest.raises(Transient):
            KeyAddress(f"{server.url}/jwks").document()
        assert len(server.requests) == 1


def test_an_address_that_tells_its_keys_byte_by_byte_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gone = threading.Event()
        thread = threading.Thread(target=_drip, args=(listener, gone))
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/jwks"
        try:
            with pytest.raises(Transient):
                KeyAddress(address, timeout=timedelta(milliseconds=300)).document()
        finally:
            gone.set()
            thread.join()


def _drip(listener: socket.socket, gone: threading.Event) -> None:
    connection, _ = listener.accept()
    with connection, suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not gone.wait(0.05):
            connection.sendall(b" ")


def test_an_address_that_is_away_and_a_file_that_is_not_there_can_be_tried_again(tmp_path: Path) -> None:
    with pytest.raises(Transient):
        KeyAddress("http://127.0.0.1:9/jwks").document()
    with pytest.raises(Transient):
        KeyFile(tmp_path / "none").document()


def test_a_file_is_read_anew(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "jwks")
    (tmp_path / "jwks").write_text("one")
    assert keys.document() == "one"
    (tmp_path / "jwks").write_text("two")
    assert keys.document() == "two"
