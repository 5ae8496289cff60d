"""Builds as a platform's own admin UI asks for them: the blueprint's routes over the world."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.served import Api

INSTALLED: dict[str, Any] = {
    "auth": {"source": "path", "crate": "platform-auth", "path": "crates/platform-auth"},
    "events": {"source": "path", "crate": "platform-events"},
    "search": {"source": "path", "version": "0.1.0"},
}
GALLERY = {**INSTALLED, "gallery": {"source": "path", "path": "crates/platform-gallery"}}


def asked(api: Api, **body: Any) -> dict[str, Any]:
    """The answer to a request for a build."""
    answer = api.ask("alice", "POST", "/admin/builds", {"reason": "we want it", **body})
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/api/v1/admin/builds/{told['build_id']}"
    return told


def record(api: Api, build: str) -> dict[str, Any]:
    told: dict[str, Any] = api.done("dave", "GET", f"/admin/builds/{build}")
    return told


def merge(api: Api, number: int) -> None:
    api.world.settle()
    api.world.forge.review(number, "bob")
    api.world.settle()


def test_a_wanted_map_is_built_merged_deployed_and_taken_back(api: Api) -> None:
    before = api.listed("dave", "/releases")[0]["id"]
    api.world.auto_build = False
    told = asked(api, modules=GALLERY, requested_by="alice")
    build, number = told["build_id"], told["proposal"]["number"]
    assert (told["status"], told["release_id"]) == ("queued", None)
    assert (record(api, build)["stage"], record(api, build)["progress"]) == ("pending", 0)

    status, problem = api.refused("alice", "POST", f"/admin/builds/{build}/deploy", {"environment": "staging"})
    assert (status, problem["reason"]) == (409, "NotReleased")
    assert "the build is queued" in problem["detail"]

    api.world.auto_build = True
    api.world.settle()
    assert set(record(api, build)) == {
        *("build_id", "status", "manifest_hash", "started_at", "finished_at", "logs_url", "release_id"),
        *("stage", "progress"),
    }
    assert (record(api, build)["status"], record(api, build)["progress"]) == ("success", 100)
    _, problem = api.refused("alice", "POST", f"/admin/builds/{build}/deploy", {"environment": "staging"})
    assert f"#{number} is not merged yet" in problem["detail"]

    merge(api, number)
    release = record(api, build)["release_id"]
    assert release is not None
    body = {"target_release": before, "reason": "it is slow"}
    status, problem = api.refused("carol", "POST", f"/admin/builds/{build}/rollback", body)
    assert (status, problem["reason"]) == (409, "EnvironmentAmbiguous")
    assert "staging, production" in problem["detail"]

    back = api.done("carol", "POST", f"/admin/builds/{build}/rollback", {**body, "environment": "production"})
    assert (back["environment"], back["left"], back["release_id"]) == ("production", release, before)
    assert api.done("dave", "GET", "/environments/production")["release"] == before

    back = api.done("carol", "POST", f"/admin/builds/{build}/rollback", {"reason": "there too"})
    assert (back["environment"], back["release_id"]) == ("staging", before), "the predecessor, where it still runs"


def test_a_build_is_deployed_where_an_environment_does_not_run_it(api: Api) -> None:
    config = api.world.origin.file(api.world.origin.heads()["main"], ".modwright/config.yaml")
    slow = config.replace(b"soak: 1s", b"soak: 24h")
    api.world.push_to_main({".modwright/config.yaml": slow}, who="alice", message="Wait longer")
    api.world.settle()
    told = asked(api, modules=GALLERY)
    merge(api, told["proposal"]["number"])
    build = told["build_id"]
    for commit in [
        c["commit"] for c in api.done("dave", "GET", f"/releases/{record(api, build)['release_id']}")["commits"]
    ]:
        api.ask("bob", "POST", "/admissions", {"commit": commit, "reason": "seen"})
    answer = api.ask("alice", "POST", f"/admin/builds/{build}/deploy", {"environment": "production", "reason": "now"})
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == "/api/v1/environments/production"
    assert answer.json() == {
        "build_id": build,
        "release_id": record(api, build)["release_id"],
        "environment": "production",
    }


def test_what_is_so_already_is_the_build_of_the_head(shared: Api) -> None:
    release = shared.listed("dave", "/releases")[0]
    told = asked(shared, modules=INSTALLED)
    assert told == {
        "build_id": release["build"],
        "status": "success",
        "proposal": None,
        "release_id": release["id"],
    }


@pytest.mark.parametrize("ref", ["main", "refs/heads/main"])
def test_a_ref_whose_image_is_there_answers_its_build(shared: Api, ref: str) -> None:
    assert asked(shared, manifest_ref=ref)["build_id"] == shared.listed("dave", "/releases")[0]["build"]


def test_a_commit_without_an_image_is_built(api: Api) -> None:
    lock = api.world.origin.file(api.world.origin.heads()["main"], "Cargo.lock")
    commit = api.world.push_to_main({"Cargo.lock": lock + b"# again\n"}, who="alice", message="By hand")
    api.world.auto_build = False
    first = asked(api, manifest_ref=commit[:12])
    assert first["status"] == "queued"
    assert asked(api, manifest_ref=commit)["build_id"] == first["build_id"]


def test_a_map_of_an_older_head_is_refused(api: Api) -> None:
    old = api.world.origin.heads()["main"]
    api.world.push_to_main({"README.md": b"New.\n"}, who="alice", message="By hand")
    body = {"modules": GALLERY, "manifest_ref": old, "reason": "r"}
    assert api.refused("alice", "POST", "/admin/builds", body)[1]["reason"] == "ManifestMoved"


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"manifest_ref": "no-such-branch"}, 422, "NoSuchRef"),
        ({"manifest_ref": "main", "requested_by": "bob"}, 422, "RequesterNotAllowed"),
        ({}, 422, "Invalid"),
        ({"modules": {"blog": {"source": "elsewhere"}}}, 422, "Invalid"),
        ({"modules": {"blog": {"url": "x"}}}, 422, "Invalid"),
    ],
)
def test_what_cannot_be_asked_is_refused(shared: Api, body: dict[str, Any], status: int, reason: str) -> None:
    told, problem = shared.refused("alice", "POST", "/admin/builds", {"reason": "r", **body})
    assert (told, problem["reason"]) == (status, reason)


def test_sources_that_the_catalog_does_not_offer_are_refused_with_rows(shared: Api) -> None:
    wanted = {
        **INSTALLED,
        "blog": {"source": "git", "git": "https://elsewhere.invalid/blog", "rev": "0" * 40},
        "nonsense": {"source": "path"},
        "search": {"version": "9.9.9"},
    }
    status, problem = shared.refused("alice", "POST", "/admin/builds", {"modules": wanted, "reason": "r"})
    assert (status, problem["reason"]) == (409, "SourcesDisagree")
    rows = {row["what"]: (row["wanted"], row["found"]) for row in problem["rows"]}
    assert rows["blog.source"] == ("git", "path")
    assert rows["nonsense"] == ("in the catalog", "not there")
    assert rows["search.version"] == ("9.9.9", "0.1.0")


def test_a_build_that_nobody_runs_names_no_environment(shared: Api) -> None:
    body = {"target_release": "rel_none", "reason": "r"}
    assert shared.refused("carol", "POST", "/admin/builds/bld_99_1/rollback", body)[1]["reason"] == "NotRunning"


@pytest.mark.parametrize(("who", "status"), [("dave", 403), ("carol", 403), ("erin", 403)])
def test_a_build_is_asked_for_by_who_may_change_modules(shared: Api, who: str, status: int) -> None:
    assert shared.refused(who, "POST", "/admin/builds", {"manifest_ref": "main"})[0] == status
