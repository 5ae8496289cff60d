"""
Signing in with a browser: with the forge, or with a token where a platform has no OAuth. And out again.

The page that asks is the console's (`GET /sign-in`); what goes wrong leads back to it with `problem=Reason`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from codegen import Sentence
from controller.access.callers import Access, refuse_too_many
from controller.access.forgery import own_origin
from controller.access.routes import CALLBACK, SIGN_IN, SIGN_OUT
from controller.access.sessions import LASTS, Session, Sessions
from controller.core.errors import Denied, Terminal, Transient
from controller.core.model import Person

router = APIRouter()
_PATIENCE = timedelta(minutes=10)
"""From leaving for the forge to coming back."""
_UNDER_WAY = "sign-in"
Text = Annotated[str, Form(max_length=2000)]


@router.post(SIGN_IN)
def sign_in(request: Request, token: Text = "", next: Text = "/") -> Response:  # noqa: A002  # the form's own word
    """With a token: a session. Without: off to the forge."""
    access: Access = request.app.state.access
    _refuse_guessing(access, request)
    onward = safe_path(next)
    try:
        return _with_token(access, token.strip(), onward) if token.strip() else _to_forge(access, request, onward)
    except (Terminal, Transient) as error:
        return _failed(error, onward)


@router.get(CALLBACK)
def callback(
    request: Request,
    code: Annotated[str, Query(max_length=400)] = "",
    state: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """Back from the forge. What came back counts only in the browser that was sent there."""
    access: Access = request.app.state.access
    _refuse_guessing(access, request)
    begun = access.sessions.unseal(_UNDER_WAY, request.cookies.get(access.sessions.name(_UNDER_WAY), "")) or {}
    onward = safe_path(str(begun.get("next", "/")))
    try:
        person = _came_back(access, request, begun, code=code, state=state)
        answer = _signed_in(access.sessions, person, onward)
    except (Terminal, Transient) as error:
        answer = _failed(error, onward)
    return _without(access.sessions, answer, _UNDER_WAY)


@router.post(SIGN_OUT)
def sign_out(request: Request) -> Response:
    """Ends the session, in this browser and wherever its cookie was copied to."""
    access: Access = request.app.state.access
    session: Session | None = request.state.session
    if session is not None:
        access.sessions.end(session)
    return _without(access.sessions, RedirectResponse(SIGN_IN, 303), "session")


def safe_path(text: str) -> str:
    """A path of this service; `/` for what could lead a browser elsewhere."""
    is_path = text.startswith("/") and not text.startswith("//") and "\\" not in text
    return text if is_path and text.isascii() and text.isprintable() and len(text) <= 1000 else "/"


def _with_token(access: Access, token: str, onward: str) -> Response:
    holder = access.tokens.holder(token)
    if holder is None:
        raise Denied("NotAuthenticated", Sentence("no token that is known"))
    access.refuse_expired(holder)
    return _signed_in(access.sessions, Person(holder.login), onward, token=holder.mark)


def _to_forge(access: Access, request: Request, onward: str) -> Response:
    if access.sign_in is None:
        raise Denied(
            "SignInOff", Sentence("no sign-in with the forge is set up"), hint=Sentence("see sign_in in the settings")
        )
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    there = access.sign_in.authorize_url(
        state=state, challenge=challenge_of(verifier), callback=own_origin(request) + CALLBACK
    )
    begun = {"state": state, "verifier": verifier, "next": onward, "issued": access.now().timestamp()}
    answer = RedirectResponse(there, 303)
    value = access.sessions.seal(_UNDER_WAY, begun)
    return _with_cookie(access.sessions, answer, _UNDER_WAY, value, lasts=_PATIENCE)


def _came_back(access: Access, request: Request, begun: dict[str, Any], *, code: str, state: str) -> Person:
    age = access.now().timestamp() - float(begun.get("issued", 0))
    known = hmac.compare_digest(str(begun.get("state", "")).encode(), state.encode("utf-8", "replace"))
    if access.sign_in is None or not state or not known or not 0 <= age < _PATIENCE.total_seconds():
        raise Denied(
            "SignInStale", Sentence("this sign-in was not begun here, or too long ago"), hint=Sentence("sign in again")
        )
    if not code:
        raise Denied("SignInRefused", Sentence("the forge did not let anybody in"), hint=Sentence("sign in again"))
    return access.sign_in.person(code=code, verifier=str(begun["verifier"]), callback=own_origin(request) + CALLBACK)


def challenge_of(verifier: str) -> str:
    """RFC 7636, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _signed_in(sessions: Sessions, person: Person, onward: str, *, token: str = "") -> Response:
    if not sessions.are_on:
        raise Denied(
            "SignInOff", Sentence("no session key is set"), hint=Sentence("see session_key_files in the settings")
        )
    _, value = sessions.start(person, token=token)
    return _with_cookie(sessions, RedirectResponse(onward, 303), "session", value, lasts=LASTS)


def _failed(error: Terminal | Transient, onward: str) -> Response:
    reason = error.reason if isinstance(error, Terminal) else "Transient"
    return RedirectResponse(f"{SIGN_IN}?{urlencode({'problem': reason, 'next': onward})}", 303)


def _refuse_guessing(access: Access, request: Request) -> None:
    address = request.client.host if request.client is not None else ""
    request.state.standings = (access.rates.draw("sign-ins", address, quota=access.limits.sign_ins),)
    refuse_too_many(request.state.standings)


def _with_cookie(sessions: Sessions, answer: Response, what: str, value: str, *, lasts: timedelta) -> Response:
    answer.set_cookie(
        sessions.name(what),
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=sessions.secure,
        httponly=True,
        samesite="lax",
    )
    return answer


def _without(sessions: Sessions, answer: Response, what: str) -> Response:
    answer.delete_cookie(sessions.name(what), path="/", secure=sessions.secure, httponly=True, samesite="lax")
    return answer
