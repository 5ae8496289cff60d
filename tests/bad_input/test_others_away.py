"""Nobody answers at the other end: one error that names where, and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bad_input.command_line import demand_one_error, typed

COMMANDS = (("install", "blog", "--reason", "why"), ("status",), ("rollback", "production", "--reason", "why"))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
def test_an_api_that_is_away_is_one_error(tmp_path: Path, command: tuple[str, ...]) -> None:
    context = tmp_path / "context.json"
    context.write_text(
        json.dumps({"api": "http://127.0.0.1:9", "repository": "acme/platform", "token": "t0ken-of-ours"})
    )
    ended = typed(*command, folder=tmp_path, MODWRIGHT_CONTEXT=str(context))
    demand_one_error(ended, "http://127.0.0.1:9", "does not answer")
    assert "t0ken-of-ours" not in ended.words


def test_a_context_with_an_unknown_key_or_no_json_is_one_error(tmp_path: Path) -> None:
    context = tmp_path / "context.json"
    for text in ("{", "[]", '{"api": 7}'):
        context.write_text(text)
        demand_one_error(typed("status", folder=tmp_path, MODWRIGHT_CONTEXT=str(context)), "context.json")


def test_without_a_context_it_says_how_to_give_one(tmp_path: Path) -> None:
    demand_one_error(typed("install", "blog", "--reason", "why", folder=tmp_path), "MODWRIGHT_CONTEXT")
