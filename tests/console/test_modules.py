"""The list of modules: what it shows, what it filters, and why a button cannot be pressed."""

from __future__ import annotations

from dataclasses import replace

from codegen import ModuleName
from controller.core.model import CheckResult, Outcome, Probe
from controller.operations.catalog import list_modules
from controller.showing.modules import ModuleFilter, shown
from tests.api.served import Api
from tests.console.browsing import Reader
from tests.world.world import PRODUCTION


def test_the_list_has_what_is_installed_and_what_may_be(untouched: Api) -> None:
    page = Reader(untouched, "dave").open("/modules")
    assert page.status == 200
    assert "10 modules" in page.text
    assert "Articles in the order of their dates" in page.text


def test_a_filter_is_an_address(untouched: Api) -> None:
    dave = Reader(untouched, "dave")
    assert "2 modules of 10" in dave.open("/modules?category=community").text
    assert "3 modules of 10" in dave.open("/modules?state=installed").text
    assert "1 module of 10" in dave.open("/modules?q=PICTURES+side").text
    assert "No module is like that." in dave.open("/modules?q=zzz").text


def test_what_was_ticked_stays_ticked_over_a_filter(untouched: Api) -> None:
    alice = Reader(untouched, "alice")
    page = alice.press(alice.open("/modules"), "Filter", install=["blog"], q="gallery")
    assert "1 ticked" in page.text
    assert ("install", "blog") in page.form_with("Plan what is ticked").fields
    page = alice.press(page, "Plan what is ticked")
    assert "Install blog." in page.text


def test_a_disabled_button_says_why(untouched: Api) -> None:
    viewer = Reader(untouched, "dave").open("/modules")
    assert viewer.is_disabled("Install blog")
    assert "needs the role admin" in viewer.text
    admin = Reader(untouched, "alice").open("/modules")
    assert admin.is_disabled("Uninstall auth")
    assert "the platform requires it" in admin.text


def test_a_module_that_others_need_names_them_and_the_way_out(fresh: Api) -> None:
    alice = Reader(fresh, "alice")
    alice.press(alice.open("/plan?install=blog"), "Open the pull request", reason="readers want it")
    on_its_way = alice.open("/modules")
    assert on_its_way.is_disabled("Install blog")
    assert "already on its way #1" in on_its_way.text
    fresh.world.forge.review(1, "bob")
    fresh.world.settle()
    page = alice.open("/modules")
    assert page.is_disabled("Uninstall content")
    assert "needed by blog" in page.text
    one = alice.open("/modules/content")
    assert "/plan?uninstall=content&uninstall=blog" in one.links


def test_a_change_that_is_not_everywhere_yet_says_where_it_is_missing(fresh: Api) -> None:
    alice = Reader(fresh, "alice")
    alice.press(alice.open("/plan?install=blog"), "Open the pull request", reason="readers want it")
    fresh.done("carol", "POST", "/freezes", {"environment": "production", "reason": "the sale"})
    fresh.world.forge.review(1, "bob")
    fresh.world.settle()
    assert "merged, not in production yet" in alice.open("/modules").text
    line = alice.open("/changes/1").status_line
    assert "Waits for the freeze" in line
    assert "the sale" in line


def test_a_module_that_the_last_checks_found_unwell_is_said_where(untouched: Api) -> None:
    loop = untouched.world.loop
    seen = loop.look()
    unwell = CheckResult("modules", Outcome.FAILED, "unhealthy: search", (ModuleName("search"),))
    probe = Probe(PRODUCTION, untouched.world.release_in(PRODUCTION).id, loop.platform.clock(), (unwell,))
    found = shown(list_modules(loop.platform, seen.view), replace(seen.snapshot, probes={PRODUCTION: (probe,)}))
    search = found.find("search")
    assert [(place.environment, place.health) for place in search.runs_in] == [
        ("staging", "well"),
        ("production", "unwell"),
    ]
    assert [module.row.slug for module in found.chosen(ModuleFilter(state="unwell"))] == ["search"]


def test_a_module_that_there_is_not_is_a_page(untouched: Api) -> None:
    page = Reader(untouched, "dave").open("/modules/zzz")
    assert (page.status, page.heading) == (404, "Not found")
