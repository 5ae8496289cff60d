"""Environments over the API: status, promotion, return, revert, holds, freezes, admissions, checks."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from controller.core.errors import Terminal
from tests.api.served import Api
from tests.scenarios.story import arrive
from tests.world.world import PRODUCTION, STAGING


def environment(api: Api, name: str) -> dict:
    """One environment of the status."""
    return next(e for e in api.done("dave", "GET", "/status")["environments"] if e["name"] == name)


def test_the_status_says_what_runs_where(shared: Api) -> None:
    status = shared.done("dave", "GET", "/status")
    assert status["main"] == shared.world.origin.heads()["main"]
    assert [e["name"] for e in status["environments"]] == ["staging", "production"]
    production = status["environments"][1]
    assert production["modules"] == ["auth", "events", "search"]
    assert production["digest"] == production["serving"]
    assert (production["phase"], production["verification"]) == ("serving", {"state": "passed", "findings": []})
    assert (production["by"], production["reason"], production["direction"]) == ("alice", "first", "forward")


def test_releases_tell_where_they_run(shared: Api) -> None:
    (release,) = shared.listed("dave", "/releases")
    assert sorted(release["environments"]) == ["production", "staging"]
    assert release["commits"][0]["approval"] == "adopted"
    alone = shared.done("dave", "GET", f"/releases/{release['id']}")
    assert alone == {**release, "image_retained": alone["image_retained"]}, "which may be known by the second look"
    assert shared.refused("dave", "GET", "/releases/rel_no")[0] == 404


def test_a_log_is_read_from_an_offset_as_plain_text(shared: Api) -> None:
    build = shared.listed("dave", "/builds")[0]["build_id"]
    whole = shared.ask("dave", "GET", f"/builds/{build}/log")
    assert build in whole.text
    assert whole.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert shared.ask("dave", "GET", f"/builds/{build}/log?offset=4").text == whole.text[4:]
    assert shared.refused("dave", "GET", f"/builds/{build}/log?offset=-1")[0] == 422
    assert shared.refused("dave", "GET", "/builds/..%2f/log")[0] in (404, 422)
    assert shared.refused("dave", "GET", "/builds/bld_99_1")[0] == 404


def test_a_log_outlives_the_forge(api: Api) -> None:
    build = api.listed("dave", "/builds")[0]["build_id"]
    before = api.ask("dave", "GET", f"/builds/{build}/log").text
    api.world.platform.forge = Forgetful(api.world.platform.forge)
    assert api.ask("dave", "GET", f"/builds/{build}/log").text == before
    assert api.refused("dave", "GET", "/builds/bld_99_1/log")[0] == 404


class Forgetful:
    """A forge whose logs are past their retention."""

    def __init__(self, forge: object) -> None:
        self._forge = forge

    def __getattr__(self, name: str) -> object:
        return getattr(self._forge, name)

    def build_log(self, build: str, *, offset: int = 0) -> bytes:
        raise Terminal("NotFound", f"the log of {build} from {offset} on is gone")


def test_a_rollback_answers_when_the_rollout_has_begun_and_a_hold_stands(api: Api) -> None:
    arrive(api.world, "blog")
    before = environment(api, "production")
    answer = api.done("carol", "POST", "/rollbacks", {"environment": "production", "to": None, "reason": "it is slow"})
    assert (answer["environment"], answer["from"], answer["to"]) == (
        "production",
        before["release"],
        before["predecessor"],
    )
    assert api.world.serving(PRODUCTION) == {"auth", "events", "search"}
    (hold,) = api.done("dave", "GET", "/status")["holds"]
    assert (hold["id"], hold["by"], hold["reason"]) == (answer["hold"], "carol", "it is slow")


def test_a_rollback_does_not_wait_for_a_forge_that_is_away(api: Api) -> None:
    """The ledger is reached by git; where that is another server, the forge's API is not needed."""
    arrive(api.world, "blog")
    api.world.forge.is_away = True
    api.done("carol", "POST", "/rollbacks", {"environment": "production", "reason": "now"})
    assert "blog" not in api.world.serving(PRODUCTION)


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"environment": "moon"}, 404, "NoSuchEnvironment"),
        ({"environment": "production", "to": "rel_20200101_000000000000"}, 409, "NoSuchRelease"),
        ({"environment": "production"}, 409, "NoPredecessor"),
    ],
)
def test_a_rollback_to_nowhere_is_refused(shared: Api, body: dict, status: int, reason: str) -> None:
    found, error = shared.refused("carol", "POST", "/rollbacks", body)
    assert (found, error["reason"]) == (status, reason)


