"""Texts from outside are shown and never obeyed: titles, reasons, logs, addresses."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest

from controller.console.forms import way_back
from controller.console.rendering import outside, url
from controller.core.model import Annotation, ProposalNumber
from tests.api.served import Api
from tests.console.browsing import Reader

BAD = "</script></title><script>alert(1)</script><img src=x onerror=alert(1)>'\"&"


def test_a_hostile_title_reason_and_error_are_text(fresh: Api) -> None:
    alice = Reader(fresh, "alice")
    alice.press(alice.open("/plan?install=broken"), "Open the pull request", reason=BAD)
    fresh.world.tick()
    forge = fresh.world.forge
    forge.by_number[ProposalNumber(1)] = replace(forge.by_number[ProposalNumber(1)], title=BAD)
    error = Annotation(f"crates/platform-broken/{BAD}", 1, BAD, BAD)
    forge.finish(forge.runs[-1].id, digest=None, errors=(error,))
    forge.runs[-1] = replace(forge.runs[-1], url="javascript:alert(1)")
    fresh.world.auto_build = False
    fresh.world.tick()
    for path in ("/changes", "/changes/1", "/modules"):
        page = alice.open(path)
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
        assert not [link for link in page.links if link.lower().startswith("javascript:")]
        assert all(set(script) == {"type", "src"} for script in page.scripts)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//evil.invalid",
        "https:",
        "",
        "http://[",
        None,
    ],
)
def test_an_address_that_is_none_becomes_no_link(address: str | None) -> None:
    assert outside(address) == ""


def test_an_address_of_the_web_is_one() -> None:
    assert outside("https://forge.invalid/a?b=c") == "https://forge.invalid/a?b=c"


@pytest.mark.parametrize("wanted", ["//evil.invalid", "https://evil.invalid/", "/\\evil.invalid", "/a\nb", "evil", ""])
def test_a_way_back_leads_to_no_other_site(wanted: str) -> None:
    assert way_back(wanted) == "/modules"


def test_parts_of_an_address_are_quoted() -> None:
    assert url("modules", "../x y", q="a&b") == "/modules/..%2Fx%20y?q=a%26b"
    assert url("plan", install=["a", "b"], upgrade=[]) == "/plan?install=a&install=b"


def test_a_search_is_shown_as_text(untouched: Api) -> None:
    page = Reader(untouched, "dave").open(f"/modules?q={quote(BAD)}&category={quote(BAD)}")
    assert page.status == 200
    assert "<script>alert" not in page.html
