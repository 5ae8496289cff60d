"""Bearer tokens, known by their SHA-256 alone: a file of lines `hash login [role]`. Removing a line revokes."""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from dataclasses import dataclass
from pathlib import Path

from controller.core.errors import Terminal, Transient
from controller.core.model import Role

_HASH = re.compile(r"[0-9a-f]{64}")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}(\[bot\])?")
_ALLOWED = f"`SHA-256-in-hex login` with perhaps a role ({', '.join(Role)})"


@dataclass(frozen=True)
class Holder:
    """Whom a token stands for. `role` is the line's own, which comes before the platform's configuration."""

    login: str
    role: Role | None = None


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
        try:
            self.read()
        except Terminal as error:
            raise Transient(error.message) from error
        given = hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest().encode()
        found = None
        for known, holder in self._holders.items():
            if hmac.compare_digest(known, given):
                found = holder
        return found


def _parse(text: str, file: Path) -> dict[bytes, Holder]:
    holders: dict[bytes, Holder] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        if len(words) not in (2, 3) or not _HASH.fullmatch(words[0]) or not _LOGIN.fullmatch(words[1]):
            raise Terminal("TokensInvalid", f"{file}:{number}: not a token's line; allowed: {_ALLOWED}")
        if len(words) == 3 and words[2] not in list(Role):
            raise Terminal(
                "TokensInvalid", f"{file}:{number}: found role {words[2][:20]!r}; allowed: {', '.join(Role)}"
            )
        holders[words[0].encode()] = Holder(words[1], Role(words[2]) if len(words) == 3 else None)
    return holders
