"""Signing in to an App: who may be sent back where, one-time codes, and what a code is exchanged for.

GitHub's web flow for a GitHub App: the callback must be exactly one of the App's, a code lives ten minutes and once, a code
that was asked for with a challenge (PKCE, S256 alone) needs its verifier.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from sandbox.configuration import AppSettings
from sandbox.forge import clock
from sandbox.forge.accounts import Accounts
from sandbox.forge.refusals import Refusal, not_found
from sandbox.forge.store import Document

CODE_LIFETIME = timedelta(minutes=10)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_MOST_CODES = 1000

_SENTENCES = {
    "access_denied": "The user has denied your application access.",
    "bad_verification_code": "The code passed is incorrect or expired.",
    "incorrect_client_credentials": "The client_id and/or client_secret passed are incorrect.",
    "redirect_uri_mismatch": "The redirect_uri MUST match the registered callback URL for this application.",
}


class ExchangeError(Exception):
    """No token for this code; `answer` is what the App is told."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.answer = explained(error)


def explained(error: str) -> dict[str, str]:
    """An error of the flow as it is told, to the App or in the address that a person is sent back to."""
    page = "https://docs.github.com/apps/oauth-apps/maintaining-oauth-apps"
    return {"error": error, "error_description": _SENTENCES[error], "error_uri": page}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an App asks a person for: to be told who they are, at `redirect`."""

    redirect: str
    state: str | None
    challenge: str | None
    login: str

    def answered(self, answer: Mapping[str, str]) -> str:
        """The callback's address with an answer, and the App's own `state` beside it."""
        more = dict(answer) if self.state is None else {**answer, "state": self.state}
        parts = urlsplit(self.redirect)
        return parts._replace(query=urlencode([*parse_qsl(parts.query), *more.items()])).geturl()


@dataclass(frozen=True, kw_only=True)
class _Granted:
    wish: Wish
    user: Document
    expires: datetime


class Authorizations:
    """Codes that were given out and not yet used. They are gone after a restart: who was signing in begins again."""

    def __init__(self, app: AppSettings | None, accounts: Accounts) -> None:
        self._app = app
        self._accounts = accounts
        self._codes: dict[str, _Granted] = {}

    def wish(self, query: Mapping[str, str]) -> Wish:
        """What the query of an authorization asks for. Raises `Refusal` where a person must not be sent anywhere."""
        app = self._client(query.get("client_id", ""))
        redirect = query.get("redirect_uri") or next(iter(app.callback_urls), "")
        if redirect not in app.callback_urls:
            raise Refusal(400, "The redirect_uri is not associated with this application.")
        return Wish(
            redirect=redirect,
            state=query.get("state"),
            challenge=_challenge(query),
            login=query.get("login", ""),
        )

    def _client(self, client_id: str) -> AppSettings:
        if self._app is None or not client_id or client_id != self._app.client_id:
            raise not_found()
        return self._app

    def grant(self, wish: Wish, user: Document) -> str:
        """A code by which the App learns that it was this person."""
        moment = clock.now()
        self._codes = {code: one for code, one in self._codes.items() if one.expires > moment}
        if len(self._codes) >= _MOST_CODES:
            raise Refusal(429, "Too many codes are waiting to be used.")
        code = secrets.token_hex(10)
        self._codes[code] = _Granted(wish=wish, user=user, expires=moment + CODE_LIFETIME)
        return code

    def exchange(self, wish: Mapping[str, str]) -> str:
        """The token for a code. Raises `ExchangeError`; a code that was shown once is worth nothing afterwards."""
        app = self._authenticated(wish)
        granted = self._codes.pop(wish.get("code", ""), None)
        if granted is None or granted.expires <= clock.now():
            raise ExchangeError("bad_verification_code")
        if wish.get("redirect_uri", granted.wish.redirect) != granted.wish.redirect:
            raise ExchangeError("redirect_uri_mismatch")
        if not _verified(granted.wish.challenge, wish.get("code_verifier", "")):
            raise ExchangeError("bad_verification_code")
        return self._accounts.lend(user=granted.user, app_id=app.id)

    def _authenticated(self, wish: Mapping[str, str]) -> AppSettings:
        app, secret = self._app, wish.get("client_secret", "")
        known = app is not None and app.client_id and app.client_secret and wish.get("client_id") == app.client_id
        if app is None or not known or not hmac.compare_digest(secret.encode(), app.client_secret.encode()):
            raise ExchangeError("incorrect_client_credentials")
        return app


def _challenge(query: Mapping[str, str]) -> str | None:
    challenge, method = query.get("code_challenge"), query.get("code_challenge_method")
    if challenge is None and method is None:
        return None
    if method != "S256" or not _CHALLENGE.fullmatch(challenge or ""):
        raise Refusal(400, "code_challenge_method must be S256, and code_challenge a SHA-256 hash of 43 characters.")
    return challenge


def _verified(challenge: str | None, verifier: str) -> bool:
    if challenge is None:
        return True
    digest = hashlib.sha256(verifier.encode()).digest()
    found = base64.urlsafe_b64encode(digest).rstrip(b"=")
    return hmac.compare_digest(found, challenge.encode())
