"""Signing in from the command line: nothing is kept before it works, and what is kept is the owner's alone."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modwright.__main__ import run
from tests.cli.terminal import typed

if TYPE_CHECKING:
    from tests.cli.conftest import StandIn

SECRET = "a-secret-of-mine"
KEPT = "modwright/context.json"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, api: StandIn) -> Path:
    """A home without a context; `api` names one by the variable, which would come first."""
    monkeypatch.delenv("MODWRIGHT_CONTEXT")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def piped(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_token_from_a_pipe_is_kept_for_its_owner_alone_and_used_from_then_on(
    api: StandIn, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    api.will_answer("GET /me", {"login": "alice", "role": "admin"})
    api.will_answer("GET /changes/1", {"number": 1, "title": "Install blog", "stage": "building", "steps": []})
    piped(monkeypatch, SECRET + "\n")

    assert run(["login", api.address + "/"]) == 0
    assert run(["changes", "1"]) == 0

    assert f"signed in at {api.address} as alice (admin)" in capsys.readouterr().out
    assert [asked.token for asked in api.asked] == [SECRET, SECRET]
    assert (home / KEPT).stat().st_mode & 0o777 == 0o600
    assert (home / "modwright").stat().st_mode & 0o777 == 0o700


def test_a_token_typed_at_the_prompt_is_not_shown(api: StandIn, home: Path) -> None:
    api.will_answer("GET /me", {"login": "alice", "role": "admin"})

    status, seen = typed("login", api.address, keys=SECRET + "\n", folder=home)

    assert (status, SECRET in seen) == (0, False)
    assert json.loads((home / KEPT).read_text()) == {"api": api.address, "token": SECRET}


@pytest.mark.parametrize(("text", "said"), [("wrong\n", "no token that is known"), ("\n", "no token was given")])
def test_what_does_not_work_is_not_kept(
    api: StandIn, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    problem = {"reason": "NotAuthenticated", "detail": "no token that is known", "message": "no token that is known"}
    api.will_answer("GET /me", {**problem, "error": problem}, status=401)
    piped(monkeypatch, text)

    assert run(["login", api.address]) == 2

    assert said in capsys.readouterr().err
    assert not (home / KEPT).exists()


def test_what_is_forgotten_is_gone_and_a_second_time_says_so(
    api: StandIn, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    api.will_answer("GET /me", {"login": "alice", "role": None})
    piped(monkeypatch, SECRET)
    run(["login", api.address])

    assert (run(["logout"]), run(["logout"])) == (0, 2)

    assert not (home / KEPT).exists()
    assert "modwright login ADDRESS" in capsys.readouterr().err
