"""
A platform's own interface acts for its user: beside its token it states who that is, signed by its identity provider.

The statement is a JSON Web Token (RFC 7519) in the header `Modwright-User`, by a key of the provider's key set (RFC 7517).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt

from controller.access.known_keys import ALGORITHMS, KnownKeys
from controller.core.errors import Denied
from controller.ports import Clock, StatementKeys

HEADER = "modwright-user"
LONGEST = timedelta(minutes=10)
"""A statement is made for a request or a few, and not kept."""
_LEEWAY = timedelta(seconds=30)
_LARGEST = 8 * 1024
# An @ only within a word, so that no subject calls anybody.
_SUBJECT = re.compile(r"(?!.*(?<!\w)@)[A-Za-z0-9](?:[A-Za-z0-9._|@:+/-]{0,118}[A-Za-z0-9])?", re.ASCII)
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?")
_LONGEST_NAME = 100
_HINT = "see docs/guides/connect-your-own-admin-ui.md"


@dataclass(frozen=True)
class Identity:
    """Whose statements are believed: by whom made, for whom, by which keys; and which claims say what."""

    issuer: str
    audience: str
    keys: StatementKeys
    login_claim: str = "forge_login"
    name_claim: str = "name"


@dataclass(frozen=True)
class Stated:
    """Who a statement says the user is. `forge_login` is empty where it names none."""

    subject: str
    name: str
    forge_login: str

    @property
    def login(self) -> str:
        """By what the user is called: never what could be taken for a login of the forge."""
        return f"sub:{self.subject}"


class Statements:
    """Reads statements, and judges their times by the service's own clock."""

    def __init__(self, identity: Identity, clock: Clock) -> None:
        self._identity = identity
        self._clock = clock
        self._keys = KnownKeys(identity.keys, clock)

    def read(self, text: str) -> Stated:
        """
        Who the user is. `Denied` (`StatementInvalid`) for anything that is not a sound statement for this service,
        `Transient` where that hangs on keys that cannot be read now.
        """
        if len(text) > _LARGEST or not text.isascii():
            raise _invalid("it is too long or no text of a token")
        key = self._key(text)
        identity = self._identity
        try:
            claims = jwt.decode(
                text,
                key,
                algorithms=[key.algorithm_name],
                audience=identity.audience,
                issuer=identity.issuer,
                # Times are judged below, by the service's own clock.
                options={
                    "require": ["iss", "aud", "exp", "iat", "sub"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.PyJWTError as error:
            raise _invalid(type(error).__name__) from None
        self._demand_current(claims)
        return _stated(claims, identity)

    def _key(self, text: str) -> jwt.PyJWK:
        try:
            header = jwt.get_unverified_header(text)
        except jwt.PyJWTError:
            raise _invalid("it is no token") from None
        if header.get("alg") not in ALGORITHMS:
            raise _invalid(f"its algorithm is not among {', '.join(ALGORITHMS)}")
        key = self._keys.named(str(header.get("kid", "")))
        if key is None:
            raise _invalid("its key is not known")
        if key.algorithm_name != header["alg"]:
            raise _invalid("its algorithm is not its key's")
        return key

    def _demand_current(self, claims: Mapping[str, Any]) -> None:
        now = self._clock().timestamp()
        issued, ends, begins = (_moment(claims, name) for name in ("iat", "exp", "nbf"))
        leeway = _LEEWAY.total_seconds()
        if issued is None or ends is None or ends - issued > LONGEST.total_seconds():
            raise _invalid(f"it lasts longer than {int(LONGEST.total_seconds() // 60)} minutes")
        if now >= ends + leeway:
            raise _invalid("it has expired")
        if issued > now + leeway or (begins is not None and begins > now + leeway):
            raise _invalid("it does not count yet")


def _stated(claims: Mapping[str, Any], identity: Identity) -> Stated:
    """Texts that reach commits and pages: what could be read as something else is refused, not mended."""
    subject, name, login = (claims.get(claim, "") for claim in ("sub", identity.name_claim, identity.login_claim))
    if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
        raise _invalid("its subject holds what none may")
    if not isinstance(name, str) or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise _invalid("its name holds what none may")
    if not isinstance(login, str) or (login and not _LOGIN.fullmatch(login)):
        raise _invalid("its forge login is none")
    return Stated(subject, name.strip(), login)


def _moment(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
        raise _invalid(f"its {name} is no time")
    return float(value)


def _invalid(why: str) -> Denied:
    return Denied("StatementInvalid", f"the statement of who the user is does not count: {why}", hint=_HINT)