def test_a_change_is_reverted_by_number_module_or_commit(api: Api) -> None:
    proposal = arrive(api.world, "gallery")
    answer = api.done("carol", "POST", "/reverts", {"change": proposal.number, "reason": "ugly"})
    assert (answer["state"], answer["returned"]) == ("opened", ["production", "staging"])
    again = api.done("carol", "POST", "/reverts", {"change": "gallery", "reason": "ugly"})
    assert (again["state"], again["hold"]) == ("adopted", answer["hold"])
    assert api.done("carol", "POST", "/reverts", {"change": answer["commit"]})["hold"] == answer["hold"]
    api.world.settle()
    assert api.done("dave", "GET", f"/changes/{proposal.number}")["stage"] == "reverted"
    status, error = api.refused("carol", "POST", "/reverts", {"change": "gallery", "reason": "ugly"})
    assert (status, error["reason"]) == (409, "AlreadyUndone")


def test_a_failure_in_production_shows_as_held_until_its_revert_is_merged(api: Api) -> None:
    api.world.prober.unwell.add(("production", "reviews"))
    answer = api.done("alice", "POST", "/changes", {"changes": [{"kind": "install", "module": "reviews"}]})
    number = answer["proposal"]["number"]
    api.world.settle()
    api.world.forge.review(number, "bob")
    stages = set()
    for _ in range(80):
        api.world.tick()
        stages.add(api.done("dave", "GET", f"/changes/{number}")["stage"])
        api.world.clock.advance(api.world.loop.last.wake_after)
        if "reverted" in stages:
            break
    assert {"promoting", "held", "reverted"} <= stages


def test_a_hold_by_hand_keeps_a_release_out_until_it_is_lifted(api: Api) -> None:
    commit = api.world.push_to_main({"README.md": b"new\n"}, who="alice", message="Say more")
    hold = api.done("carol", "POST", "/holds", {"commit": commit[:9], "reason": "wait"})
    assert hold["commits"] == [commit]
    assert [found["id"] for found in api.listed("dave", "/holds")] == [hold["id"]]
    assert api.done("carol", "POST", f"/holds/{hold['id']}:lift", {"reason": "fine"}) == {"lifted": hold["id"]}
    assert api.done("dave", "GET", "/status")["holds"] == []
    status, error = api.refused("carol", "POST", f"/holds/{hold['id']}:lift", {"reason": "again"})
    assert (status, error["reason"]) == (409, "NotHeld")


def test_a_release_is_held_by_its_name(api: Api) -> None:
    release = api.listed("dave", "/releases")[0]
    hold = api.done("carol", "POST", "/holds", {"release": release["id"], "reason": "wait"})
    assert hold["commits"] == [release["commit"]]


def test_a_freeze_stands_once_and_is_lifted_once(api: Api) -> None:
    frozen = api.done("carol", "POST", "/freezes", {"environment": "production", "reason": "holidays"})
    assert api.done("carol", "POST", "/freezes", {"environment": "production", "reason": "again"})["id"] == frozen["id"]
    (standing,) = api.done("dave", "GET", "/status")["freezes"]
    assert (standing["environment"], standing["reason"]) == ("production", "holidays")
    assert api.done("carol", "POST", f"/freezes/{frozen['id']}:lift", {"reason": "back"})["lifted_by"] == "carol"
    status, error = api.refused("carol", "POST", f"/freezes/{frozen['id']}:lift", {"reason": "back"})
    assert (status, error["reason"]) == (409, "NotFrozen")
    assert api.refused("carol", "POST", "/freezes", {"environment": "moon", "reason": "far"})[0] == 404


