"""
Sessions of browsers: a signed cookie says who signed in, when and how. Nothing of them is kept but which were ended
(`ended`).

What somebody may is never in the cookie: it is read at each request, so that taking a role away counts at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from itsdangerous import BadData, URLSafeSerializer

from controller.access.ended import Ended
from controller.core.errors import Terminal
from controller.core.model import Person, UserId
from controller.ports import Clock

LASTS = timedelta(hours=8)
"""From signing in on, whatever is done meanwhile."""
_LEAST_KEY = 32
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Session:
    """Who signed in. `token` is the mark of the token's line where one was used, empty where the forge said who it is."""

    id: str
    login: str
    user: UserId | None
    issued: datetime
    token: str = ""

    @property
    def person(self) -> Person | None:
        """The person by the forge's id, where the forge said who it is."""
        return Person(self.login, self.user) if self.user is not None else None


class Sessions:
    """
    Makes, reads and ends sessions. With two keys the first signs and both are believed, so that one can be rotated.
    `ended` is the file that keeps which were signed out; without one a restart forgets it.
    """

    def __init__(self, keys: tuple[bytes, ...], *, clock: Clock, secure: bool, ended: Path | None = None) -> None:
        if any(len(key) < _LEAST_KEY for key in keys):
            raise Terminal("SessionKeyShort", f"a session key has less than {_LEAST_KEY} bytes")
        self._keys = keys
        self._clock = clock
        self.secure = secure
        self._ended = Ended(ended, now=clock())

    @property
    def are_on(self) -> bool:
        """Whether browsers can sign in here: a key is needed."""
        return bool(self._keys)

    def name(self, what: str = "session") -> str:
        """A cookie's name; `__Host-` has the browser refuse one that another host or a plain connection set."""
        return f"__Host-modwright-{what}" if self.secure else f"modwright-{what}"

    def start(self, person: Person, *, token: str = "") -> tuple[Session, str]:
        """A new session with its cookie's value."""
        session = Session(secrets.token_urlsafe(18), person.login, person.id, self._clock(), token)
        return session, self.seal("session", _document(session))

    def read(self, value: str) -> Session | None:
        """The session of that cookie; `None` where it was made up, is over or was ended."""
        session = _session(self.unseal("session", value))
        if session is None or not session.issued <= self._clock() < session.issued + LASTS:
            return None
        return None if session.id in self._ended else session

    def end(self, session: Session) -> None:
        """Signs out: the cookie is worth nothing from now on, whoever copied it."""
        self._ended.add(session.id, until=session.issued + LASTS, now=self._clock())

    def count_ended(self) -> int:
        """How many are remembered as ended."""
        return len(self._ended)

    def seal(self, what: str, document: dict[str, Any]) -> str:
        """A value that only this controller can have made."""
        return str(self._serializer(what).dumps(document))

    def unseal(self, what: str, value: str) -> dict[str, Any] | None:
        """The reverse; `None` for what is not ours."""
        if not self._keys or len(value) > 4096 or not value.isascii():
            return None
        try:
            found = self._serializer(what).loads(value)
        except BadData:
            return None
        return found if isinstance(found, dict) else None

    def stamps(self, what: str, about: str) -> tuple[str, ...]:
        """What stands for `about` and nobody else can make, by each key, so that a form outlives a rotation."""
        return tuple(hmac.new(key, f"{what}\0{about}".encode(), hashlib.sha256).hexdigest() for key in self._keys)

    def _serializer(self, what: str) -> URLSafeSerializer:
        # itsdangerous signs with the last key and believes all.
        return URLSafeSerializer(
            list(reversed(self._keys)), salt=f"modwright {what}", signer_kwargs={"digest_method": hashlib.sha256}
        )


def recognize(request: Request, sessions: Sessions) -> None:
    """Puts into the request's state what its cookies say; once, and also where no route is found."""
    state = request.state
    if hasattr(state, "session"):
        return
    state.by_token, state.standings, state.visit_begins, state.caller = False, (), False, None
    state.session = sessions.read(request.cookies.get(sessions.name(), ""))
    visit = sessions.unseal("visit", request.cookies.get(sessions.name("visit"), "")) or {}
    state.visit = str(visit.get("id", ""))


def _document(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "login": session.login,
        "user": session.user,
        "issued": session.issued.timestamp(),
        "token": session.token,
    }


def _session(found: dict[str, Any] | None) -> Session | None:
    if found is None:
        return None
    user = found["user"]
    return Session(
        id=str(found["id"]),
        login=str(found["login"]),
        user=UserId(user) if isinstance(user, int) else None,
        issued=datetime.fromtimestamp(found["issued"], UTC),
        token=str(found["token"]),
    )


def is_loopback(address: str) -> bool:
    """Whether that web address is this machine's own; what is no address is not."""
    try:
        return urlsplit(address).hostname in _LOOPBACK
    except ValueError:
        return False
