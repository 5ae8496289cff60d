"""The guide's example, run as it is typed: its scripts, its settings, its calls, and what it says of their answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from controller.access.statements import Identity
from controller.adapters.statement_keys import KeyFile
from controller.core.model import ProposalNumber
from controller.settings import IdentitySettings
from tests.api.served import DOORS, Api, served
from tests.docs.pages import page
from tests.docs.reasons import known_reasons
from tests.docs.worked_example import GAP, Fence, fences, write_tree
from tests.world.world import World

GUIDE = "connect-your-own-admin-ui.md"


def told(fence: Fence) -> dict[str, object]:
    """A block of JSON; the gap in a list is left out."""
    found: dict[str, object] = json.loads(fence.body.replace(f", {GAP}", ""))
    return found


@contextmanager
def platform(folder: Path, identity: IdentitySettings) -> Iterator[Api]:
    """The controller with the guide's settings. The statements are made at the real time, so that is its clock's."""
    world = World(folder / "world")
    world.clock.now = datetime.now(UTC)
    world.begin()
    keys = KeyFile(folder / str(identity.jwks_file))
    doors = replace(DOORS, identity=Identity(identity.issuer, identity.audience, keys))
    with served(world, folder / "world", doors=doors) as api:
        world.clock.now = datetime.now(UTC)
        yield api


def run(folder: Path, script: str, **environment: str) -> str:
    ended = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_example_does_what_the_guide_says(tmp_path: Path) -> None:
    blocks = fences(GUIDE)
    (tmp_path / "world").mkdir()
    write_tree(tmp_path, blocks)
    shell = [block.body for block in blocks if block.language == "sh"]
    run(tmp_path, f"{shell[0]}\npython make_key.py")
    settings = YAML(typ="safe", pure=True).load((tmp_path / "identity.yaml").read_text())
    with platform(tmp_path, IdentitySettings.model_validate(settings["identity"])) as api:
        with api.tokens.open("a") as lines:
            lines.write((tmp_path / "ui.line").read_text())
        answers = [
            json.loads(line) for line in run(tmp_path, "\n".join(_spaced(shell[1:])), MODWRIGHT=api.url).splitlines()
        ]
        for answer, said in zip(answers, [told(block) for block in blocks if block.language == "json"], strict=False):
            assert {**answer, "may": answer["may"][:1]} == said
        planned, opened = answers[2:]
        assert "blog" in planned["delta"]["added"]
        assert opened["state"] == "opened"
        commit = api.world.forge.by_number[ProposalNumber(opened["proposal"]["number"])].head
        message = api.world.origin.message(commit)
        trailers = next(block.body for block in blocks if block.language == "text")
        assert set(trailers.splitlines()) <= set(message.splitlines())


def _spaced(scripts: list[str]) -> list[str]:
    """Each answer on a line of its own."""
    return [script.replace('"$@"; }', '"$@"; echo; }') for script in scripts]


@pytest.mark.parametrize("reason", ["StatementInvalid", "ScopeMissing", "StatementsOff", "RoleMissing"])
def test_what_the_guide_says_is_refused_is_a_reason_that_there_is(reason: str) -> None:
    assert f"`{reason}`" in page(f"guides/{GUIDE}")
    assert reason in known_reasons()
