"""What goes wrong while somebody looks: a session that ends, a forge that is away, texts that are hostile, no scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from codegen import Install
from controller.core.model import Annotation
from controller.core.requests import Request
from tests.api.served import LOGINS, Api, token_lines, token_of
from tests.browser.conftest import Visit
from tests.browser.driven import Visitor
from tests.browser.lively import Lively, lively
from tests.scenarios.story import install
from tests.world.world import module

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
SignedIn = Callable[..., Visitor]


def test_a_session_that_ends_in_the_middle_loses_nothing_and_does_nothing(
    api: Api, signed_in: SignedIn, tmp_path: Path
) -> None:
    visitor = signed_in("alice")
    visitor.go("/plan?install=blog")
    visitor.page.get_by_label("Reason").fill("we want to write")
    api.tokens.write_text(token_lines(*(login for login in LOGINS if login != "alice")))
    visitor.press("Open the pull request")

    visitor.page.wait_for_url("**/sign-in**")
    visitor.sees("session has ended")
    assert api.world.forge.by_number == {}
    api.tokens.write_text(token_lines(*LOGINS))
    visitor.go("/changes")
    assert visitor.page.url == f"{api.url}/changes"


def test_with_the_forge_away_one_looks_and_rolls_back_and_is_told(
    visit: Visit, served_lively: tuple[Api, Lively]
) -> None:
    api, made = served_lively
    visitor: Visitor = visit(api.url)
    visitor.sign_in(token_of("alice"))
    made.world.forge.is_away = True
    made.world.tick()

    visitor.go("/modules")
    expect(visitor.page.locator("body")).to_contain_text("The forge does not answer")
    visitor.go("/environments/production")
    visitor.sees("production")
    visitor.expected.append(r"status of 503")
    visitor.go("/plan?install=forum")
    visitor.keep("forge-away-plan")
    made.world.forge.is_away = False


@pytest.fixture
def served_lively(tmp_path: Path) -> Iterator[tuple[Api, Lively]]:
    from tests.api.served import served

    made = lively(tmp_path)
    with served(made.world, tmp_path) as api:
        yield api, made


HOSTILE = (
    "<img src=x onerror=alert(1)></script><script>alert(2)</script>\"'`${7*7}{{7*7}} javascript:alert(3) \u202egnp.exe"
)


def test_hostile_texts_are_shown_and_never_run(api: Api, signed_in: SignedIn) -> None:
    """A reason, a title and a compiler's words are strangers' texts; each is shown as it is and nothing of it runs."""
    world = api.world
    request = Request("change", world.person("alice"), HOSTILE, (Install(module("broken")),))
    opened = world.ask(request)
    assert opened.proposal is not None
    world.auto_build = False
    world.tick()
    world.tick()
    run = next(run for run in world.forge.runs if not run.status.has_ended)
    world.forge.finish(
        run.id, digest=None, errors=(Annotation("crates/x.rs", 1, HOSTILE, f"\x1b[31m{HOSTILE}\x1b]0;t\x07"),)
    )
    world.settle()
    visitor = signed_in("alice")
    alerts: list[str] = []
    visitor.page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    for path in (
        "/modules",
        "/changes",
        f"/changes/{opened.proposal.number}",
        "/builds",
        f"/builds/{run.id}",
        "/audit",
    ):
        visitor.go(path)
        _demand_harmless(visitor, path)
    assert alerts == []


def _demand_harmless(visitor: Visitor, path: str) -> None:
    page = visitor.page
    assert page.locator("img[src=x]").count() == 0, path
    schemes = page.eval_on_selector_all("a", "links => links.map(link => link.protocol)")
    assert set(schemes) <= {"http:", "https:"}, path
    assert not set("\x1b\x07\u202e") & set(page.content()), path
    assert "49" not in page.locator("main").inner_text().split(), path


def test_everything_that_an_admin_does_works_without_scripts(api: Api, visit: Visit) -> None:
    visitor: Visitor = visit(api.url, java_script_enabled=False)
    visitor.sign_in(token_of("alice"))
    visitor.page.get_by_role("checkbox", name="Install blog").check()
    visitor.press("Plan what is ticked")
    visitor.page.get_by_label("Reason").fill("we want to write")
    visitor.press("Open the pull request")
    visitor.page.wait_for_url("**/changes/1")
    api.world.settle()
    visitor.page.reload()
    visitor.sees(re.compile("waits for", re.IGNORECASE))
    visitor.go("/freezes")
    visitor.page.get_by_label("Reason").first.fill("the fair is on")
    visitor.page.get_by_role("button", name="Freeze", exact=True).click()
    visitor.sees("the fair is on")
    visitor.page.get_by_label("Language").select_option("ru")
    visitor.press("Change language")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "ru")


def test_a_reason_that_is_missing_is_asked_for_and_nothing_else_is_lost(api: Api, signed_in: SignedIn) -> None:
    visitor = signed_in("alice")
    visitor.go("/plan?install=blog&install=gallery")
    visitor.page.evaluate("document.querySelectorAll('[required]').forEach(field => field.removeAttribute('required'))")
    visitor.expected.append(r"status of 422")
    visitor.press("Open the pull request")
    visitor.sees(re.compile("gallery"))
    expect(visitor.page.locator("[aria-invalid=true]")).to_have_count(1)
    assert api.world.forge.by_number == {}


def test_two_people_who_ask_for_the_same_share_one_proposal(api: Api, signed_in: SignedIn) -> None:
    alice, bob = signed_in("alice"), signed_in("bob")
    for visitor in (alice, bob):
        visitor.go("/plan?install=blog")
        visitor.page.get_by_label("Reason").fill("we want to write")
    alice.press("Open the pull request")
    bob.press("Open the pull request")
    for visitor in (alice, bob):
        visitor.page.wait_for_url("**/changes/1")
    assert len(api.world.forge.by_number) == 1


def test_what_somebody_else_does_is_seen_without_reloading(api: Api, signed_in: SignedIn) -> None:
    visitor = signed_in("dave")
    visitor.go("/modules")
    loaded = visitor.page.evaluate("performance.timeOrigin")
    install(api.world, "blog", reason="we want to write")
    api.world.loop.wrote()
    api.world.settle()
    row = visitor.page.get_by_role("row", name=re.compile("blog", re.IGNORECASE)).first
    expect(row).to_contain_text("#1")
    assert visitor.page.evaluate("performance.timeOrigin") == loaded