@pytest.mark.parametrize(
    ("until", "reason"),
    [
        ("9999-12-31T23:59:59-14:00", "EndTooFar"),
        ("9999-12-31T23:59:59Z", "EndTooFar"),
        ("0001-01-01T00:00:00+14:00", "EndIsPast"),
    ],
)
def test_an_end_at_the_end_of_time_is_refused(shared: Api, until: str, reason: str) -> None:
    status, error = shared.refused("carol", "POST", "/freezes", {"reason": "for ever", "until": until})
    assert (status, error["reason"]) == (409, reason)


def test_a_freeze_with_an_end_is_shown_with_it_and_ends_by_itself(api: Api) -> None:
    until = api.world.clock.now + timedelta(hours=2)
    body = {"environment": "production", "reason": "sale", "until": until.isoformat()}
    frozen = api.done("carol", "POST", "/freezes", body)
    assert (datetime.fromisoformat(frozen["until"]), frozen["stop"]) == (until, False)
    status, error = api.refused("carol", "POST", "/freezes", {"reason": "late", "until": "2020-01-01T00:00:00Z"})
    assert (status, error["reason"]) == (409, "EndIsPast")
    assert api.refused("carol", "POST", "/freezes", {"reason": "where", "until": "2030-01-01T00:00:00"})[0] == 422
    assert api.refused("carol", "POST", "/freezes", {"reason": " "})[0] == 409
    api.world.clock.advance(timedelta(hours=3))
    assert api.done("dave", "GET", "/status")["freezes"] == []
    status, error = api.refused("carol", "POST", f"/freezes/{frozen['id']}:lift", {"reason": "back"})
    assert (status, error["reason"]) == (409, "NotFrozen")


def test_the_calendars_windows_are_listed_beside_the_freezes(api: Api) -> None:
    text = api.world.origin.file(api.world.origin.heads()["main"], ".modwright/config.yaml")
    calendar = b"freezes: [{name: fair, timezone: Asia/Kolkata, reason: the fair, from: 2026-01-05, to: 2026-01-06}]\n"
    api.world.push_to_main({".modwright/config.yaml": text + calendar}, who="alice", message="The fair")
    api.done("carol", "POST", "/freezes", {"environment": "production", "reason": "sale"})
    found = api.done("dave", "GET", "/freezes")
    assert [freeze["reason"] for freeze in found["items"]] == ["sale"]
    (window,) = found["calendars"]
    assert (window["name"], window["environments"], window["timezone"]) == ("fair", [], "Asia/Kolkata")
    assert datetime.fromisoformat(window["until"]) == datetime.fromisoformat("2026-01-06T18:30:00+00:00")
    assert api.done("dave", "GET", "/status")["calendars"] == [window]


def test_the_stop_refuses_changes_and_promotions_and_is_of_everything(api: Api) -> None:
    release = environment(api, "staging")["release"]
    body = {"environment": "staging", "reason": "incident", "stop": True}
    assert api.refused("carol", "POST", "/freezes", body)[1]["reason"] == "StopIsGlobal"
    stop = api.done("carol", "POST", "/freezes", {"reason": "incident", "stop": True})
    change = {"changes": [{"kind": "install", "module": "blog"}], "reason": "now"}
    for path, asked in (
        ("/changes", change),
        ("/environments/staging:promote", {"release": release, "reason": "up"}),
        ("/environments/staging:promote", {"adopt": api.world.origin.heads()["main"], "reason": "up"}),
    ):
        status, error = api.refused("alice", "POST", path, asked)
        assert (status, error["reason"]) == (409, "Stopped")
        assert "incident" in str(error)
    api.done("carol", "POST", f"/freezes/{stop['id']}:lift", {"reason": "found"})
    api.done("alice", "POST", "/changes", change)


