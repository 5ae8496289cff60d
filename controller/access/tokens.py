"""
Bearer tokens, known by their SHA-256 alone: a file of lines `hash login [role] [scope=…] [expires=…]`.

Removing a line revokes the token, and the sessions that were made with it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from controller.core.errors import Terminal, Transient
from controller.core.model import Role

READ, WRITE, ACT_FOR, METRICS = "read", "write", "act-for", "metrics"
SCOPES = (READ, WRITE, ACT_FOR, METRICS)
USUAL = frozenset({READ, WRITE})
"""What a token may be used for where its line says nothing of it."""

_HASH = re.compile(r"[0-9a-f]{64}")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(\[bot\])?")
_ALLOWED = f"`SHA-256-in-hex login`, then in any order a role ({', '.join(Role)}), scope=…, expires=…"


@dataclass(frozen=True)
class Holder:
    """
    Whom a token stands for. `role` is the line's own, which comes before the platform's configuration.

    `mark` names the line without saying the token's hash; `expires` is the moment from which it counts no more.
    """

    login: str
    role: Role | None = None
    scope: frozenset[str] = USUAL
    expires: datetime | None = None
    mark: str = ""

    def is_expired(self, now: datetime) -> bool:
        """Whether it counts no more."""
        return self.expires is not None and now >= self.expires


class Tokens:
    """The tokens of a file. It is read at the start, and again when it changes: an invalid one lets nobody in."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._holders: dict[bytes, Holder] = {}
        self.read()

    def read(self) -> None:
        """Reads the file if it changed. `Terminal` names the line that is not as it must be."""
        with self._lock:
            try:
                status = self._file.stat()
                stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
                if stamp != self._stamp:
                    self._holders, self._stamp = {}, None
                    self._holders = _parse(self._file.read_text(), self._file)
                    self._stamp = stamp
            except (OSError, UnicodeDecodeError) as error:
                self._holders, self._stamp = {}, None
                raise Terminal("TokensUnreadable", f"{self._file} cannot be read ({type(error).__name__})") from error

    def holder(self, token: str) -> Holder | None:
        """Who has that token. Every line is compared in constant time, so that time tells nothing of a hash."""
        given = hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest().encode()
        found = None
        for known, holder in self._current().items():
            if hmac.compare_digest(known, given):
                found = holder
        return found

    def marked(self, mark: str) -> Holder | None:
        """The holder of the line with that mark, `None` where it was removed."""
        return next((holder for holder in self._current().values() if holder.mark == mark), None)

    def _current(self) -> dict[bytes, Holder]:
        try:
            self.read()
        except Terminal as error:
            raise Transient(error.message) from error
        return self._holders


def _parse(text: str, file: Path) -> dict[bytes, Holder]:
    holders: dict[bytes, Holder] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if words:
            holders[words[0].encode()] = _holder(words, f"{file}:{number}")
    return holders


def _holder(words: list[str], where: str) -> Holder:
    if len(words) < 2 or not _HASH.fullmatch(words[0]) or not _LOGIN.fullmatch(words[1]):
        raise Terminal("TokensInvalid", f"{where}: not a token's line; allowed: {_ALLOWED}")
    mark = hashlib.sha256(b"mark of " + words[0].encode()).hexdigest()[:32]
    holder = Holder(words[1], mark=mark)
    said: set[str] = set()
    for word in words[2:]:
        key, _, value = word.partition("=") if "=" in word else ("role", "", word)
        if key in said:
            raise Terminal("TokensInvalid", f"{where}: found {key} twice; allowed: once")
        said.add(key)
        holder = _with(holder, key, value, where)
    return holder


def _with(holder: Holder, key: str, value: str, where: str) -> Holder:
    match key:
        case "role":
            return replace(holder, role=_role(value, where))
        case "scope":
            return replace(holder, scope=_scope(value, where))
        case "expires":
            return replace(holder, expires=_moment(value, where))
    raise Terminal("TokensInvalid", f"{where}: found {key[:20]!r}; allowed: a role, scope=…, expires=…")


def _role(value: str, where: str) -> Role:
    if value not in list(Role):
        raise Terminal("TokensInvalid", f"{where}: found role {value[:20]!r}; allowed: {', '.join(Role)}")
    return Role(value)


def _scope(value: str, where: str) -> frozenset[str]:
    found = value.split(",")
    _refuse_unknown(found, where)
    return frozenset(found)


def _refuse_unknown(found: Iterable[str], where: str) -> None:
    strange = next((scope for scope in found if scope not in SCOPES), None)
    if strange is not None:
        raise Terminal("TokensInvalid", f"{where}: found scope {strange[:20]!r}; allowed: {', '.join(SCOPES)}")


def _moment(value: str, where: str) -> datetime:
    """A day ends the token as it begins, in UTC; a moment names its offset."""
    try:
        if len(value) == len("2027-01-01"):
            return datetime.combine(date.fromisoformat(value), time(), UTC)
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        allowed = "a day such as 2027-01-01, or a moment such as 2027-01-01T12:00:00Z"
        raise Terminal("TokensInvalid", f"{where}: found expires {value[:30]!r}; allowed: {allowed}")
    return moment.astimezone(UTC)
