"""The context names the API and the tokens; no token is ever shown, or sent where others could read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from controller.cli.client import Client
from controller.cli.context import read_context
from controller.core.errors import Terminal
from modwright.__main__ import run

if TYPE_CHECKING:
    from tests.cli.conftest import StandIn

SECRET = "secret-of-mine"


def written(folder: Path, content: Any) -> Path:
    file = folder / "c.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


@pytest.mark.parametrize(
    ("content", "user", "token"),
    [
        ({"api": "https://m", "token": SECRET}, None, SECRET),
        ({"api": "https://m", "tokens": {"alice": SECRET}}, None, SECRET),
        ({"api": "https://m", "token": "other", "tokens": {"alice": SECRET}}, "alice", SECRET),
    ],
)
def test_a_token_is_chosen(tmp_path: Path, content: Any, user: str | None, token: str) -> None:
    assert read_context(written(tmp_path, content)).token_of(user) == token


@pytest.mark.parametrize(("user", "said"), [(None, "has several tokens"), ("mallory", "no token for 'mallory'")])
def test_a_choice_that_cannot_be_made_names_the_people(tmp_path: Path, user: str | None, said: str) -> None:
    context = read_context(written(tmp_path, {"api": "https://m", "tokens": {"alice": SECRET, "bob": "b"}}))

    with pytest.raises(Terminal, match=said) as caught:
        context.token_of(user)
    assert "alice, bob" in caught.value.message
    assert SECRET not in caught.value.message + repr(context)


@pytest.mark.parametrize("content", [f"{{{SECRET}", f'["{SECRET}"]', {"token": SECRET}, {"api": 1}, "\xff"])
def test_a_file_that_is_no_context_is_refused_without_its_content(tmp_path: Path, content: Any) -> None:
    with pytest.raises(Terminal) as caught:
        read_context(written(tmp_path, content))
    assert SECRET not in caught.value.message


def test_without_a_context_the_hint_says_how_to_give_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MODWRIGHT_CONTEXT", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    assert run(["changes"]) == 2
    assert "hint: modwright login" in capsys.readouterr().err


@pytest.mark.parametrize("api", ["http://modwright.example", "http://127.0.0.1.evil.example", "ftp://m", "m"])
def test_a_token_is_not_sent_in_clear(api: str) -> None:
    with pytest.raises(Terminal, match="in clear"):
        Client(api, token=SECRET)


def test_a_redirect_is_not_followed(api: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    api.will_answer("GET /modules", {}, status=302)

    assert run(["modules", "--as", "alice"]) == 2
    assert len(api.asked) == 1
    assert "answered 302" in capsys.readouterr().err


def test_an_api_that_is_not_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODWRIGHT_CONTEXT", str(written(tmp_path, {"api": "http://127.0.0.1:1", "token": SECRET})))

    assert run(["modules"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: the API at http://127.0.0.1:1/api/v1 does not answer")
    assert SECRET not in said
