"""Changes over the API: plan, proposal, how far it is, withdrawal."""

from __future__ import annotations

import pytest

from controller.core.errors import Conflict
from tests.api.served import Api

BLOG = {"changes": [{"kind": "install", "module": "blog"}], "reason": "we write now"}


def follow(api: Api, number: int) -> str:
    """The stage that a change is in."""
    return str(api.done("dave", "GET", f"/changes/{number}")["stage"])


def test_the_catalog_says_what_is_installed_and_what_may_be(shared: Api) -> None:
    rows = {row["slug"]: row for row in shared.listed("dave", "/modules")}
    assert (rows["auth"]["state"], rows["auth"]["required"]) == ("installed", True)
    assert (rows["blog"]["state"], rows["blog"]["depends_on"]) == ("available", ["content"])
    assert rows["blog"]["version"] == "0.1.0"
    assert rows["blog"]["description"]


def test_a_plan_tells_modules_with_their_reasons_files_and_verdicts(shared: Api) -> None:
    plan = shared.done("dave", "POST", "/changes:plan", BLOG)
    assert plan["delta"] == {"added": ["blog", "content"], "removed": [], "changed": []}
    assert plan["because"]["content"] == "blog needs it"
    assert {"modules.toml", "Cargo.lock"} <= {file["path"] for file in plan["files"]}
    assert all(verdict["effect"] != "deny" for verdict in plan["verdicts"])
    assert len(plan["fingerprint"]) == 64
    assert not plan["already"]


