"""What there is to read, and what takes time: places, modules, builds, the audit, who asks."""

from __future__ import annotations

from datetime import datetime

import pytest

from controller.core.model import BuildStatus
from controller.operations.platform import Heard
from controller.operations.retained import ask_for
from tests.api.served import Api
from tests.world.world import PRODUCTION

BLOG = {"changes": [{"kind": "install", "module": "blog"}], "reason": "we write now"}


@pytest.fixture(scope="module")
def moved(shared: Api) -> Api:
    """The shared world with blog in every environment, and forum on its way."""
    number = shared.done("alice", "POST", "/changes", BLOG)["proposal"]["number"]
    shared.world.settle()
    shared.world.forge.review(number, "bob")
    shared.world.settle()
    shared.done(
        "alice", "POST", "/changes", {"changes": [{"kind": "install", "module": "gallery"}], "reason": "pictures"}
    )
    shared.world.settle()
    return shared


def test_a_module_tells_where_it_runs_who_needs_it_and_what_was_done_to_it(moved: Api) -> None:
    content = moved.done("dave", "GET", "/modules/content")
    assert {place["environment"]: place["health"] for place in content["runs_in"]} == {
        "staging": "well",
        "production": "well",
    }
    assert content["needed_by"] == ["blog"]
    assert content["obstacle"] == {"why": "needed", "by": ["blog"], "number": None}
    (deed,) = content["history"]
    assert (deed["act"], deed["requested_by"], deed["reason"]) == ("install", "alice", "we write now")
    gallery = moved.done("dave", "GET", "/modules/gallery")
    assert [(way["act"], way["is_merged"]) for way in gallery["ways"]] == [("install", False)]
    assert moved.refused("dave", "GET", "/modules/nonsense")[0] == 404


def test_modules_are_chosen_by_state_and_words(moved: Api) -> None:
    states = {row["state"] for row in moved.listed("dave", "/modules?state=installed")}
    assert states == {"installed"}
    assert [row["slug"] for row in moved.listed("dave", "/modules?state=on-its-way")] == ["gallery"]
    assert "blog" not in [row["slug"] for row in moved.listed("dave", "/catalog")]
    assert [row["slug"] for row in moved.listed("dave", "/modules?text=gallery")] == ["gallery"]


def test_an_environment_tells_who_ran_there_since_when(moved: Api) -> None:
    newest, oldest = moved.listed("dave", "/environments/production/timeline")
    assert (newest["came"], newest["until"], newest["verdict"]) == ("promoted", None, "passed")
    assert (oldest["came"], oldest["by"], oldest["until"]) == ("adopted", "alice", newest["since"])
    assert moved.done("dave", "GET", "/environments/production")["release"] == newest["release"]
    assert [found["name"] for found in moved.listed("dave", "/environments")] == ["production", "staging"]
    assert moved.refused("dave", "GET", "/environments/nowhere/timeline")[0] == 404


def test_two_releases_are_compared_in_modules(moved: Api) -> None:
    newer, older = (release["id"] for release in moved.listed("dave", "/releases"))
    there = moved.done("dave", "GET", f"/releases/{older}/diff/{newer}")
    back = moved.done("dave", "GET", f"/releases/{newer}/diff/{older}")
    assert (there["added"], there["removed"], there["is_forward"]) == (["blog", "content"], [], True)
    assert (back["added"], back["removed"], back["is_forward"]) == ([], ["blog", "content"], False)
    assert [commit["subject"].startswith("Install blog") for commit in there["commits"]] == [True]


def test_a_rollback_is_shown_before_it_is_decided(moved: Api) -> None:
    plan = moved.done("dave", "POST", "/rollbacks:plan", {"environment": "production"})
    assert plan["is_predecessor"]
    assert plan["difference"]["removed"] == ["blog", "content"]
    assert [change["elsewhere"] for change in plan["held"]] == [["staging"]]
    assert plan["has_image"] is True
    assert moved.listed("dave", "/holds") == []


def test_the_audit_is_chosen_and_paged(moved: Api) -> None:
    entries = moved.listed("dave", "/audit?module=blog")
    assert [entry["deed"] for entry in entries if entry["deed"] == "merged"] == ["merged"]
    assert all("blog" in entry["modules"] for entry in entries)
    assert {entry["who"] for entry in moved.listed("dave", "/audit?who=alice&deed=adopted")} == {"alice"}
    times = [datetime.fromisoformat(entry["at"]) for entry in moved.listed("dave", "/audit")]
    assert times == sorted(times, reverse=True)
    first = moved.done("dave", "GET", "/audit?limit=2")
    second = moved.done("dave", "GET", f"/audit?limit=2&cursor={first['next']}")
    assert [*first["items"], *second["items"]] == moved.listed("dave", "/audit?limit=4")
    assert moved.refused("dave", "GET", "/audit?cursor=x")[0] == 400
    assert moved.refused("dave", "GET", "/audit?since=yesterday")[0] == 422


