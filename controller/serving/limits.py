"""What no request passes without: a JSON body where there is one, no larger than what is read of it."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from controller.api.problems import refusal

LARGEST_BODY = 64 * 1024
_WRITES = ("POST", "PUT", "PATCH", "DELETE")


class JsonOnly:
    """
    Refuses a write whose body is not declared as JSON, and stops reading one that grows too large.

    A browser cannot send `application/json` to another origin without asking first, and no such question is answered
    here: that is what keeps other sites' forms out. `exempt` are paths that read their own body.
    """

    def __init__(self, app: ASGIApp, *, exempt: frozenset[str]) -> None:
        self._app = app
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through, or answers it here."""
        if scope["type"] != "http" or scope["method"] not in _WRITES or scope["path"] in self._exempt:
            await self._app(scope, receive, send)
            return
        if _media_type(scope) != "application/json":
            message = "a write needs Content-Type: application/json"
            await refusal(415, "NotJson", message)(scope, receive, send)
            return
        body = await read_body(receive, most=LARGEST_BODY)
        if body is None:
            message = f"the body is larger than {LARGEST_BODY} bytes"
            await refusal(413, "TooLarge", message)(scope, receive, send)
            return
        await self._app(scope, _Replayed(body, receive), send)


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


def _media_type(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"content-type":
            declared: str = value.decode("latin-1").split(";", 1)[0].strip().lower()
            return declared
    return ""
