"""The walking story by forms alone: sign in, choose, plan, ask, follow, undo."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from controller.console.rendering import environment
from controller.operations.admit import admit
from tests.api.served import Api
from tests.console.browsing import Reader
from tests.scenarios.story import install
from tests.world.platform_files import configuration


def test_an_admin_installs_a_module_from_sign_in_to_the_last_environment(fresh: Api) -> None:
    fresh.world.auto_build = False
    alice = Reader(fresh)
    page = alice.sign_in("alice", alice.open("/modules"))
    assert (page.path, page.heading) == ("/modules", "Modules")
    page = alice.press(page, "Install blog")
    assert page.path.startswith("/plan?")
    assert "content" in page.text
    assert "blog needs it" in page.text
    page = alice.press(page, "Open the pull request", reason="readers ask for articles")
    assert page.path == "/changes/1"
    assert page.status_line.endswith("Waits for a runner to build the image.")
    fresh.world.tick()
    fresh.world.finish_builds()
    fresh.world.tick()
    page = alice.open("/changes/1")
    assert "Waits for 1 approval by somebody with the role admin other than alice: bob." in page.status_line
    fresh.world.forge.review(1, "bob")
    fresh.world.auto_build = True
    fresh.world.settle()
    page = alice.open("/changes/1")
    assert page.status_line.endswith("Done: it runs in every environment.")
    assert "readers ask for articles" in page.text
    history = alice.open("/modules/blog")
    assert "readers ask for articles" in history.text
    assert "✓ staging ✓ production" in history.text


def test_several_modules_go_as_one_change(fresh: Api) -> None:
    alice = Reader(fresh, "alice")
    page = alice.press(
        alice.open("/modules"), "Plan what is ticked", install=["gallery", "comments"], uninstall=["search"]
    )
    assert "Install gallery, comments. Uninstall search." in page.text
    page = alice.press(page, "Open the pull request", reason="the new front page")
    assert page.path == "/changes/1"
    facts = fresh.done("alice", "GET", "/changes/1")
    assert "gallery" in str(facts)


def test_the_same_request_leads_to_the_proposal_that_carries_it(fresh: Api) -> None:
    alice, bob = Reader(fresh, "alice"), Reader(fresh, "bob")
    first = alice.press(alice.open("/plan?install=blog"), "Open the pull request", reason="readers want it")
    plan = bob.open("/plan?install=blog")
    assert "The same change is on its way already." in plan.text
    assert bob.press(plan, "Open the pull request", reason="me too").path == first.path


def test_an_open_change_is_withdrawn_with_a_reason(fresh: Api) -> None:
    alice = Reader(fresh, "alice")
    page = alice.press(alice.open("/plan?install=blog"), "Open the pull request", reason="readers want it")
    missing = alice.press(page, "Withdraw the change", reason="  ")
    assert missing.status == 422
    assert "Say why: the reason is missing." in missing.text
    page = alice.press(missing, "Withdraw the change", reason="not now")
    assert page.status_line.endswith("Closed without a merge; nothing was changed.")


def test_a_merged_change_is_undone_and_its_revert_shown(fresh: Api) -> None:
    alice = Reader(fresh, "alice")
    alice.press(alice.open("/plan?install=blog"), "Open the pull request", reason="readers want it")
    fresh.world.forge.review(1, "bob")
    fresh.world.settle()
    page = alice.open("/changes/1")
    assert "return at once to the release before it: staging, production" in page.text.replace(
        "production, staging", "staging, production"
    )
    page = alice.press(page, "Undo the change", reason="it is too slow")
    assert page.path == "/changes/2"
    fresh.world.settle()
    undone = alice.open("/changes/1")
    assert "Undone by #2 (commit " in undone.status_line
    assert "/changes/2" in undone.links
    assert alice.open("/changes/2").status_line.endswith("Done: it runs in every environment.")


SOAK = [
    ("en", timedelta(seconds=12), "12 seconds left, until 23:30\N{NO-BREAK SPACE}UTC"),
    ("en", timedelta(minutes=20), "20 minutes left, until 23:50\N{NO-BREAK SPACE}UTC"),
    (
        "en",
        timedelta(hours=2),
        "2 hours left, until 27\N{NO-BREAK SPACE}Nov\N{NO-BREAK SPACE}2026, 01:30\N{NO-BREAK SPACE}UTC",
    ),
    ("ru", timedelta(minutes=20), "ещё 20 минут, до 23:50\N{NO-BREAK SPACE}UTC"),
    ("en", timedelta(0), ""),
]


@pytest.mark.parametrize(("language", "left", "told"), SOAK)
def test_checks_that_repeat_say_how_much_remains_and_until_when(language: str, left: timedelta, told: str) -> None:
    now = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    parts = environment(language).get_template("parts.html").make_module()
    said = str(parts.soak(now + left, now))  # type: ignore[attr-defined]  # a template's macro
    assert re.sub(r"<[^>]+>", "", said) == told


def test_the_change_and_its_environment_say_how_long_the_soak_lasts(fresh: Api) -> None:
    world = fresh.world
    soaking = configuration(signer=world.signer.public_key, soak="20m")
    world.push_to_main({".modwright/config.yaml": soaking}, who="alice", message="Soak for longer")
    admit(world.platform, world.view(), world.view().main.head.sha, by=world.person("bob"), reason="agreed")
    world.settle()
    install(world, "blog")
    world.settle()
    world.forge.review(1, "bob")
    alice = Reader(fresh, "alice")
    for _ in range(100):
        world.tick()
        if "production verifies it" in alice.open("/changes/1").status_line:
            break
    remains = re.compile(r"\d+ minutes left, until \d\d:\d\d UTC")
    assert remains.search(alice.open("/changes/1").status_line)
    assert remains.search(alice.open("/environments/production").text)


def test_a_build_that_fails_names_the_module_and_what_to_do(fresh: Api) -> None:
    alice = Reader(fresh, "alice")
    alice.press(alice.open("/plan?install=broken"), "Open the pull request", reason="to see")
    fresh.world.settle()
    page = alice.open("/changes/1")
    assert page.status_line.endswith("The build failed.")
    assert "The first error is in the module broken" in page.text
    assert "What to do next" in page.text
    assert "/modules/broken" in page.links
