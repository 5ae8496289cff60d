"""Releases and builds by pages."""

from __future__ import annotations

import re

import pytest

from controller.console.builds import readable
from controller.core.model import Annotation
from controller.operations.platform import Heard
from controller.operations.retained import ask_for
from tests.api.served import Api
from tests.console.pages import Visitor
from tests.scenarios.story import install
from tests.world.world import PRODUCTION


def test_releases_are_listed_newest_first_with_where_each_runs_and_ran(shared: Api) -> None:
    page = Visitor(shared, "dave").get("/releases")
    first, second = sorted(shared.world.ledger.releases.values(), key=lambda release: release.created_at)
    assert page.text.index(second.id) < page.text.index(first.id)
    assert "2 releases" in page.text
    assert "added blog" in page.text


def test_a_release_shows_who_asked_who_approved_and_where_it_ran(shared: Api) -> None:
    release = shared.world.release_in(PRODUCTION)
    page = Visitor(shared, "dave").get(f"/releases/{release.id}")
    for told in ("Install blog", "alice", "people want it", "reviewed", "approved by bob", release.digest, "promoted"):
        assert told in page.text, told


def test_two_releases_are_compared_in_modules_and_commits(shared: Api) -> None:
    first, second = sorted(shared.world.ledger.releases.values(), key=lambda release: release.created_at)
    dave = Visitor(shared, "dave")
    page = dave.get(f"/releases/compare?from={first.id}&to={second.id}")
    assert "blog + comes" in page.text
    assert "Install blog" in page.text
    back = dave.get(f"/releases/compare?from={second.id}&to={first.id}")
    assert "blog − goes away" in back.text
    assert "going back" in back.text
    assert "The same modules" in dave.get(f"/releases/compare?from={first.id}&to={first.id}").text


@pytest.mark.parametrize("path", ["/releases/rel_no", "/releases/compare?from=rel_no&to=rel_no", "/builds/bld_9_9"])
def test_what_is_not_there_is_not_found(shared: Api, path: str) -> None:
    assert Visitor(shared, "dave").get(path).status == 404


def test_builds_are_filtered_and_the_module_to_blame_stands_first(api: Api) -> None:
    install(api.world, "broken")
    api.world.settle()
    dave = Visitor(api, "dave")
    page = dave.get("/builds?status=failed")
    assert "1 build" in page.text
    assert "broken : error[E0308]: mismatched" in page.text
    assert "1 build" in dave.get("/builds?module=broken").text
    assert "No build fits." in dave.get("/builds?module=blog").text
    assert "No build fits." in dave.get("/builds?requester=nobody").text
    build = next(run.id for run in api.world.forge.runs if run.errors)
    one = dave.get(f"/builds/{build}")
    assert "The module broken does not build." in one.text
    assert "crates/platform-broken/src/lib.rs:21" in one.text
    assert f"compiling {build}" in one.text


def test_a_date_that_is_none_is_said_and_shows_everything(shared: Api) -> None:
    page = Visitor(shared, "dave").get("/builds?since=tomorrow")
    assert page.status == 200
    assert "Write a date such as" in page.text


def test_hostile_errors_are_shown_as_text(api: Api) -> None:
    install(api.world, "broken")
    api.world.settle()
    run = next(run for run in api.world.forge.runs if run.errors)
    hostile = Annotation("<b>x</b>.rs", 1, "module <i>", "<script>alert(1)</script>")
    api.world.forge.finish(run.id, digest=None, errors=(hostile,))
    for path in ("/builds", f"/builds/{run.id}"):
        assert "<script>alert" not in Visitor(api, "dave").get(path).answer.text


@pytest.mark.parametrize(
    ("log", "shown"),
    [
        (b"\x1b[31merror\x1b[0m: no", "error: no"),
        (b"\x1b]0;title\x07text", "text"),
        (b"\x1b]8;;https://evil.invalid\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"one\r\ntwo\rthree\ttab", "one\ntwo\nthree\ttab"),
        (b"a\x00b\x08c", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}evil".encode(), "\N{REPLACEMENT CHARACTER}evil"),
        (b"\xff<b>", "\N{REPLACEMENT CHARACTER}<b>"),
    ],
)
def test_a_log_is_read_without_what_a_terminal_would_obey(log: bytes, shown: str) -> None:
    assert readable(log) == shown


def test_a_build_shows_its_stages_with_their_times(shared: Api) -> None:
    build = shared.world.forge.runs[0].id
    page = Visitor(shared, "dave").get(f"/builds/{build}")
    stages = shared.world.forge.build_stages(build)
    assert stages
    for stage in stages:
        assert stage.name in page.text


def test_a_forge_that_is_away_leaves_the_kept_end_of_the_log_and_says_what_is_unknown(api: Api) -> None:
    build = api.world.forge.runs[0].id
    api.world.forge.is_away = True
    page = Visitor(api, "dave").get(f"/builds/{build}")
    assert page.status == 200
    assert f"compiling {build}" in page.text
    assert "not known" in page.text


def test_each_release_says_whether_its_image_is_retained_gone_or_not_known(api: Api) -> None:
    world, dave = api.world, Visitor(api, "dave")
    newest = world.release_in(PRODUCTION)
    (older,) = [release for release in world.ledger.releases.values() if release.id != newest.id]
    world.platform.heard = Heard()
    world.images.is_away = True
    assert image_of(dave, newest.id) == image_of(dave, older.id) == "not known"
    assert "· image not known; another can be chosen there." in dave.get("/environments/production").text
    world.images.is_away = False
    del world.images.modules[older.digest]
    world.platform.heard = Heard()
    ask_for(world.platform, world.view().configuration, (newest, older))
    assert (image_of(dave, newest.id), image_of(dave, older.id)) == ("retained", "gone")
    assert "· image gone; another can be chosen there." in dave.get("/environments/production").text
    assert "the one before · image gone" in dave.get("/environments/production/rollback").text


def image_of(visitor: Visitor, release: str) -> str:
    """What the last column of the release's row says, which its own page says too."""
    html = visitor.get("/releases").answer.text
    (row,) = [row for row in html.split("<tr>") if f">{release}<" in row]
    cell = row.rpartition("<td")[2].partition(">")[2].partition("</td>")[0]
    words = " ".join(re.sub(r"<[^>]+>", "", cell).split()).lstrip("✓✕– ")
    assert words in visitor.get(f"/releases/{release}").text
    return words