def test_a_promotion_obeys_holds_freezes_and_names(api: Api) -> None:
    release = environment(api, "staging")["release"]
    refused = api.refused("alice", "POST", "/environments/moon:promote", {"release": release, "reason": "up"})
    assert refused[0] == 404
    api.done("carol", "POST", "/freezes", {"environment": None, "reason": "holidays"})
    status, error = api.refused("alice", "POST", "/environments/staging:promote", {"release": release, "reason": "up"})
    assert (status, error["reason"]) == (409, "Frozen")
    assert api.refused("alice", "POST", "/environments/staging:promote", {"reason": "neither"})[0] == 422
    head = api.world.origin.heads()["main"]
    status, error = api.refused("alice", "POST", "/environments/staging:promote", {"adopt": head, "reason": "again"})
    assert (status, error["reason"]) == (409, "HasRelease")


def test_a_commit_that_nobody_approved_is_admitted_by_somebody_else_with_a_reason(api: Api) -> None:
    manifest = api.world.origin.file(api.world.origin.heads()["main"], "modules.toml")
    commit = api.world.push_to_main({"modules.toml": manifest + b"# by hand\n"}, who="alice", message="By hand")
    assert api.refused("bob", "POST", "/admissions", {"commit": commit, "reason": " "})[0] == 409
    assert api.refused("alice", "POST", "/admissions", {"commit": commit, "reason": "mine"})[0] == 403
    answer = api.done("bob", "POST", "/admissions", {"commit": commit, "reason": "looked at it"})
    assert (answer["commit"], answer["by"], answer["reason"]) == (commit, "bob", "looked at it")
    assert api.world.ledger.admissions[commit].reason == "looked at it"


def test_checks_are_run_on_request_and_change_nothing(api: Api) -> None:
    api.world.prober.unwell.add(("staging", "search"))
    answer = api.done("carol", "POST", "/environments/staging:smoke", {})
    assert answer["outcome"] == "failed"
    assert [result["modules"] for result in answer["results"]] == [[], ["search"]]
    api.world.prober.cannot_tell.add("staging")
    answer = api.done("carol", "POST", "/environments/staging:smoke", {})
    assert {result["outcome"] for result in answer["results"]} == {"errored"}
    assert api.world.environment(STAGING).verification.state == "passed"


def test_what_the_last_pass_could_not_do_is_told(api: Api) -> None:
    api.world.forge.is_away = True
    api.world.loop.tick()
    reasons = {condition["reason"] for condition in api.done("dave", "GET", "/status")["conditions"]}
    assert "ForgeUnknown" in reasons
    assert api.refused("dave", "GET", "/changes")[0] == 503


def test_a_person_does_not_wait_for_the_rest_of_a_pass(api: Api) -> None:
    """Each write to a forge may take a second, by its own wish; what is left of a pass is decided anew."""
    api.done("alice", "POST", "/changes", {"changes": [{"kind": "install", "module": "gallery"}]})
    slow = Slow(api.world.platform.forge)
    api.world.platform.forge = slow
    with ThreadPoolExecutor(2) as threads:
        passing = threads.submit(api.world.loop.tick)
        assert slow.reached.wait(5)
        answer = threads.submit(api.ask, "carol", "POST", "/freezes", {"reason": "now"})
        while not api.world.loop._waiting:
            time.sleep(0.001)
        slow.go_on.set()
        report, frozen = passing.result(), answer.result()
    assert frozen.status_code == 200
    assert [type(intent).__name__ for intent in report.done] == ["SetGate"]
    assert api.world.forge.runs[1:] == []
    assert "DispatchBuild" in {type(intent).__name__ for intent in api.world.loop.tick().done}


class Slow:
    """A forge that takes its time to write the gate."""

    def __init__(self, forge: object) -> None:
        self._forge = forge
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._forge, name)

    def write_gate(self, report: object) -> object:
        self.reached.set()
        assert self.go_on.wait(5)
        return self._forge.write_gate(report)
