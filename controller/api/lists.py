"""
Long lists in pages.

A cursor names the last entry that was given by what the list is ordered by, not by its position: entries that come
meanwhile shift nothing, so that whoever follows `next` sees none twice and loses none.
"""

from __future__ import annotations

import base64
import binascii
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from controller.core.errors import Denied

USUAL, MOST = 50, 200
"""Entries of a page."""
LONGEST_CURSOR = 600

T = TypeVar("T")
Key = tuple[int | str, ...]


@dataclass(frozen=True)
class PageAsked:
    """Which page somebody wants, and the answer that gets the link to the next one."""

    limit: int
    cursor: str | None
    request: Request
    response: Response

    def cut(
        self, entries: Iterable[T], *, key: Callable[[T], Key], newest_first: bool = True
    ) -> tuple[list[T], str | None]:
        """
        The page, and the cursor of the next one where there is one. `key` orders the list and is no other entry's.

        `Denied` (`CursorInvalid`) where the cursor is none of this list's.
        """
        ordered = sorted(entries, key=key, reverse=newest_first)
        start = self._start([key(entry) for entry in ordered], newest_first=newest_first)
        page = ordered[start : start + self.limit]
        if start + self.limit >= len(ordered):
            return page, None
        return page, self.link(_written(self._list, key(page[-1])))

    def link(self, following: str | None) -> str | None:
        """Names the next page in the answer's header, where there is one; the cursor as it came."""
        if following is not None:
            self.response.headers["Link"] = f'<{self._address(following)}>; rel="next"'
        return following

    def _start(self, keys: list[Key], *, newest_first: bool) -> int:
        """How many entries stand before the page."""
        if self.cursor is None:
            return 0
        after = _read(self._list, self.cursor)
        try:
            if newest_first:
                return len(keys) - bisect_left(keys[::-1], after)
            return bisect_right(keys, after)
        except TypeError as error:
            raise _invalid() from error

    @property
    def _list(self) -> str:
        return str(self.request.url.path)

    def _address(self, cursor: str) -> str:
        """Relative, since a proxy may have another name for us."""
        kept = [(name, value) for name, value in self.request.query_params.multi_items() if name != "cursor"]
        return f"{self._list}?{urlencode([*kept, ('cursor', cursor)])}"


def when(at: datetime) -> int:
    """A moment as a part of a key: microseconds."""
    return round(at.timestamp() * 1_000_000)


def _asked(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Entries of a page.")] = USUAL,
    cursor: Annotated[
        str | None, Query(max_length=LONGEST_CURSOR, description="`next` of the page before; the first page has none.")
    ] = None,
) -> PageAsked:
    return PageAsked(limit, cursor, request, response)


PageGiven = Annotated[PageAsked, Depends(_asked)]
"""The page that is asked for, as a route's parameter."""


def _written(name: str, key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps([name, *key]).encode()).decode().rstrip("=")


def _read(name: str, cursor: str) -> Key:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _invalid() from error
    if not isinstance(found, list) or len(found) < 2 or found[0] != name:
        raise _invalid()
    if not all(type(part) in (int, str) for part in found):
        raise _invalid()
    return tuple(found[1:])


def _invalid() -> Denied:
    return Denied("CursorInvalid", "the cursor is none of this list's", hint="begin without one")
