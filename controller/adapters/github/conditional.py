"""
Reads that cost nothing while nothing changes: If-None-Match, and the parsed value kept beside the ETag.

A 304 does not count against the rate limit. PyGithub's lists know nothing of it, so pages are followed here. A list is
whole or raises: a page that is missing would make things look deleted.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlsplit

from controller.adapters.github import errors
from controller.adapters.github.client import Answer, Client

T = TypeVar("T")

_NEXT = re.compile(r'<([^>]+)>\s*;[^,]*\brel="?next"?')
_MOST_PAGES = 100
_MOST_KEPT = 5000

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Page(Generic[T]):
    """One answer: its value and where the next page is. The same object as long as nothing changed."""

    value: T
    next: str | None
    etag: str | None


class ConditionalReader:
    """GETs of one client, remembered by path and parameters."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._kept: OrderedDict[tuple[Any, ...], Page[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def one(self, path: str, parse: Callable[[Any], T], *, parameters: Parameters | None = None) -> T:
        """One thing, or the first page of many where more is not wanted."""
        return self.page(path, parse, parameters=parameters).value

    def all(
        self, path: str, parse: Callable[[Any], tuple[T, ...]], *, parameters: Parameters | None = None
    ) -> tuple[T, ...]:
        """Every item of every page. Raises `Transient` where a page is missing or the pages do not end."""
        page = self.page(path, parse, parameters=_hundred(parameters))
        found, link, pages = page.value, page.next, 1
        while link is not None:
            if pages == _MOST_PAGES:
                raise errors.strange(f"more than {_MOST_PAGES} pages", what=f"GET {path}")
            page = self._following(link, parse)
            found, link, pages = (*found, *page.value), page.next, pages + 1
        return found

    def page(self, path: str, parse: Callable[[Any], T], *, parameters: Parameters | None = None) -> Page[T]:
        """One page with its link; an unchanged one is given from memory."""
        key = (path, tuple(sorted((parameters or {}).items())), parse)
        kept = self._recall(key)
        wanted = {"If-None-Match": kept.etag} if kept is not None and kept.etag else None
        answer = self._client.get(path, parameters=parameters, headers=wanted)
        if answer.status == 304 and kept is not None:
            return kept
        if answer.status != 200:
            raise errors.strange(f"status {answer.status}", what=f"GET {path}")
        page = self._parsed(answer, parse, what=f"GET {path}")
        self._remember(key, page)
        return page

    def _following(self, link: str, parse: Callable[[Any], T]) -> Page[T]:
        parts = urlsplit(link)
        path = link.split("?", 1)[0].removeprefix(self._client.api)
        if path == link.split("?", 1)[0] or not path.startswith("/") or "/../" in path:
            raise errors.strange(f"the next page is elsewhere: {link}", what="a list")
        return self.page(path, parse, parameters=dict(parse_qsl(parts.query)))

    def _parsed(self, answer: Answer, parse: Callable[[Any], T], *, what: str) -> Page[T]:
        link = _NEXT.search(answer.headers.get("link", ""))
        try:
            value = parse(answer.json(what=what))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise errors.strange(error, what=what) from error
        return Page(value=value, next=link.group(1) if link else None, etag=answer.headers.get("etag"))

    def _recall(self, key: tuple[Any, ...]) -> Page[Any] | None:
        with self._lock:
            page = self._kept.get(key)
            if page is not None:
                self._kept.move_to_end(key)
            return page

    def _remember(self, key: tuple[Any, ...], page: Page[Any]) -> None:
        with self._lock:
            self._kept[key] = page
            self._kept.move_to_end(key)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)


def _hundred(parameters: Parameters | None) -> Parameters:
    return {"per_page": 100, **(parameters or {})}
