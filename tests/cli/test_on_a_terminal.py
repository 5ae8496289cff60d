"""How the commands look on a terminal: one screen, a pager, colours, a line that lives; and plain text elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from modwright.__main__ import run
from tests.cli.terminal import typed

if TYPE_CHECKING:
    from tests.cli.conftest import StandIn


def environment(name: str, **given: Any) -> dict[str, Any]:
    row = {
        "name": name,
        "release": "rel_20260101_aaaaaaaaaaaa",
        "phase": "serving",
        "verification": {"state": "passed"},
    }
    return {**row, **given}


def busy() -> dict[str, Any]:
    """More than fits a screen of 24 lines."""
    return {
        "environments": [environment("staging"), environment("production", verification={"state": "failed"})],
        "holds": [{"id": f"hold-{n}", "state": "confirmed", "reason": "unwell"} for n in range(30)],
        "freezes": [],
        "proposals": [{"number": n, "stage": "building", "title": f"Install m{n}"} for n in range(40)],
        "conditions": [{"reason": "Held", "message": f"release {n} waits"} for n in range(20)],
    }


@pytest.fixture
def context(api: StandIn, tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "one.json"
    file.write_text(json.dumps({"api": api.address, "token": "token-of-alice"}))
    return {"MODWRIGHT_CONTEXT": str(file)}


def test_a_status_fits_one_screen_and_says_what_it_left_out(
    api: StandIn, context: dict[str, str], tmp_path: Path
) -> None:
    api.will_answer("GET /status", busy())

    status, seen = typed("status", folder=tmp_path, **context)

    lines = seen.splitlines()
    assert (status, len(lines) <= 24) == (0, True), seen
    assert any("production" in line for line in lines)
    assert [line for line in lines if line.startswith("… and")]


def test_a_status_in_a_pipe_is_whole_and_plain(
    api: StandIn, context: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    api.will_answer("GET /status", busy())
    monkeypatch.setenv("MODWRIGHT_CONTEXT", context["MODWRIGHT_CONTEXT"])

    assert run(["status"]) == 0

    said = capsys.readouterr().out
    assert said.count("hold-") == 30
    assert "\x1b" not in said


@pytest.mark.parametrize(("no_colour", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_states_have_colours_unless_nobody_wants_them(
    api: StandIn, context: dict[str, str], tmp_path: Path, no_colour: dict[str, str], coloured: bool
) -> None:
    api.will_answer("GET /status", busy())

    _, seen = typed("status", folder=tmp_path, **context, **no_colour)

    assert ("\x1b[31mfailed" in seen) is coloured


def test_a_list_longer_than_the_screen_goes_through_the_pager(
    api: StandIn, context: dict[str, str], tmp_path: Path
) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho PAGED\nexec cat\n")
    pager.chmod(0o700)
    rows = [{"slug": f"m{n}", "state": "available"} for n in range(60)]
    api.will_answer("GET /modules", {"items": rows, "next": None})

    _, long = typed("modules", folder=tmp_path, rows=24, **{**context, "PAGER": str(pager)})
    _, short = typed("modules", folder=tmp_path, rows=200, **{**context, "PAGER": str(pager)})

    assert ("PAGED" in long, "PAGED" in short) == (True, False)
    assert long.count("available") == 60


def test_waiting_shows_a_line_that_lives_and_leaves_only_what_happened(
    api: StandIn, context: dict[str, str], tmp_path: Path
) -> None:
    building = {
        "number": 7,
        "title": "Install blog",
        "stage": "building",
        "steps": [],
        "waits_for": {"says": "the image"},
    }
    passed = [{"name": "build", "state": "passed", "detail": "bld_1_1"}]
    verified = {**building, "stage": "verified", "steps": passed, "waits_for": {"says": "runs"}}
    api.will_answer("GET /changes/7", building, building, verified)

    status, seen = typed("changes", "7", "--wait", folder=tmp_path, **context)

    assert status == 0
    assert "the image (0:0" in seen
    assert "stage: verified" in seen
    assert seen.endswith("\x1b[2K"), "the line that lives is taken away at the end"
    assert seen.count("build: passed (bld_1_1)") == 1


def test_a_change_alone_is_shown_with_its_steps(
    api: StandIn, context: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = [{"name": "approval", "state": "waiting", "detail": "waits for bob", "at": None}]
    change = {"number": 7, "title": "Install\x1b[2J blog", "stage": "waiting-for-approval", "steps": steps, "url": "u"}
    api.will_answer("GET /changes/7", change)
    monkeypatch.setenv("MODWRIGHT_CONTEXT", context["MODWRIGHT_CONTEXT"])

    assert run(["changes", "7"]) == 0

    said = capsys.readouterr().out
    assert said.startswith("#7 Install?[2J blog: waiting-for-approval\nu\n")
    assert "waits for bob" in said


def test_all_changes_are_listed_over_the_pages_of_the_api(
    api: StandIn, context: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    waits = {"what": "build", "says": "waits for the build"}
    first = {
        "items": [{"number": 2, "stage": "building", "title": "Install forum", "waits_for": waits}],
        "next": "there",
    }
    api.will_answer("GET /changes", first, {"items": [{"number": 1, "stage": "verified", "title": "b"}], "next": None})
    monkeypatch.setenv("MODWRIGHT_CONTEXT", context["MODWRIGHT_CONTEXT"])

    assert run(["changes"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["number", "2", "1"]
    assert lines[1].endswith("waits for the build")


def test_a_table_shortens_what_nobody_reads_whole_and_json_does_not(
    api: StandIn, context: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    digest, commit = "sha256:" + "ab" * 32, "cd" * 20
    row = {"build_id": "bld_1_1", "digest": digest, "commit": commit, "started_at": "2026-11-26T12:31:05.123456+00:00"}
    api.will_answer("GET /builds", {"items": [row], "next": None})
    monkeypatch.setenv("MODWRIGHT_CONTEXT", context["MODWRIGHT_CONTEXT"])

    assert (run(["builds"]), run(["builds", "--json"])) == (0, 0)

    said = capsys.readouterr().out
    assert f"{commit[:12]}  {digest[:19]}" in said.splitlines()[1]
    assert "2026-11-26 12:31:05" in said.splitlines()[1]
    assert digest in said
    assert commit in said


def test_a_status_says_what_proposals_wait_for_and_that_everything_is_stopped(
    api: StandIn, context: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    held = {"reason": "Held", "about": "production", "message": "it waits"}
    status = {
        "environments": [environment("staging"), environment("production", conditions=[held, held])],
        "holds": [],
        "freezes": [{"id": "f1", "environment": None, "stop": True, "reason": "an incident"}],
        "proposals": [{"number": 3, "stage": "building", "title": "Install b", "waits_for": {"says": "the image"}}],
        "conditions": [],
    }
    api.will_answer("GET /status", status)
    monkeypatch.setenv("MODWRIGHT_CONTEXT", context["MODWRIGHT_CONTEXT"])

    assert run(["status"]) == 0

    said = capsys.readouterr().out
    assert "everything is stopped" in said
    assert "the image" in said
    assert said.count("Held (production): it waits") == 1
