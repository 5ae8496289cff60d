"""What every answer says to a browser: what a page may load, that nothing is kept or guessed, and how much may be asked."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from controller.access.rates import headers as rate_headers
from controller.access.sessions import Sessions

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action {targets}; base-uri 'none'; frame-ancestors 'none'"
)


class Headers:
    """
    Adds them to every answer, also to refusals. `forge` is the origin that the form for signing in leads to: a browser
    holds redirects of a form to `form-action` too.
    """

    def __init__(self, app: ASGIApp, *, sessions: Sessions, forge: str = "") -> None:
        self._app = app
        self._sessions = sessions
        self._fixed = {
            "Content-Security-Policy": _POLICY.format(targets=f"'self' {forge}".strip()),
            "X-Content-Type-Options": "nosniff",
            # Not `no-referrer`: a browser then sends a form of ours with `Origin: null`, which says nothing (Fetch, 4.1).
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        if sessions.secure:
            self._fixed["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and its answer back with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # The same mapping that the request's `state` is kept in.
        state = scope.setdefault("state", {})

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._tell(MutableHeaders(scope=message), state)
            await send(message)

        await self._app(scope, receive, told)

    def _tell(self, headers: MutableHeaders, state: dict[str, Any]) -> None:
        for name, value in {**self._fixed, **rate_headers(state.get("standings", ()))}.items():
            headers[name] = value
        headers.setdefault("Cache-Control", "private, no-cache" if "etag" in headers else "no-store")
        if state.get("visit_begins") and self._sessions.are_on:
            value = self._sessions.seal("visit", {"id": state["visit"]})
            secure = "; Secure" if self._sessions.secure else ""
            cookie = f"{self._sessions.name('visit')}={value}; Path=/; HttpOnly; SameSite=Lax{secure}"
            headers.append("Set-Cookie", cookie)
