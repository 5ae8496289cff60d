"""A browser for each file; a visitor for each test, in a context that shares nothing with another's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.api.served import Api, begun, token_of
from tests.browser.driven import CHROMIUM, Visitor, launched

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for the whole run: while it is driven an event loop runs in this thread, and other tests run their own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt install chromium")
    with launched() as found:
        yield found


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens a context at an address; afterwards no page of it may have complained of anything unexpected."""
    visitors: list[Visitor] = []

    def opened(url: str, **options: Any) -> Visitor:
        context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **options})
        visitors.append(Visitor(context.new_page(), url))
        return visitors[-1]

    yield opened
    complaints = [said for visitor in visitors for said in visitor.unexpected]
    for visitor in visitors:
        visitor.page.context.close()
    assert complaints == []


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """A world of the test's own, served, with the first release in both environments."""
    with begun(tmp_path) as made:
        yield made


@pytest.fixture
def signed_in(visit: Visit, api: Api) -> Callable[..., Visitor]:
    """Somebody who has signed in to that world."""

    def arrived(login: str = "alice", **options: Any) -> Visitor:
        visitor = visit(api.url, **options)
        visitor.sign_in(token_of(login))
        return visitor

    return arrived
