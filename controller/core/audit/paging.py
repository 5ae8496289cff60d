"""Pages of the timeline, newest first, whose cursors stay good while newer entries arrive."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from controller.core.audit.entries import AuditEntry
from controller.core.errors import Denied

_CURSOR = re.compile(r"([0-9]{1,18})-([0-9a-f]{16})")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Page:
    """Some entries, newest first, and the cursor that the next page begins behind; `None` at the end."""

    entries: tuple[AuditEntry, ...]
    next: str | None = None


def page(entries: Sequence[AuditEntry], cursor: str | None = None, *, limit: int = 50) -> Page:
    """
    At most `limit` of these entries, which come oldest first, behind the one that `cursor` names.

    A cursor names an entry by its moment and what proves it. So entries that arrive meanwhile shift nothing, and where
    the entry is not among them (another filter), the page begins with the first older moment. `Denied` (`CursorInvalid`)
    for a text that is none.
    """
    end = len(entries) if cursor is None else _position(entries, cursor)
    begin = max(0, end - max(1, limit))
    chosen = tuple(reversed(entries[begin:end]))
    return Page(chosen, entry_id(entries[begin]) if begin > 0 else None)


def entry_id(entry: AuditEntry) -> str:
    """
    The name of an entry, which stays when more becomes known of it.

    What is said of a commit changes once its release keeps the evidence; what a ledger's commit said never does.
    """
    proof = entry.proof[0] if entry.proof else ""
    parts = [proof] if proof.startswith("commit ") else [proof, entry.deed.value, entry.environment or "", entry.what]
    return f"{_ticks(entry)}-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}"


def _position(entries: Sequence[AuditEntry], cursor: str) -> int:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise Denied("CursorInvalid", f"{cursor[:60]!a} is no cursor", hint="give the one that the page before named")
    ticks = int(match[1])
    first = bisect_left(entries, ticks, key=_ticks)
    last = bisect_right(entries, ticks, lo=first, key=_ticks)
    return next((at for at in range(first, last) if entry_id(entries[at]) == cursor), first)


def _ticks(entry: AuditEntry) -> int:
    """Microseconds since 1970."""
    return max(0, (entry.at - _BEGINNING) // _MICROSECOND)
