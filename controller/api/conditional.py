"""
What was read before is not sent again: every GET has a strong ETag, and `If-None-Match` is answered with 304.

The tag is the hash of the answer's bytes, so that it cannot be forgotten where an answer gets another field.
Source: RFC 9110, sections 8.8.3 and 13.1.2.
"""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TAGGED = ("application/json", "text/plain", "text/csv")
"""Media types whose answers are whole; a stream of events never ends and has no tag."""
_OF_CONTENT = ("content-length", "content-type", "content-encoding")


class Conditional:
    """Puts the tag onto what GET answers below `prefixes`. The answer is held until it is whole."""

    def __init__(self, app: ASGIApp, *, prefixes: tuple[str, ...]) -> None:
        self._app = app
        self._prefixes = prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the request through and answers in the tag's way."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(self._prefixes):
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        await self._app(scope, receive, _Tagging(send, known))


class _Tagging:
    """Takes an answer's messages; gives them on with the tag, or 304 where the tag is known."""

    def __init__(self, send: Send, known: str) -> None:
        self._send = send
        self._known = known
        self._start: Message | None = None
        self._body: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_tagged(message):
            self._start = message
            return
        if self._start is None:
            await self._send(message)
            return
        self._body.append(message.get("body", b""))
        if not message.get("more_body", False):
            await self._finish(self._start, b"".join(self._body))

    async def _finish(self, start: Message, body: bytes) -> None:
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = MutableHeaders(raw=start["headers"])
        headers["ETag"] = tag
        headers.setdefault("Cache-Control", "private, no-cache")
        if _matches(self._known, tag):
            for name in _OF_CONTENT:
                del headers[name]
            start, body = {**start, "status": 304}, b""
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _is_tagged(start: Message) -> bool:
    media = Headers(raw=start["headers"]).get("content-type", "").split(";")[0]
    return start["status"] == 200 and media in _TAGGED


def _matches(known: str, tag: str) -> bool:
    """Whether a field's value names the tag; weakly compared, as it is for reading."""
    names = [name.strip().removeprefix("W/") for name in known.split(",")]
    return "*" in names or tag in names
