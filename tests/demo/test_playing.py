"""`modwright demo up`, the people in it, `info` and `down`; and what ends badly in one sentence."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.people import person_of
from demo.scene import PRODUCTION, STAGING
from tests.demo.conftest import MODWRIGHT, demo, eventually, running_in

IDENTITY = {"issuer": "https://a.example", "audience": "https://m.example", "jwks_file": "jwks.json"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def playing(home: Path) -> Iterator[dict[str, Any]]:
    state = str(home / "state")
    yield json.loads(demo("up", "--state", state, "--json").stdout)
    demo("down", "--state", state)
    assert not running_in(home)


def typed(known: dict[str, Any], *words: str) -> str:
    """A command of the product with the demo's context."""
    environment = {**os.environ, "MODWRIGHT_CONTEXT": known["MODWRIGHT_CONTEXT"]}
    return subprocess.run([MODWRIGHT, *words], env=environment, capture_output=True, text=True, check=True).stdout


def test_people_play_on_what_up_has_started(playing: dict[str, Any], home: Path) -> None:
    assert json.loads(demo("info", "--json").stdout)["forge"] == playing["forge"]
    said = demo("info").stdout.splitlines()
    assert said[0] == f"console      {playing['console']}"
    assert "Sign in with GitHub" in said[1]
    arrived = requests.get(playing["console"], timeout=5)
    assert "Sign in with GitHub" in arrived.text
    front = playing["environments"][PRODUCTION]
    assert requests.get(f"{front}/health/ready", timeout=5).status_code == 200

    typed(playing, "install", "gallery", "--reason", "pictures sell")
    assert demo("approve", "1", "--as", "bob").stdout.startswith("review ")
    dave = person_of(playing, "dave")
    assert eventually(lambda: dave.get("/pulls/1")["merged"], seconds=60)
    assert eventually(lambda: "gallery" in requests.get(f"{front}/health/modules", timeout=5).text)

    assert "#issuecomment" in demo("comment", "1", "well done", "--as", "carol").stdout
    assert demo("revert", "1", "--as", "carol").stdout.strip().endswith("/pull/2")
    refused = demo("merge", "2", "--as", "carol", expected=2)
    assert "the forge answered 405" in refused.stderr
    commit = demo("push", "--manifest", "schema = 2\n", "--as", "alice").stdout.strip()
    assert dave.head("main") == commit
    assert "nobody is called erin" in demo("approve", "1", "--as", "erin", expected=2).stderr


def _add(settings: Path, tokens: Path) -> None:
    """What somebody tries out: a setting of their own, and a token."""
    document = {**json.loads(settings.read_text()), "identity": IDENTITY}
    settings.write_text(json.dumps(document))
    (settings.parent / "jwks.json").write_text('{"keys": []}')
    tokens.write_text(f"{hashlib.sha256(b'mine').hexdigest()} own-ui admin\n{tokens.read_text()}")


def test_a_state_folder_goes_on_where_it_stopped(home: Path) -> None:
    state = str(home / "state")
    first = json.loads(demo("up", "--state", state, "--json").stdout)
    assert demo("down").stdout == f"ended {state}; no process is left\n"
    _add(home / "state" / "controller.json", home / "state" / "api_tokens")
    again = json.loads(demo("up", "--state", state, "--json").stdout)
    assert (again["users"], again["console"]) == (first["users"], first["console"])
    asked = requests.get(f"{again['controller']}/api/v1/me", headers={"Authorization": "Bearer mine"}, timeout=5)
    assert asked.json()["login"] == "own-ui"
    assert json.loads((home / "state" / "controller.json").read_text())["identity"] == IDENTITY
    status = json.loads(typed(again, "status", "--json"))
    assert [e["name"] for e in status["environments"] if e["phase"] == "serving"] == [STAGING, PRODUCTION]
    demo("down", "--state", state)


def test_interrupted_on_the_way_up_it_leaves_nothing(home: Path) -> None:
    starting = subprocess.Popen([MODWRIGHT, "demo", "up"], stderr=subprocess.PIPE, text=True)
    assert starting.stderr is not None
    for line in starting.stderr:
        if "adopting" in line:
            break
    assert len(running_in(home)) >= 2
    starting.send_signal(signal.SIGINT)
    assert starting.wait(timeout=60) == 130
    starting.stderr.close()
    assert not running_in(home)


def test_what_is_down_is_said_to_be(home: Path) -> None:
    assert "no demo was started yet" in demo("info", expected=2).stderr
    assert "no demo was started" in demo("approve", "1", "--as", "bob", "--state", str(home / "x"), expected=2).stderr


@pytest.mark.parametrize(("program", "package"), [("git", "git"), ("cargo", "cargo")])
def test_a_missing_tool_is_one_line_that_names_the_package(home: Path, program: str, package: str) -> None:
    tools = home / "bin"
    tools.mkdir()
    for name in {"git", "cargo", "rustc"} - {program}:
        (tools / name).symlink_to(shutil.which(name) or sys.executable)
    said = demo("run", expected=2, PATH=str(tools)).stderr
    assert said == f"error: {program} is missing: apt install {package}\n"


def test_pictures_without_a_browser_are_one_line_that_names_the_package(home: Path) -> None:
    tools = home / "bin"
    tools.mkdir()
    for name in ("git", "cargo", "rustc"):
        (tools / name).symlink_to(shutil.which(name) or sys.executable)
    said = demo("pictures", "--into", str(home / "pictures"), expected=2, PATH=str(tools)).stderr
    assert said == "error: Chromium is missing: apt install chromium\n"
    assert not (home / "pictures").exists()
