"""Each verb asks the API for one thing, in the API's own words, and prints what it answers."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.routing import APIRoute

from controller.api import builds, changes, environments, holds, modules, overrides, releases, reverts, status
from controller.api.bodies import (
    ChangesBody,
    CommitBody,
    FreezeBody,
    HoldBody,
    OverrideBody,
    PromoteBody,
    RevertBody,
    RollbackBody,
    WithReason,
)
from modwright.__main__ import run

if TYPE_CHECKING:
    from tests.cli.conftest import StandIn

SHA = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
PROPOSAL = {"number": 7, "url": "http://forge/7", "branch": "modwright/install/blog-1", "title": "Install blog"}
OPENED = {"proposal": PROPOSAL, "state": "opened"}
MOVED = {"environment": "production", "from": "rel_2", "to": "rel_1", "hold": "hold_1"}
PAGE = {"items": [], "next": None}
WHY = ("--reason", "because", "--as", "alice")
INSTALL = {"kind": "install", "module": "blog", "version": None}
UNINSTALL = {"kind": "uninstall", "module": "blog"}

VERBS: list[tuple[tuple[str, ...], str, Any, type | None, Any]] = [
    (("install", "blog", *WHY), "POST /changes", OPENED, ChangesBody, {"changes": [INSTALL], "reason": "because"}),
    (("uninstall", "blog", *WHY), "POST /changes", OPENED, ChangesBody, {"changes": [UNINSTALL], "reason": "because"}),
    (
        ("upgrade", "blog@2.0", *WHY),
        "POST /changes",
        OPENED,
        ChangesBody,
        {"changes": [{"kind": "upgrade", "module": "blog", "version": "2.0"}], "reason": "because"},
    ),
    (("withdraw", "7", *WHY), "POST /changes/7:withdraw", OPENED, WithReason, {"reason": "because"}),
    (("revert", "7", *WHY), "POST /reverts", OPENED, RevertBody, {"change": 7, "reason": "because"}),
    (("revert", SHA, *WHY), "POST /reverts", OPENED, RevertBody, {"change": SHA, "reason": "because"}),
    (("revert", "1" * 40, *WHY), "POST /reverts", OPENED, RevertBody, {"change": "1" * 40, "reason": "because"}),
    (
        ("promote", "production", "rel_1", *WHY),
        "POST /environments/production:promote",
        {"state": "promoted", "release": "rel_1", "build": None},
        PromoteBody,
        {"release": "rel_1", "reason": "because"},
    ),
    (
        ("promote", "staging", "--adopt", SHA, *WHY),
        "POST /environments/staging:promote",
        {"state": "building", "release": None, "build": "bld_1_1"},
        PromoteBody,
        {"adopt": SHA, "reason": "because"},
    ),
    (
        ("rollback", "production", *WHY),
        "POST /rollbacks",
        MOVED,
        RollbackBody,
        {"environment": "production", "to": None, "reason": "because"},
    ),
    (("hold", SHA, *WHY), "POST /holds", {"id": "hold_1"}, HoldBody, {"commit": SHA, "reason": "because"}),
    (("hold", "rel_1", *WHY), "POST /holds", {"id": "hold_1"}, HoldBody, {"release": "rel_1", "reason": "because"}),
    (("hold", "--lift", "h1", *WHY), "POST /holds/h1:lift", {"lifted": "h1"}, WithReason, {"reason": "because"}),
    (
        ("freeze", "production", *WHY),
        "POST /freezes",
        {"id": "frz_1"},
        FreezeBody,
        {"environment": "production", "reason": "because"},
    ),
    (("freeze", "--all", *WHY), "POST /freezes", {"id": "f"}, FreezeBody, {"environment": None, "reason": "because"}),
    (
        ("freeze", "production", "--until", "2030-11-30 08:00 Europe/Moscow", *WHY),
        "POST /freezes",
        {"id": "f"},
        FreezeBody,
        {"environment": "production", "reason": "because", "until": "2030-11-30T05:00:00+00:00"},
    ),
    (
        ("freeze", "--stop", *WHY),
        "POST /freezes",
        {"id": "f"},
        FreezeBody,
        {"environment": None, "reason": "because", "stop": True},
    ),
    (("freeze", "--lift", "f1", *WHY), "POST /freezes/f1:lift", {"id": "f1"}, WithReason, {"reason": "because"}),
    (("admit", SHA, *WHY), "POST /admissions", {"commit": SHA}, CommitBody, {"commit": SHA, "reason": "because"}),
    (
        ("override", "no-blog", "--proposal", "7", *WHY),
        "POST /overrides",
        {"id": "ovr_1"},
        OverrideBody,
        {"policy": "no-blog", "proposal": 7, "reason": "because"},
    ),
    (("smoke", "staging", "--as", "alice"), "POST /environments/staging:smoke", {"results": []}, None, {}),
    (("modules", "--as", "alice"), "GET /modules", PAGE, None, None),
    (("builds", "--as", "alice"), "GET /builds", PAGE, None, None),
    (("builds", "bld_1_1", "--as", "alice"), "GET /builds/bld_1_1", {"build_id": "bld_1_1"}, None, None),
    (("logs", "bld_1_1", "--as", "alice"), "GET /builds/bld_1_1/log", "error[E0308]\n", None, None),
    (("releases", "--as", "alice"), "GET /releases", PAGE, None, None),
    (("releases", "rel_1", "--as", "alice"), "GET /releases/rel_1", {"id": "rel_1"}, None, None),
    (("status", "--as", "alice"), "GET /status", {"environments": []}, None, None),
    (("hold", "--as", "alice"), "GET /holds", PAGE, None, None),
    (("freeze", "--as", "alice"), "GET /freezes", PAGE, None, None),
    (
        ("plan", "--install", "blog", "--as", "alice"),
        "POST /changes:plan",
        {"delta": {"added": ["blog"]}, "files": []},
        ChangesBody,
        {"changes": [INSTALL]},
    ),
]
IDS = [" ".join(row[0]) for row in VERBS]


@pytest.mark.parametrize(("arguments", "request_line", "answer", "body", "sent"), VERBS, ids=IDS)
def test_a_verb_asks_for_one_thing(
    api: StandIn, arguments: tuple[str, ...], request_line: str, answer: Any, body: type | None, sent: Any
) -> None:
    api.will_answer(request_line, answer)

    assert run(arguments) == 0

    (asked,) = api.asked
    assert f"{asked.method} {asked.path.partition('?')[0]}" == request_line
    assert asked.token == "token-of-alice"
    assert asked.body == sent


@pytest.mark.parametrize(("arguments", "request_line", "answer", "body", "sent"), VERBS, ids=IDS)
def test_the_real_api_has_what_the_verb_asks_for(
    arguments: tuple[str, ...], request_line: str, answer: Any, body: Any, sent: Any
) -> None:
    method, _, path = request_line.partition(" ")
    routers = (builds, changes, environments, holds, modules, overrides, releases, reverts, status)
    routes = [route for module in routers for route in module.router.routes if isinstance(route, APIRoute)]

    assert any(method in route.methods and re.fullmatch(route.path_regex, f"/api/v1{path}") for route in routes)
    if body is not None:
        body.model_validate(sent)


def test_the_table_shows_what_is_installed(api: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"slug": "blog", "state": "installed", "version": None, "required": False, "depends_on": ["content"]}
    rows = [{**row, "description": "Posts\x1b[31m"}, {"slug": "forum", "state": "available"}]
    api.will_answer("GET /modules", {"items": rows, "next": None})

    assert run(["modules", "--installed", "--as", "alice"]) == 0

    out = capsys.readouterr().out.splitlines()
    assert len(out) == 2
    assert out[1].split("  ")[0] == "blog"
    assert out[1].endswith("content  Posts?[31m")


def test_an_install_can_be_repeated_by_its_key(api: StandIn) -> None:
    api.will_answer("POST /changes", OPENED)

    run(["install", "blog", *WHY])
    run(["install", "blog", *WHY])

    assert all(asked.key for asked in api.asked)
    assert len({asked.key for asked in api.asked}) == 2


def test_waiting_tells_every_step_once_and_ends_when_it_is_verified(
    api: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    built = {"name": "build", "state": "passed", "detail": "sha256:…"}
    api.will_answer("POST /changes", OPENED)
    api.will_answer(
        "GET /changes/7",
        {"number": 7, "stage": "building", "steps": [{"name": "build", "state": "running", "detail": ""}]},
        {"number": 7, "stage": "merging", "steps": [built]},
        {"number": 7, "stage": "verified", "steps": [built]},
    )

    assert run(["install", "blog", *WHY, "--wait", "--json"]) == 0

    said = capsys.readouterr()
    assert json.loads(said.out)["stage"] == "verified"
    lines = ["build: running", "stage: building", "build: passed (sha256:…)", "stage: merging", "stage: verified"]
    assert said.err.splitlines() == lines


def test_waiting_ends_as_denied_where_the_change_is_held(api: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    api.will_answer("POST /changes", OPENED)
    failed = {"name": "production", "state": "failed", "detail": "reviews is unhealthy"}
    api.will_answer("GET /changes/7", {"stage": "held", "steps": [failed]})

    assert run(["install", "blog", *WHY, "--wait"]) == 1
    assert "error: proposal 7 is held\nhint: modwright status; production (reviews is" in capsys.readouterr().err


def test_waiting_outlives_an_api_that_is_away_for_a_moment(api: StandIn) -> None:
    api.will_answer("POST /changes", OPENED)
    api.answers["GET /changes/7"] = [(503, {"error": {"message": "the forge is away"}}), (200, {"stage": "verified"})]

    assert run(["install", "blog", *WHY, "--wait"]) == 0


def test_waiting_has_an_end(api: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    api.will_answer("POST /changes", OPENED)
    api.will_answer("GET /changes/7", {"stage": "building"})

    assert run(["install", "blog", *WHY, "--wait", "--timeout", "0.05"]) == 2
    assert "error: proposal 7 is not verified yet, after 0.05 s" in capsys.readouterr().err


def test_a_rollback_waits_until_the_release_is_seen_serving(api: StandIn) -> None:
    def production(release: str, phase: str, state: str) -> dict[str, Any]:
        row = {"name": "production", "release": release, "phase": phase, "verification": {"state": state}}
        return {"environments": [row]}

    api.will_answer("POST /rollbacks", MOVED)
    api.will_answer(
        "GET /status",
        production("rel_2", "serving", "failed"),
        production("rel_1", "rolling", "pending"),
        production("rel_1", "serving", "pending"),
    )

    assert run(["rollback", "production", *WHY, "--wait"]) == 0
    assert [asked.path for asked in api.asked].count("/status") == 3


def test_a_check_that_does_not_pass_ends_smoke_with_exit_1(api: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    result = {"check": "modules", "outcome": "failed", "seen": "search is unhealthy"}
    api.will_answer("POST /environments/staging:smoke", {"results": [result]})

    assert run(["smoke", "staging", "--as", "alice"]) == 1
    assert "search is unhealthy" in capsys.readouterr().out


def test_a_plan_reads_as_modules_first(api: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    api.will_answer(
        "POST /changes:plan",
        {
            "delta": {"added": ["blog", "content"], "removed": [], "changed": []},
            "because": {"content": "blog needs it"},
            "files": [{"path": "modules.toml", "diff": "+blog = {}\n"}],
            "verdicts": [{"policy": "pinned-sources", "effect": "allow", "message": ""}],
            "warnings": ["slow"],
        },
    )

    assert run(["plan", "--install", "blog", "--as", "alice"]) == 0

    said = capsys.readouterr()
    assert said.out == "+ blog\n+ content: blog needs it\npolicy pinned-sources: allow\n+blog = {}\n"
    assert said.err == "warning: slow\n"


@pytest.mark.parametrize(
    ("status_code", "exit_status"), [(400, 2), (401, 2), (403, 1), (404, 2), (409, 1), (422, 2), (503, 2)]
)
def test_an_error_of_the_api_is_said_with_its_rows(
    api: StandIn, capsys: pytest.CaptureFixture[str], status_code: int, exit_status: int
) -> None:
    rows = [{"what": "forum", "wanted": "no comments", "found": "comments"}]
    error = {"reason": "Conflict", "detail": "forum cannot go in", "hint": "take comments out", "rows": rows}
    api.will_answer("POST /changes", error, status=status_code)

    assert run(["install", "forum", *WHY]) == exit_status

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: forum cannot go in\n  forum: wanted no comments, found comments\nhint: ")


@pytest.mark.parametrize("page", ["<html>welcome</html>", ""])
def test_a_page_that_is_no_json_is_not_taken_for_an_answer(
    api: StandIn, capsys: pytest.CaptureFixture[str], page: str
) -> None:
    api.will_answer("GET /releases", page)

    assert run(["releases", "--as", "alice"]) == 2
    assert "no JSON" in capsys.readouterr().err


def test_a_list_is_read_page_after_page(api: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = ({"slug": name, "state": "installed"} for name in ("blog", "forum"))
    api.will_answer("GET /modules", {"items": [first], "next": "the second"}, {"items": [second], "next": None})

    assert run(["modules", "--json", "--as", "alice"]) == 0

    assert json.loads(capsys.readouterr().out) == [first, second]
    assert [asked.path for asked in api.asked] == ["/modules?limit=200", "/modules?limit=200&cursor=the+second"]


def test_a_name_cannot_lead_to_another_path(api: StandIn) -> None:
    run(["smoke", "../admissions?x=", "--as", "alice"])

    assert api.asked[0].path == "/environments/..%2Fadmissions%3Fx%3D:smoke"
