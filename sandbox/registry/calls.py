"""What the registry was asked and how many bytes it moved, so that a bench can say "0 bytes of image"."""

from collections import Counter

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class CallCounter:
    """An ASGI layer that counts requests by method and the bytes of bodies in both directions."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._requests: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and counts it, except the question for the counts themselves."""
        if scope["type"] != "http" or not scope["path"].startswith("/v2/"):
            await self._app(scope, receive, send)
            return
        self._requests[scope["method"]] += 1

        async def counted_send(message: Message) -> None:
            self._bytes["out"] += len(message.get("body", b""))
            await send(message)

        async def counted_receive() -> Message:
            message = await receive()
            self._bytes["in"] += len(message.get("body", b""))
            return message

        await self._app(scope, counted_receive, counted_send)

    def report(self, _request: Request) -> Response:
        """The counts since the start."""
        document = {
            "requests": self._requests.total(),
            "by_method": dict(self._requests),
            "bytes_in": self._bytes["in"],
            "bytes_out": self._bytes["out"],
        }
        return JSONResponse(document)
