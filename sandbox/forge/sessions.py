"""Who sits at a browser: sessions of people who signed in to the pages."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sandbox.forge import clock
from sandbox.forge.accounts import Accounts
from sandbox.forge.store import Document, Store

_LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class Session:
    """One browser. `secret` is what its cookie holds; `user` is None until somebody has signed in."""

    secret: str
    user: Document | None = None

    @property
    def form_token(self) -> str:
        """What every form of this browser carries: only pages that were made for it know the cookie's secret."""
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()

    def owns(self, form_token: str) -> bool:
        """Whether a form was made for this browser."""
        return hmac.compare_digest(self.form_token.encode(), form_token.encode())


class Sessions:
    """Sessions live in the store, by a digest of their secret, so that a restart signs nobody out."""

    def __init__(self, accounts: Accounts, store: Store) -> None:
        self._accounts = accounts
        self._store = store

    def find(self, secret: str | None) -> Session:
        """The session of a cookie; a new one that nobody has signed in to where it is unknown or over."""
        record = self._record(secret)
        if record is not None and clock.parse(record["expires_at"]) > clock.now():
            return Session(secret=secret or "", user=self._accounts.person(record["login"]))
        return Session(secret=secret or secrets.token_urlsafe(32))

    def begin(self, before: Session, user: Document) -> Session:
        """The session of somebody who signs in: under a fresh secret, so that one planted before is worth nothing."""
        self.end(before)
        self._forget_old()
        session = Session(secret=secrets.token_urlsafe(32), user=user)
        expires = clock.stamp(clock.now() + _LIFETIME)
        record = {"digest": _digest(session.secret), "login": user["login"], "expires_at": expires}
        self._store.add("session", "", record)
        return session

    def end(self, session: Session) -> None:
        """Sign out; nothing where nobody had signed in."""
        record = self._record(session.secret)
        if record is not None:
            self._store.remove("session", record)

    def _forget_old(self) -> None:
        for record in self._store.all("session"):
            if clock.parse(record["expires_at"]) <= clock.now():
                self._store.remove("session", record)

    def _record(self, secret: str | None) -> Document | None:
        digest = _digest(secret or "")
        return next((one for one in self._store.all("session") if one["digest"] == digest), None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
