"""Errors of pages, as pages: what happened, and where to go from there."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from babel.support import NullTranslations
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from controller.access.callers import Access
from controller.console.language import N_, language_of, translations
from controller.console.rendering import page, url
from controller.core.errors import Denied, Terminal, Transient
from controller.operations.planning import RequestRefused
from controller.redaction import redact

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]
_OTHERS = ("/api/", "/admin/", "/webhooks/", "/healthz", "/readyz", "/metrics", "/openapi.json")
"""What programs ask; everything else is for a browser."""


@dataclass(frozen=True)
class Shown:
    """One kind of error: its status, its title, and what it means for somebody who only wanted to go on."""

    status: int
    title: str
    lead: str


_NOT_FOUND = Shown(404, N_("Not found"), N_("There is no such page, or what it showed is gone."))
_NOT_ALLOWED = Shown(403, N_("Not allowed"), N_("Your role does not let you do this. Nothing was changed."))
_AWAY = Shown(
    503,
    N_("The other side does not answer"),
    N_("Modwright could not reach what this needs. Nothing was half-written; try again in a moment."),
)
_REFUSED = Shown(409, N_("Refused"), N_("This cannot be done as things stand. Nothing was changed."))
_INVALID = Shown(422, N_("Not understood"), N_("Something in the form or the address is not as it must be."))
_BUG = Shown(500, N_("Something is wrong in Modwright"), N_("Its log says what. Nothing was half-written."))
_FORGED = Shown(403, N_("This form is not ours"), N_("It was too old or came from elsewhere. Nothing was changed."))
_TOO_MANY = Shown(429, N_("Too much at once"), N_("Wait a moment and try again. Nothing was changed."))
_OF_REASON = {
    "NotFound": _NOT_FOUND,
    "NoSuchEnvironment": _NOT_FOUND,
    "RoleMissing": _NOT_ALLOWED,
    "ScopeMissing": _NOT_ALLOWED,
    "StatementInvalid": _NOT_ALLOWED,
    "StatementsOff": _NOT_ALLOWED,
    "ForgedRequest": _FORGED,
    "TooManyRequests": _TOO_MANY,
    "NameNotAllowed": _INVALID,
}


def install(app: FastAPI) -> None:
    """Has errors of pages answered as pages; every other goes to the handler that was there before."""
    for kind in (Terminal, Transient, RequestValidationError, HTTPException, Exception):
        before = app.exception_handlers.get(kind)
        if before is not None:
            app.add_exception_handler(kind, _chosen(before))


def is_page(request: Request) -> bool:
    """Whether a browser's page was asked for."""
    return not request.url.path.startswith(_OTHERS)


def _chosen(before: Any) -> Handler:
    async def answer(request: Request, error: Exception) -> Response:
        if is_page(request):
            return await run_in_threadpool(answered, request, error)
        made = before(request, error)
        return await made if inspect.isawaitable(made) else made  # type: ignore[no-any-return]

    return answer


def answered(request: Request, error: Exception) -> Response:
    """The page of an error."""
    if isinstance(error, Terminal) and error.reason in ("NotAuthenticated", "TokenExpired"):
        return _signed_out(request)
    _greet(request)
    shown = _shown(error)
    texts = translations(language_of(request))
    detail, hint = _words_of(error)
    rows = error.rows if isinstance(error, RequestRefused) else ()
    context = {"message": _safe(detail), "hint": _safe(hint), "rows": rows, "ways": _ways(request, texts)}
    return page(
        request,
        "error.html",
        status=shown.status,
        title=texts.ugettext(shown.title),
        lead=texts.ugettext(shown.lead),
        **context,
    )


def _safe(text: str) -> str:
    """Without secrets; a sentence that has none stays one."""
    redacted = redact(text)
    return text if text == redacted else redacted


def _greet(request: Request) -> None:
    """Where no route was found nobody has been asked who they are; the page around the error is theirs all the same."""
    access: Access = request.app.state.access
    if getattr(request.state, "caller", None) is None:
        request.state.caller = access.visitor(request)


def _shown(error: Exception) -> Shown:
    if isinstance(error, Terminal):
        return _OF_REASON.get(error.reason, _REFUSED if isinstance(error, Denied) else _INVALID)
    if isinstance(error, Transient):
        return _AWAY
    if isinstance(error, RequestValidationError):
        return _INVALID
    if isinstance(error, HTTPException):
        return {404: _NOT_FOUND, 403: _NOT_ALLOWED}.get(error.status_code, _INVALID)
    return _BUG


def _words_of(error: Exception) -> tuple[str, str]:
    """What the core said, in its own words; of a bug nothing, since its text may hold anything."""
    if isinstance(error, Terminal):
        return error.message, error.hint
    if isinstance(error, Transient):
        return error.message, ""
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}", ""
    return "", ""


def _signed_out(request: Request) -> Response:
    """To sign in, and back to where one was: after a form, to the page that it stood on."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    back = here if request.method in ("GET", "HEAD") else ""
    return RedirectResponse(url("sign-in", next=back, ended="" if back else "1"), status_code=303)


def _ways(request: Request, texts: NullTranslations) -> tuple[tuple[str, str], ...]:
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    ways = [("/modules", texts.ugettext(N_("To the modules")))]
    if request.method == "GET":
        ways.insert(0, (here, texts.ugettext(N_("Try again"))))
    return tuple(ways)
