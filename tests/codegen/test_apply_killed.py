"""`apply` as a program of its own that is killed, or whose disk is full: the platform is as before or as after."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from codegen.change import Install
from codegen.command.cli import codegen
from codegen.command.tree import Folder
from codegen.command.writing import STAGED
from codegen.names import ModuleName
from codegen.planning.plan import make_plan
from tests.codegen.hosts.trees import put, tree

pytestmark = pytest.mark.slow

APPLY = [sys.executable, "-m", "codegen", "apply", "--install", "wishlist"]
CHECK = [sys.executable, "-m", "codegen", "check", "--json"]
ROUNDS = 8


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tree("distribution"), tmp_path)
    return tmp_path


def after() -> dict[str, bytes]:
    before = tree("distribution")
    plan = make_plan(before, [Install(ModuleName("wishlist"))])
    return before | {file.path: file.text.encode() for file in plan.files if file.text is not None}


def test_an_apply_that_is_killed_is_made_whole_by_the_next_check(root: Path) -> None:
    seed = secrets.token_hex(4)
    chance, whole, before = Random(seed), after(), tree("distribution")  # noqa: S311 - a moment, no secret
    began = time.monotonic()
    subprocess.run([*APPLY, "--root", str(root)], check=True, capture_output=True)
    lasts = time.monotonic() - began
    assert dict(Folder(root)) == whole
    for _ in range(ROUNDS):
        put(before, root)
        child = subprocess.Popen([*APPLY, "--root", str(root)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Most of the time it reads and computes; what is looked for is near the end.
        time.sleep(lasts * chance.uniform(0.6, 1.05))
        child.send_signal(signal.SIGKILL)
        child.wait()
        checked = subprocess.run([*CHECK, "--root", str(root)], capture_output=True, text=True, check=False)
        assert checked.returncode == 1, (seed, checked)
        assert json.loads(checked.stdout)["findings"] == []
        assert dict(Folder(root)) in (before, whole), seed
        assert not (root / STAGED).exists()


_FULL = """
import resource, sys
from codegen.command.cli import codegen
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
codegen(sys.argv[1:])
"""


def test_where_a_file_cannot_be_written_it_is_one_sentence_and_exit_2(root: Path) -> None:
    before = dict(Folder(root))
    command = [sys.executable, "-c", _FULL, *APPLY[3:], "--json", "--root", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "File too large" in json.loads(done.stdout)["error"]
    assert done.stderr.startswith("error: [Errno 27] File too large")
    assert done.stderr.endswith("; nothing was written\n")
    assert done.stderr.count("\n") == 1
    assert dict(Folder(root)) == before
    assert not (root / STAGED).exists()


def test_a_file_that_only_its_owner_may_run_stays_so(root: Path) -> None:
    (root / "modules.toml").chmod(0o740)
    subprocess.run([*APPLY, "--root", str(root)], check=True, capture_output=True)
    assert (root / "modules.toml").stat().st_mode & 0o777 == 0o740
    assert os.access(root / "modules.toml", os.X_OK)


def test_the_program_is_the_group_of_commands() -> None:
    assert sorted(codegen.commands) == ["apply", "check", "lint", "plan"]
    done = subprocess.run([sys.executable, "-m", "codegen", "--help"], capture_output=True, text=True, check=True)
    assert all(name in done.stdout for name in codegen.commands)
