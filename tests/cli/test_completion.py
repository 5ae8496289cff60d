"""What a shell completes: commands from the table, names from the API, and nothing where it is away."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modwright.__main__ import run

if TYPE_CHECKING:
    from tests.cli.conftest import StandIn


def completed(*words: str) -> list[str]:
    """What bash would be offered after these words, the last of which is not whole."""
    environment = {
        **os.environ,
        "COMP_WORDS": " ".join(["modwright", *words]),
        "COMP_CWORD": str(len(words)),
        "_MODWRIGHT_COMPLETE": "bash_complete",
    }
    command = [sys.executable, "-c", "from modwright.__main__ import run; run([])"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_commands_complete_without_an_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MODWRIGHT_CONTEXT", raising=False)
    assert completed("roll") == ["rollback"]


@pytest.fixture
def alone(api: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """The API, with a context of one person."""
    context = tmp_path / "alone.json"
    context.write_text(json.dumps({"api": api.address, "token": "token-of-alice"}))
    monkeypatch.setenv("MODWRIGHT_CONTEXT", str(context))
    return api


def test_modules_and_environments_complete_from_the_api(alone: StandIn) -> None:
    rows = [{"slug": "blog", "description": "Articles"}, {"slug": "board"}, {"slug": "forum"}]
    alone.will_answer("GET /modules", {"items": rows, "next": None})
    alone.will_answer("GET /environments", {"items": [{"name": "production"}, {"name": "staging"}], "next": None})

    assert completed("install", "bo") == ["board"]
    assert completed("install", "forum", "b") == ["blog", "board"]
    assert completed("rollback", "pro") == ["production"]


def test_an_api_that_is_away_completes_to_nothing(alone: StandIn) -> None:
    alone.will_answer("GET /modules", {}, status=503)
    assert completed("install", "b") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_one_that_it_can_read(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "_MODWRIGHT_COMPLETE" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True, timeout=30)
