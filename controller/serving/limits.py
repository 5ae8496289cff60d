"""What no request passes without: a body of one length and the kind that its face takes, in time and not too large."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from controller.access.routes import is_for_programs
from controller.api.problems import refusal

LARGEST_BODY = 64 * 1024
LONGEST = timedelta(seconds=10)
"""For a whole body to arrive: who sends a byte a second keeps no connection."""
_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


class Bodies:
    """
    Refuses a write whose body is not declared as JSON, or on a browser's face as a form, and stops reading one that
    grows too large or too slowly.

    A browser cannot send `application/json` to another origin without asking first, and no such question is answered
    here. Forms it can send, which is why each carries a word of its session (`access.forgery`). `exempt` are paths that
    read their own body; the time holds for them too.
    """

    def __init__(self, app: ASGIApp, *, exempt: frozenset[str], longest: timedelta = LONGEST) -> None:
        self._app = app
        self._exempt = exempt
        self._longest = longest.total_seconds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through, or answers it here."""
        if scope["type"] == "http" and _is_ambiguous(scope):
            answer = refusal(400, "BadRequest", "the body has two lengths: Content-Length and Transfer-Encoding")
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
        elif scope["type"] != "http" or scope["method"] not in _WRITES:
            await self._app(scope, receive, send)
        elif scope["path"] in self._exempt:
            await self._app(scope, _Hurried(receive, self._longest), send)
        else:
            await self._read_first(scope, receive, send)

    async def _read_first(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = _JSON if is_for_programs(scope["path"]) else _FORM
        if _media_type(scope) != wanted:
            await refusal(415, "NotJson" if wanted is _JSON else "NotForm", f"a write needs Content-Type: {wanted}")(
                scope, receive, send
            )
            return
        try:
            async with asyncio.timeout(self._longest):
                body = await read_body(receive, most=LARGEST_BODY)
        except TimeoutError:
            await refusal(408, "TooSlow", "the body did not arrive in time")(scope, receive, send)
            return
        if body is None:
            await refusal(413, "TooLarge", f"the body is larger than {LARGEST_BODY} bytes")(scope, receive, send)
            return
        await self._app(scope, _Replayed(body, receive), send)


class _Hurried:
    """Reads on as long as there is time: then the sender counts as gone, which ends whoever reads."""

    def __init__(self, receive: Receive, longest: float) -> None:
        self._receive = receive
        self._until = asyncio.get_running_loop().time() + longest
        self._is_whole = False

    async def __call__(self) -> Message:
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        self._is_whole = not message.get("more_body", False)
        return message


class _Replayed:
    """Gives a body that was read already, then what follows."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._message: Message | None = {"type": "http.request", "body": body, "more_body": False}
        self._receive = receive

    async def __call__(self) -> Message:
        message, self._message = self._message, None
        return message if message is not None else await self._receive()


async def read_body(receive: Receive, *, most: int) -> bytes | None:
    """The body; `None` as soon as it is larger than `most`, whatever its declared length says."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _is_ambiguous(scope: Scope) -> bool:
    """
    Whether what stands before us may have seen another end of the body, and another request behind it: RFC 9112, 6.1.
    """
    names = {name for name, _ in scope["headers"]}
    return {b"content-length", b"transfer-encoding"} <= names


def _media_type(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"content-type":
            declared: str = value.decode("latin-1").split(";", 1)[0].strip().lower()
            return declared
    return ""
