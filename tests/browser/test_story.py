"""The whole story by clicks, on real processes: people sign in through the sandbox's forge and see each other act."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.driven import CHROMIUM, Visitor
from tests.e2e.running import Running, brought_up, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt install chromium"),
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with brought_up(tmp_path_factory.mktemp("demo")) as running:
        yield running


def signed_in(visit: Visit, demo: Running, login: str, path: str = "/modules") -> Visitor:
    """Somebody in a browser of their own, let in by the forge, at the page that they asked for."""
    visitor: Visitor = visit(demo.known["controller"])
    visitor.go(path)
    visitor.press("Sign in with GitHub")
    visitor.press(f"Sign in as {login}")
    visitor.press("Authorize Modwright")
    visitor.page.wait_for_url(visitor.url + path)
    expect(visitor.page.get_by_role("banner")).to_contain_text(f"Signed in as {login}")
    return visitor


def asks(visitor: Visitor, module: str, reason: str) -> int:
    """From the list of modules over the plan to the page of the request; its number."""
    visitor.follow("Modules")
    visitor.press(f"Install {module}")
    visitor.page.get_by_label("Reason").fill(reason)
    visitor.press("Open the pull request")
    visitor.page.wait_for_url("**/changes/*")
    visitor.page.evaluate("window.isTheSamePage = true")
    return int(visitor.page.url.rpartition("/")[2])


def says(visitor: Visitor, text: str | re.Pattern[str], *, seconds: float = 60) -> None:
    """The one line of a request comes to say that, on the page that was loaded once."""
    expect(visitor.page.locator("p.status")).to_contain_text(text, timeout=seconds * 1000)
    assert visitor.page.evaluate("window.isTheSamePage")


def approves(bob: Visitor, asker: Visitor) -> None:
    """bob follows the link that the asker's page has, and approves on the forge."""
    facts = asker.page.get_by_role("region", name="Facts")
    address = facts.get_by_role("link", name=re.compile("^#[0-9]+$")).get_attribute("href")
    assert address is not None
    bob.page.goto(address)
    if bob.page.get_by_role("button", name="Approve").count() == 0:
        bob.follow("Sign in")
        bob.press("Sign in as bob")
    bob.sees("waits for an approving review")
    bob.keep("story-pull-request")
    bob.press("Approve")


def test_the_whole_story_is_told_by_clicks(demo: Running, visit: Visit) -> None:
    alice = signed_in(visit, demo, "alice")
    bob: Visitor = visit(demo.known["forge"])
    number = asks(alice, "blog", "we want to write")
    alice.keep("story-request")
    says(alice, "The image is being built")
    says(alice, "Waits for 1 approval by somebody with the role admin other than alice: bob")
    approves(bob, alice)
    says(alice, "Done: it runs in every environment")
    alice.keep("story-done")
    assert {"blog", "content"} <= demo.modules("production")
    _shown_where_it_runs(alice)

    asks(alice, "reviews", "customers shall speak")
    says(alice, "Waits for 1 approval")
    approves(bob, alice)
    says(alice, "reviews")  # first that it was held, then that it was undone; both say which module was unwell
    says(alice, re.compile(r"Undone by #.* failed in production: modules: unhealthy: reviews"))
    alice.keep("story-taken-back")
    assert "reviews" not in demo.modules("production")
    _rolled_back(signed_in(visit, demo, "carol", "/environments"), demo, number)
    _signed_out(alice)


def _shown_where_it_runs(alice: Visitor) -> None:
    alice.follow("Modules")
    line = alice.page.get_by_role("row").filter(has=alice.page.get_by_role("link", name="Blog", exact=True))
    expect(line).to_contain_text(re.compile("staging.*production", re.DOTALL))
    expect(line.get_by_role("button", name="Uninstall blog")).to_be_enabled()


def _rolled_back(carol: Visitor, demo: Running, number: int) -> None:
    """To the first release, so that blog goes; what goes is seen before."""
    production = carol.page.get_by_role("region", name="production")
    production.get_by_role("link", name="Roll back").click()
    before = carol.page.get_by_label("Back to")
    before.select_option(index=before.locator("option").count() - 1)
    carol.press("Show")
    goes = carol.page.get_by_role("row", name=re.compile("blog.*goes away"))
    expect(goes).to_be_visible()
    expect(carol.page.get_by_role("link", name=f"#{number}")).to_be_visible()
    assert "blog" in demo.modules("production")
    carol.keep("story-blast-radius")
    carol.page.get_by_label("Reason").fill("checkout is slow since noon")
    carol.press("Roll back production to")
    carol.sees("checkout is slow since noon")
    carol.keep("story-rolled-back")
    until("blog is gone", lambda: "blog" not in demo.modules("production"))


def _signed_out(alice: Visitor) -> None:
    alice.press("Sign out")
    alice.page.wait_for_url("**/sign-in*")
    alice.go("/modules")
    expect(alice.page.get_by_role("button", name="Sign in with GitHub")).to_be_visible()


def test_two_people_who_ask_for_the_same_at_once_share_one_proposal(demo: Running, visit: Visit) -> None:
    people = [signed_in(visit, demo, login, "/plan?install=gallery") for login in ("alice", "bob")]
    for visitor in people:
        visitor.page.get_by_label("Reason").fill("pictures sell")
    for visitor in people:
        button = visitor.page.get_by_role("button", name="Open the pull request")
        button.evaluate("button => setTimeout(() => button.click())")  # comes back at once, as two hands would press
    for visitor in people:
        visitor.page.wait_for_url("**/changes/*")
        visitor.sees("Install gallery")
    assert len({visitor.page.url for visitor in people}) == 1
    titles = [pull["title"] for pull in demo.person().pages("/pulls", state="all")]
    assert titles.count("Install gallery") == 1

    people[1].page.get_by_text("Withdraw it").click()
    people[1].page.get_by_label("Reason").fill("not yet")
    people[1].press("Withdraw the change")
    for visitor in people:
        expect(visitor.page.locator("p.status")).to_contain_text("Closed without a merge")
