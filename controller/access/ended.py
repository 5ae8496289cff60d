"""
Sessions that were signed out, until they would be over anyhow: in memory, and in a file for the time after a restart.

A line of the file is the SHA-256 of a session's id and the second of its end; who reads it can make no cookie of it. The
file is written at its end and synced before a sign-out is answered, and made anew at each start without what is over.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import math
import os
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from controller.core.errors import Terminal

_MOST = 10_000
_LINE = re.compile(rb"^([0-9a-f]{64}) ([0-9]{1,11})\n", re.MULTILINE)
"""With its end: the last line may be torn, and what stands in it was never answered."""


class Ended:
    """
    Remembers sessions that were ended; the oldest are forgotten where there are too many. Without a file a restart
    forgets all. `Terminal` where there is a file that cannot be read: unknown is not empty.
    """

    def __init__(self, file: Path | None, *, now: datetime, most: int = _MOST) -> None:
        self._file = file
        self._most = most
        self._until = _read(file, now)
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._lines = 0
        if file is not None and file.exists():
            self._keep(b"")

    def __contains__(self, session: str) -> bool:
        with self._lock:
            return _mark(session) in self._until

    def __len__(self) -> int:
        with self._lock:
            return len(self._until)

    def add(self, session: str, *, until: datetime, now: datetime) -> None:
        """Ends a session for good; comes back when that is on disk. A disk that fails is logged: it counts here and now."""
        mark = _mark(session)
        with self._lock:
            for known in [known for known, end in self._until.items() if end <= now]:
                del self._until[known]
            while len(self._until) >= self._most:
                del self._until[next(iter(self._until))]
            self._until[mark] = until
        self._keep(_line(mark, until))

    def _keep(self, line: bytes) -> None:
        """Adds that line, or writes all anew at a start and where the file has grown long."""
        if self._file is None:
            return
        with self._writing:
            try:
                if line and self._lines < self._most:
                    # A line's end comes first, so that one that failed halfway takes no other with it.
                    _write(self._file, b"\n" + line, flags=os.O_APPEND)
                    self._lines += 1
                else:
                    _replace(self._file, self._all())
                    self._lines = 0
            except OSError as error:
                logging.getLogger(__name__).warning("a sign-out is not kept on disk: %s", error.strerror)

    def _all(self) -> Mapping[str, datetime]:
        with self._lock:
            return dict(self._until)


def _read(file: Path | None, now: datetime) -> dict[str, datetime]:
    if file is None:
        return {}
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        message = f"{file}, the sessions that were signed out, cannot be read: {error.strerror}"
        raise Terminal("StateFolder", message, hint="let the controller read and write it, or delete it") from error
    found = {mark.decode(): datetime.fromtimestamp(int(end), UTC) for mark, end in _LINE.findall(content)}
    return {mark: until for mark, until in found.items() if until > now}


def _replace(file: Path, known: Mapping[str, datetime]) -> None:
    """In the file's place in one step: whoever is cut off finds the old one or the new one."""
    new = file.with_name(f"{file.name}.new")
    with contextlib.suppress(FileNotFoundError):
        new.unlink()
    _write(new, b"".join(_line(mark, until) for mark, until in known.items()), flags=os.O_EXCL)
    new.replace(file)
    _sync(file.parent)


def _write(file: Path, content: bytes, *, flags: int) -> None:
    is_new = not file.exists()
    number = os.open(file, os.O_WRONLY | os.O_CREAT | flags, 0o600)
    with os.fdopen(number, "wb", buffering=0) as opened:
        left = memoryview(content)
        while left:
            left = left[opened.write(left) :]
        os.fsync(number)
    if is_new:
        _sync(file.parent)


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _line(mark: str, until: datetime) -> bytes:
    return f"{mark} {math.ceil(until.timestamp())}\n".encode()


def _mark(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()
