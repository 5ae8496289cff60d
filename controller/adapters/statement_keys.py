"""Where the keys stand by which a platform's own interface states who its user is: a file, or an address that tells them."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import requests

from controller.core.errors import Terminal, Transient

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MOST_BYTES = 256 * 1024
_PIECE = 1
"""Bytes that are read at once: a larger piece is waited for until it is whole."""


class KeyFile:
    """The port `StatementKeys` on a mounted file, read anew each time."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def document(self) -> str:
        """The file's text. `Transient` where it cannot be read: it may be about to be replaced."""
        try:
            return self._file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Transient(f"{self._file} cannot be read ({type(error).__name__})") from error


class KeyAddress:
    """The port `StatementKeys` on an address, https or loopback. No redirect is followed: it could lead anywhere."""

    def __init__(self, address: str, *, timeout: timedelta = timedelta(seconds=5)) -> None:
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise Terminal("KeysAddress", f"{address[:80]!r} is no safe address of keys", hint="use an https address")
        self._address = address
        self._timeout = timeout.total_seconds()

    def document(self) -> str:
        """What the address tells. `Transient` where it does not, or not within twice the timeout."""
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.get(self._address, timeout=self._timeout, allow_redirects=False, stream=True)
                body = _body(answer, time.monotonic() + self._timeout)
            except (requests.RequestException, OSError) as error:
                raise Transient(f"the keys' address did not answer ({type(error).__name__})") from error
        if answer.status_code != 200 or len(body) > _MOST_BYTES:
            raise Transient(f"the keys' address answered {answer.status_code} with {len(body)} bytes")
        return body.decode("utf-8", "replace")


def _body(answer: requests.Response, ends: float) -> bytes:
    """The body up to a byte beyond the limit. A server that sends it byte by byte is stopped at the end."""
    read = bytearray()
    for piece in answer.iter_content(_PIECE):
        read += piece
        if len(read) > _MOST_BYTES:
            break
        if time.monotonic() > ends:
            raise requests.Timeout("the answer did not end in time")
    return bytes(read)
