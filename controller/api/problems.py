"""
Errors as problem details, with the status that fits.

Source of the form: RFC 9457. `type` is `urn:modwright:problem:` and the reason, which never changes its meaning; beside
the standard's members stand `reason`, and where they are known `hint`, `rows`, `place`, `found` and `allowed`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from controller.core.errors import Denied, Terminal, Transient
from controller.operations.planning import RequestRefused
from controller.operations.repeats import DoneBefore
from controller.redaction import redact

log = structlog.get_logger("modwright")

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:modwright:problem:"
_STATUS = {
    "CursorInvalid": 400,
    "NotAuthenticated": 401,
    "TokenExpired": 401,
    "StatementInvalid": 401,
    "StatementsOff": 401,
    "RoleMissing": 403,
    "ScopeMissing": 403,
    "ForgedRequest": 403,
    "TooManyRequests": 429,
    "NotFound": 404,
    "NoSuchEnvironment": 404,
    "NameNotAllowed": 422,
    "RequesterNotAllowed": 422,
    "NoSuchRef": 422,
    "KeyInvalid": 400,
}
_OF_STATUS = {400: "BadRequest", 404: "NotFound", 405: "MethodNotAllowed"}
_SAYS = {
    404: ("there is nothing at this address", "GET /openapi.json lists every route"),
    405: ("this address does not take that method", "GET /openapi.json lists every route"),
}
_RETRY_AFTER = 1
"""Seconds after which to ask again, where the other side named no time."""
_LONGEST_FOUND = 80
"""Characters of a value that are told back."""


def install(app: FastAPI) -> None:
    """Has every error of the application answered in that form."""
    app.add_exception_handler(Terminal, _terminal)
    app.add_exception_handler(Transient, _transient)
    app.add_exception_handler(DoneBefore, _done_before)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


def refusal(
    status: int,
    reason: str,
    message: str,
    *,
    hint: str = "",
    rows: Sequence[Mapping[str, str]] = (),
    more: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The answer; a text from outside carries no secret into it. `more` are `place`, `found` and `allowed`."""
    problem: dict[str, Any] = {
        "type": TYPE + reason,
        "title": title_of(reason),
        "status": status,
        "detail": redact(message),
        "reason": reason,
    }
    told = {"hint": hint, **(more or {})}
    problem |= {key: redact(value) for key, value in told.items() if value}
    if rows:
        problem["rows"] = list(rows)
    return JSONResponse(problem, status_code=status, media_type=MEDIA_TYPE)


def title_of(reason: str) -> str:
    """A reason in words: `NotFound` is "Not found"."""
    return " ".join(re.findall(r"[A-Z]+[^A-Z]*", reason)).capitalize()


def _terminal(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Terminal):
        raise error
    found = error.rows if isinstance(error, RequestRefused) else ()
    rows = [{"what": what, "wanted": wanted, "found": have} for what, wanted, have in found]
    # Refused by a rule is a conflict with how things stand; the rest is something that has to be mended first.
    status = _STATUS.get(error.reason, 409 if isinstance(error, Denied) else 422)
    answer = refusal(status, error.reason, error.message, hint=error.hint, rows=rows)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _transient(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Transient):
        raise error
    answer = refusal(503, type(error).__name__, error.message, hint="ask again; nothing was half-written")
    wait = error.retry_after.total_seconds() if error.retry_after is not None else _RETRY_AFTER
    answer.headers["Retry-After"] = str(max(1, math.ceil(wait)))
    return answer


def _done_before(_request: Request, done: Exception) -> Response:
    if not isinstance(done, DoneBefore):
        raise done
    return JSONResponse({"state": "done", "ledger": done.ledger})


def _invalid(_request: Request, error: Exception) -> Response:
    """The first thing that is wrong: where, what was found, what is allowed."""
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "json_invalid":
        return refusal(400, "NotJson", f"{place}: the body is not JSON", hint="send one JSON object")
    has_value = first["type"] not in ("missing", "extra_forbidden")
    found = repr(first.get("input"))[:_LONGEST_FOUND] if has_value else ""
    more = {"place": place, "found": found, "allowed": str(first.get("ctx", {}).get("expected", ""))}
    message = f"{place}: {first['msg'].removeprefix('Value error, ')}" + (f", found {found}" if found else "")
    return refusal(422, "Invalid", message, hint="see docs/reference/api.md", more=more)


def _http(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    # The framework's own word on an address that no route has says nothing; ours are `Denied`, and say what.
    detail, hint = _SAYS.get(error.status_code, (str(error.detail), ""))
    answer = refusal(error.status_code, _OF_STATUS.get(error.status_code, "Refused"), detail, hint=hint)
    answer.headers.update(error.headers or {})
    return answer


def _bug(request: Request, error: Exception) -> Response:
    log.error("bug", path=request.url.path, exc_info=error)
    return refusal(500, "Bug", "something is wrong in Modwright; its log says what")
