"""Counts every answer by its route's template, and how long it took."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from controller.serving.metrics import Metrics

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NO_ROUTE = "none"
"""Stands for paths that lead nowhere: whoever guesses paths makes no new series."""
_STREAM = "text/event-stream"


class Measured:
    """Stands outside of everything else, so that refusals are counted too. A stream is counted, but has no duration."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and notes what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, is_stream = time.monotonic(), False
        method = scope["method"] if scope["method"] in _METHODS else "other"

        async def noted(message: Message) -> None:
            nonlocal is_stream
            if message["type"] == "http.response.start":
                is_stream = any(k == b"content-type" and v.startswith(_STREAM.encode()) for k, v in message["headers"])
                self._metrics.requests.labels(_route(scope), method, str(message["status"])).inc()
            await send(message)

        await self._app(scope, receive, noted)
        if not is_stream:
            self._metrics.answered.labels(_route(scope), method).observe(time.monotonic() - begun)


def _route(scope: Scope) -> str:
    found = getattr(scope.get("route"), "path", None)
    return found if isinstance(found, str) else _NO_ROUTE