def test_a_plan_of_what_is_so_already_says_so(shared: Api) -> None:
    plan = shared.done("dave", "POST", "/changes:plan", {"changes": [{"kind": "install", "module": "search"}]})
    assert plan["already"]
    assert plan["files"] == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"kind": "install", "module": "nonsense"}, "nonsense"),
        ({"kind": "install", "module": "blog", "version": "9.9.9"}, "9.9.9"),
        ({"kind": "uninstall", "module": "auth"}, "auth"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_wanted_and_found(shared: Api, change: object, named: str) -> None:
    status, error = shared.refused("alice", "POST", "/changes:plan", {"changes": [change]})
    assert status == 409
    assert named in str(error)


def test_a_name_that_no_module_can_have_is_bad_input(shared: Api) -> None:
    change = {"kind": "install", "module": "a; uninstall auth"}
    status, error = shared.refused("alice", "POST", "/changes:plan", {"changes": [change]})
    assert status == 422
    assert "a; uninstall auth" in str(error)


def test_a_plan_needs_no_forge(api: Api) -> None:
    api.world.forge.is_away = True
    assert api.done("dave", "POST", "/changes:plan", BLOG)["delta"]["added"] == ["blog", "content"]


def test_a_change_is_followed_from_the_request_to_the_last_environment(api: Api) -> None:
    answer = api.ask("alice", "POST", "/changes", BLOG)
    assert (answer.status_code, answer.json()["state"]) == (202, "opened")
    proposal = answer.json()["proposal"]
    number = proposal["number"]
    assert proposal["url"] == f"https://forge.invalid/acme/platform/pull/{number}"
    assert follow(api, number) == "building"
    api.world.settle()
    assert follow(api, number) == "waiting-for-approval"
    api.world.forge.review(number, "bob")
    stages = []
    for _ in range(60):
        api.world.tick()
        stage = follow(api, number)
        stages += [stage] if stage not in stages[-1:] else []
        if stage == "verified":
            break
        api.world.clock.advance(api.world.loop.last.wake_after)
    assert stages == ["merging", "merged", "released", "promoting", "verified"]
    told = api.done("dave", "GET", f"/changes/{number}")
    assert told["environments"] == {"staging": "passed", "production": "passed"}
    assert [step["name"] for step in told["steps"]] == ["merge", "release", "staging", "production"]


def test_who_asked_is_known_by_the_forges_number(api: Api) -> None:
    api.done("alice", "POST", "/changes", BLOG)
    api.world.tick()
    (proposal,) = api.world.loop.look().snapshot.proposals.value
    assert "Modwright-Requested-By" in str(proposal.facts.trailers)
    assert proposal.facts.trailers["Modwright-Requested-By"] == "alice (1001)"


def test_somebody_whom_the_forge_does_not_know_is_told_to_need_two(api: Api) -> None:
    api.tokens.write_text(api.tokens.read_text().replace(" frank operator", " frank admin"))
    api.done("frank", "POST", "/changes", BLOG)
    api.world.settle()
    (told,) = api.listed("dave", "/changes")
    approval = next(step for step in told["steps"] if step["name"] == "approval")
    assert "2 approving reviews" in approval["detail"]


def test_the_same_request_is_the_same_proposal(api: Api) -> None:
    first = api.done("alice", "POST", "/changes", BLOG)
    second = api.done("bob", "POST", "/changes", {**BLOG, "reason": "me too"})
    assert second["state"] == "adopted"
    assert second["proposal"]["number"] == first["proposal"]["number"]


def test_a_change_that_is_so_already_opens_nothing(api: Api) -> None:
    answer = api.done("alice", "POST", "/changes", {"changes": [{"kind": "install", "module": "search"}]})
    assert answer == {"proposal": None, "state": "already"}


def test_a_change_waits_for_a_forge_that_is_away(api: Api) -> None:
    api.world.forge.is_away = True
    answer = api.ask("alice", "POST", "/changes", BLOG)
    assert (answer.status_code, answer.json()["reason"]) == (503, "Transient")
    assert int(answer.headers["Retry-After"]) >= 1
    assert api.world.forge.by_number == {}


def test_a_proposal_is_withdrawn_with_a_reason(api: Api) -> None:
    number = api.done("alice", "POST", "/changes", BLOG)["proposal"]["number"]
    assert api.done("alice", "POST", f"/changes/{number}:withdraw", {"reason": "not now"})["state"] == "closed"
    assert follow(api, number) == "closed"
    assert any("not now" in body for _, body, _ in api.world.forge.comments)
    status, error = api.refused("alice", "POST", f"/changes/{number}:withdraw", {"reason": "again"})
    assert (status, error["reason"]) == (409, "NotOpen")


def test_a_proposal_that_is_not_there_is_not_found(shared: Api) -> None:
    assert shared.refused("dave", "GET", "/changes/999")[0] == 404
    assert shared.refused("alice", "POST", "/changes/999:withdraw", {})[0] == 404
    assert shared.refused("dave", "GET", "/changes/blog")[0] == 422


def test_a_module_that_does_not_compile_is_a_failed_change_with_the_compilers_word(api: Api) -> None:
    answer = api.done("alice", "POST", "/changes", {"changes": [{"kind": "install", "module": "broken"}]})
    number = answer["proposal"]["number"]
    api.world.settle()
    told = api.done("dave", "GET", f"/changes/{number}")
    assert told["stage"] == "failed"
    assert told["gate"]["status"] == "failed"
    build = next(step for step in told["steps"] if step["name"] == "build")
    assert "E0308" in build["detail"]
    failed = api.listed("dave", "/builds")[0]
    assert (failed["status"], failed["proposal"], failed["requester"]) == ("failed", number, "alice")
    assert failed["errors"][0]["line"] == 21


def test_builds_are_chosen_by_status_module_requester_and_begin(api: Api) -> None:
    api.done("alice", "POST", "/changes", {"changes": [{"kind": "install", "module": "broken"}], "reason": "r"})
    api.world.settle()
    newest, oldest = api.listed("dave", "/builds")
    failed, first = newest["build_id"], oldest["build_id"]

    def chosen(query: str) -> list[str]:
        return [build["build_id"] for build in api.listed("dave", f"/builds?{query}")]

    assert (chosen("status=failed"), chosen("status=succeeded")) == ([failed], [first])
    assert (chosen("module=broken"), chosen("module=blog")) == ([failed], [])
    assert (chosen("requester=ALICE"), chosen("requester=bob")) == ([failed], [])
    assert chosen("since=1970-01-01T00:00:00Z") == [], "this forge never says when a run began"
    assert chosen("status=failed&requester=bob") == []
    assert api.refused("dave", "GET", "/builds?status=odd")[0] == 422
    assert api.refused("dave", "GET", "/builds?since=2026-01-01T00:00:00")[0] == 422


# --- repeats ------------------------------------------------------------------------------------------------------


def test_the_same_key_gives_the_same_answer(api: Api) -> None:
    first = api.ask("alice", "POST", "/changes", BLOG, **{"Idempotency-Key": "one"})
    second = api.ask("alice", "POST", "/changes", BLOG, **{"Idempotency-Key": "one"})
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert second.json()["state"] == "opened"


def test_a_key_is_not_used_for_two_requests(api: Api) -> None:
    api.ask("alice", "POST", "/changes", BLOG, **{"Idempotency-Key": "one"})
    other = {"changes": [{"kind": "install", "module": "gallery"}]}
    status, error = api.refused("alice", "POST", "/changes", other, **{"Idempotency-Key": "one"})
    assert (status, error["reason"]) == (409, "KeyReused")
    assert api.ask("bob", "POST", "/changes", other, **{"Idempotency-Key": "one"}).status_code == 202


def test_a_refusal_is_not_kept_under_its_key(api: Api) -> None:
    api.world.forge.is_away = True
    assert api.ask("alice", "POST", "/changes", BLOG, **{"Idempotency-Key": "one"}).status_code == 503
    api.world.forge.is_away = False
    assert api.ask("alice", "POST", "/changes", BLOG, **{"Idempotency-Key": "one"}).status_code == 202


def test_an_endless_conflict_is_said_and_not_repeated_for_ever(api: Api) -> None:
    tries = []

    class Contested:
        """A mirror whose pushes always come second."""

        def __getattr__(self, name: str) -> object:
            return getattr(mirror, name)

        def push(self, *_given: object, **_named: object) -> None:
            tries.append(1)
            raise Conflict("somebody else wrote first")

    mirror = api.world.platform.mirror
    api.world.platform.mirror = Contested()
    answer = api.ask("carol", "POST", "/freezes", {"reason": "slowly"})
    assert (answer.status_code, answer.json()["reason"], len(tries)) == (503, "Conflict", 3)


def test_a_change_says_who_asked_why_and_what_it_waits_for(api: Api) -> None:
    body = {"changes": [{"kind": "install", "module": "blog"}], "reason": "we want to write"}
    api.done("alice", "POST", "/changes", body)
    api.world.settle()

    change = api.done("dave", "GET", "/changes/1")

    assert change["requested_by"] == {"login": "alice", "id": api.world.person("alice").id, "name": "", "via": ""}
    assert change["reason"] == "we want to write"
    waits_for = change["waits_for"]
    assert (waits_for["what"], waits_for["approvals_missing"], waits_for["may_approve"]) == ("approval", 1, ["bob"])
    assert waits_for["says"] == "waits for 1 approval by somebody with role admin other than alice: bob"


def test_the_log_of_a_run_that_is_no_build_is_not_shown(api: Api) -> None:
    """The forge has runs of other workflows too, whose logs may hold what a viewer here is not to see."""
    status, problem = api.refused("dave", "GET", "/builds/bld_999_1/log")
    assert (status, problem["reason"]) == (404, "NotFound")
