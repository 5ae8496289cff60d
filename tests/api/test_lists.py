"""Lists in pages: nothing twice, nothing lost, also while entries are added."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import Request, Response
from hypothesis import given
from hypothesis import strategies as st

from controller.api.lists import PageAsked
from controller.core.errors import Denied
from tests.api.served import Api

KEYS = st.tuples(st.integers(0, 50), st.text("abc", min_size=1, max_size=3))


def asked(limit: int, cursor: str | None, *, path: str = "/api/v1/things") -> PageAsked:
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"limit=1&cursor=x", "headers": []}
    return PageAsked(limit, cursor, Request(scope), Response())


@given(st.sets(KEYS, max_size=40), st.lists(st.sets(KEYS, max_size=5), max_size=10), st.integers(1, 7), st.booleans())
def test_what_is_there_from_the_beginning_is_given_once(
    first: set[tuple[int, str]], added: list[set[tuple[int, str]]], limit: int, newest_first: bool
) -> None:
    entries, seen, cursor = set(first), [], None
    for more in [*added, *([set()] * 100)]:
        page, cursor = asked(limit, cursor).cut(entries, key=lambda entry: entry, newest_first=newest_first)
        seen += page
        if cursor is None:
            break
        entries |= more
    assert len(seen) == len(set(seen))
    assert first <= set(seen)
    assert seen == sorted(seen, reverse=newest_first)


@pytest.mark.parametrize(
    "written",
    [
        "nonsense",
        "ü",
        "=",
        "",
        base64.urlsafe_b64encode(b"[1").decode(),
        base64.urlsafe_b64encode(b'{"a": 1}').decode(),
        base64.urlsafe_b64encode(json.dumps(["/api/v1/others", 1]).encode()).decode(),
        base64.urlsafe_b64encode(json.dumps(["/api/v1/things", None]).encode()).decode(),
        base64.urlsafe_b64encode(json.dumps(["/api/v1/things", "text for a number", 1]).encode()).decode(),
        base64.urlsafe_b64encode(b"[" * 400).decode(),
    ],
)
def test_a_cursor_of_nothing_is_refused(written: str) -> None:
    with pytest.raises(Denied) as refused:
        asked(3, written).cut([(1, "a")], key=lambda entry: entry)
    assert refused.value.reason == "CursorInvalid"


def test_a_list_is_walked_by_its_links(shared: Api) -> None:
    slugs, path = [], "/modules?limit=3"
    while path:
        answer = shared.ask("dave", "GET", path)
        slugs += [row["slug"] for row in answer.json()["items"]]
        link = answer.links.get("next", {}).get("url", "")
        assert bool(link) == (answer.json()["next"] is not None)
        assert not link or parse_qs(urlsplit(link).query)["limit"] == ["3"]
        path = link.removeprefix("/api/v1")
    assert slugs == sorted(slugs)
    assert len(slugs) == len(set(slugs)) == len(shared.listed("dave", "/modules?limit=200"))


@pytest.mark.parametrize(("query", "status"), [("limit=0", 422), ("limit=201", 422), ("cursor=bad", 400)])
def test_a_page_that_cannot_be_is_refused(shared: Api, query: str, status: int) -> None:
    assert shared.refused("dave", "GET", f"/releases?{query}")[0] == status