def test_proposals_are_the_forges_view_with_reviews(moved: Api) -> None:
    opened, merged = moved.listed("dave", "/proposals")
    assert (opened["state"], opened["author"], opened["merged_by"]) == ("open", "modwright[bot]", None)
    assert (merged["state"], merged["merged_by"]) == ("merged", "modwright[bot]")
    assert moved.done("dave", "GET", f"/proposals/{opened['number']}") == opened


def test_health_and_who_asks(moved: Api) -> None:
    health = moved.done("dave", "GET", "/health")
    assert health["is_well"]
    assert health["ledger"]["head"] == health["ledger"]["accepted"]
    assert moved.done("carol", "GET", "/me")["role"] == "operator"
    assert "roll back" in moved.done("carol", "GET", "/me")["may"]
    assert "promote" not in moved.done("carol", "GET", "/me")["may"]


def test_what_takes_time_names_where_it_is_followed(api: Api) -> None:
    release = api.listed("dave", "/releases")[0]["id"]
    answer = api.ask("alice", "POST", "/changes", BLOG)
    assert answer.headers["Location"] == f"/api/v1/changes/{answer.json()['proposal']['number']}"
    body = {"environment": "staging", "release": release, "reason": "again"}
    answer = api.ask("alice", "POST", "/promotions", body)
    assert answer.status_code in (202, 409)
    api.world.settle()
    number = api.listed("dave", "/changes")[0]["number"]
    api.world.forge.review(number, "bob")
    api.world.settle()
    answer = api.ask("carol", "POST", "/rollbacks", {"environment": "production", "reason": "slow"})
    assert (answer.status_code, answer.headers["Location"]) == (202, "/api/v1/environments/production")
    answer = api.ask("carol", "POST", "/reverts", {"change": number, "reason": "slow"})
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/api/v1/changes/{answer.json()['proposal']['number']}"


def test_a_build_tells_its_stages_and_is_stopped_by_a_person(api: Api) -> None:
    api.world.auto_build = False
    number = api.done("alice", "POST", "/changes", BLOG)["proposal"]["number"]
    api.world.tick()
    api.world.tick()
    build = api.listed("dave", "/builds")[0]["build_id"]
    told = api.done("dave", "GET", f"/builds/{build}")
    assert [stage["name"] for stage in told["stages"]] == ["build", "publish"]
    assert (told["stage"], told["progress"], told["stages_unknown"]) == ("pending", 0, "")
    assert api.refused("carol", "POST", f"/builds/{build}:cancel", {"reason": "r"})[0] == 403
    answer = api.ask("alice", "POST", f"/builds/{build}:cancel", {"reason": "it hangs"})
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/api/v1/builds/{build}")
    assert api.world.forge.runs[-1].status is BuildStatus.CANCELLED
    assert any(
        at == number and "alice stopped" in text and "it hangs" in text for at, text, _ in api.world.forge.comments
    )
    assert api.refused("alice", "POST", f"/builds/{build}:cancel", {"reason": "r"})[1]["reason"] == "BuildEnded"
    assert api.refused("alice", "POST", "/builds/bld_99_1:cancel", {"reason": "r"})[0] == 404


def test_a_build_is_told_without_its_stages_while_the_forge_is_away(api: Api) -> None:
    build = api.listed("dave", "/builds")[0]["build_id"]
    api.world.forge.is_away = True
    told = api.done("dave", "GET", f"/builds/{build}")
    assert (told["stages"], told["stage"], told["progress"]) == ([], "complete", 100)
    assert "does not answer" in told["stages_unknown"]


def test_a_release_says_whether_its_image_is_retained_as_far_as_that_is_known(api: Api) -> None:
    world = api.world
    release = world.release_in(PRODUCTION)
    world.platform.heard = Heard()
    world.images.is_away = True
    assert api.done("dave", "GET", f"/releases/{release.id}")["image_retained"] is None
    world.images.is_away = False
    world.platform.heard = Heard()
    ask_for(world.platform, world.view().configuration, (release,))
    assert api.done("dave", "GET", f"/releases/{release.id}")["image_retained"] is True
    (listed,) = [each for each in api.listed("dave", "/releases") if each["id"] == release.id]
    assert listed["image_retained"] is True
