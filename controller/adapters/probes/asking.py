"""One GET: no redirect followed, at most a mebibyte read, done by its deadline."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import requests

_MOST_BYTES = 1024 * 1024
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Seen:
    """An answer as far as it was read."""

    status: int
    content_type: str
    body: bytes

    @property
    def text(self) -> str:
        """The body as text; health answers are UTF-8."""
        return self.body.decode(errors="replace")


class NotTold(Exception):
    """No whole answer came; the message says what happened instead."""


class Asker:
    """
    Keeps connections, since the same few addresses are asked again and again.

    A kept connection may have been closed with the process behind it, so a GET that finds it so is sent once more.
    """

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False  # a check asks the environment itself, not a proxy

    def get(self, url: str, *, headers: Mapping[str, str], timeout: timedelta) -> Seen:
        """The answer. Raises `NotTold`."""
        ends = time.monotonic() + timeout.total_seconds()
        try:
            return self._once(url, headers, ends)
        except requests.Timeout as error:
            raise NotTold(f"no answer within {timeout.total_seconds():g} s") from error
        except (requests.RequestException, UnicodeError):
            return self._again(url, headers, ends)

    def _again(self, url: str, headers: Mapping[str, str], ends: float) -> Seen:
        try:
            return self._once(url, headers, ends)
        except (requests.RequestException, UnicodeError) as error:
            raise NotTold(f"no answer ({type(error).__name__})") from error

    def _once(self, url: str, headers: Mapping[str, str], ends: float) -> Seen:
        left = max(0.05, ends - time.monotonic())
        with self._session.get(url, headers=dict(headers), timeout=left, allow_redirects=False, stream=True) as answer:
            return Seen(
                status=answer.status_code,
                content_type=answer.headers.get("content-type", ""),
                body=_body(answer, ends),
            )


def _body(answer: requests.Response, ends: float) -> bytes:
    """The body up to the limit. A server that sends it byte by byte is stopped at the deadline."""
    read = b""
    for piece in answer.iter_content(_PIECE):
        read += piece
        if len(read) > _MOST_BYTES:
            raise NotTold("the answer is larger than 1 MiB")
        if time.monotonic() > ends:
            raise NotTold("the answer did not end in time")
    return read
