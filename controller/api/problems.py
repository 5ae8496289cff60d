"""Errors as JSON: always `{"error": {"reason", "message", "hint", "rows"?}}`, with the status that fits."""

from __future__ import annotations

import math
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from controller.core.errors import Denied, Terminal, Transient
from controller.operations.planning import RequestRefused
from controller.redaction import redact

log = structlog.get_logger("modwright")

_STATUS = {
    "NotAuthenticated": 401,
    "RoleMissing": 403,
    "NotFound": 404,
    "NoSuchEnvironment": 404,
    "NameNotAllowed": 422,
}
_OF_STATUS = {400: "BadRequest", 404: "NotFound", 405: "MethodNotAllowed"}
_RETRY_AFTER = 1
"""Seconds after which to ask again, where the other side named no time."""


def install(app: FastAPI) -> None:
    """Has every error of the application answered in that form."""
    app.add_exception_handler(Terminal, _terminal)
    app.add_exception_handler(Transient, _transient)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


def refusal(status: int, reason: str, message: str, *, hint: str = "", rows: Any = None) -> JSONResponse:
    """The answer; a text from outside carries no secret into it."""
    error: dict[str, Any] = {"reason": reason, "message": redact(message), "hint": redact(hint)}
    if rows is not None:
        error["rows"] = rows
    return JSONResponse({"error": error}, status_code=status)


def _terminal(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Terminal):
        raise error
    rows = None
    if isinstance(error, RequestRefused):
        rows = [{"what": what, "wanted": wanted, "found": found} for what, wanted, found in error.rows]
    # Refused by a rule is a conflict with how things stand; the rest is something that has to be mended first.
    status = _STATUS.get(error.reason, 409 if isinstance(error, Denied) else 422)
    answer = refusal(status, error.reason, error.message, hint=error.hint, rows=rows)
    if error.reason == "NotAuthenticated":
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _transient(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Transient):
        raise error
    answer = refusal(503, type(error).__name__, error.message, hint="ask again; nothing was half-written")
    wait = error.retry_after.total_seconds() if error.retry_after is not None else _RETRY_AFTER
    answer.headers["Retry-After"] = str(max(1, math.ceil(wait)))
    return answer


def _invalid(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "json_invalid":
        return refusal(400, "NotJson", f"{where}: the body is not JSON", hint="send one JSON object")
    found = "" if first["type"] in ("missing", "extra_forbidden") else f", found {repr(first.get('input'))[:80]}"
    return refusal(422, "Invalid", f"{where}: {first['msg']}{found}", hint="see docs/reference/api.md")


def _http(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return refusal(error.status_code, _OF_STATUS.get(error.status_code, "Refused"), str(error.detail))


def _bug(request: Request, error: Exception) -> Response:
    log.error("bug", path=request.url.path, exc_info=error)
    return refusal(500, "Bug", "something is wrong in Modwright; its log says what")
