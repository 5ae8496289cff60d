"""The whole sandbox, killed without a chance to tidy up."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from .conftest import write_files

pytestmark = pytest.mark.slow

WORKFLOW = """
on: workflow_dispatch
jobs:
  build:
    runs-on: ubuntu-24.04
    steps: [{run: "echo begun; sleep 61.5"}]
"""


@contextmanager
def serving(configuration: Path, state: Path) -> Iterator[tuple[psutil.Popen, dict[str, Any]]]:
    """`python -m sandbox serve`, killed at the end if it is still there."""
    command = [sys.executable, "-m", "sandbox", "serve", "--config", str(configuration), "--state", str(state)]
    process = psutil.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def test_a_killed_sandbox_leaves_no_process_and_its_run_is_cancelled_later(tmp_path: Path) -> None:
    seed = write_files(tmp_path / "seed", {".github/workflows/main.yml": WORKFLOW})
    configuration = {
        "users": [{"login": "alice", "id": 1, "token": "alice-token", "permission": {"acme/platform": "admin"}}],
        "repositories": [{"name": "acme/platform", "seed": str(seed)}],
        "runner": {"labels": {"ubuntu-24.04": "-self-hosted"}},
    }
    (tmp_path / "sandbox.json").write_text(json.dumps(configuration))
    headers = {"Authorization": "token alice-token"}
    runs = "repos/acme/platform/actions/runs"

    with serving(tmp_path / "sandbox.json", tmp_path / "state") as (process, addresses):
        path = f"{addresses['api']}/repos/acme/platform/actions/workflows/main.yml/dispatches"
        httpx.post(path, json={"ref": "main"}, headers=headers).raise_for_status()
        while not (children := _sleepers(process)):
            time.sleep(0.02)
        everything = process.children(recursive=True)
        process.send_signal(signal.SIGKILL)
        process.wait()
        _gone, alive = psutil.wait_procs(everything, timeout=30)
        assert children
        assert not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]

    with serving(tmp_path / "sandbox.json", tmp_path / "state") as (_, addresses):
        (run,) = httpx.get(f"{addresses['api']}/{runs}", headers=headers).json()["workflow_runs"]
        assert (run["status"], run["conclusion"]) == ("completed", "cancelled")
        assert not (tmp_path / "state" / "actions" / "runs").exists()


def _sleepers(process: psutil.Popen) -> list[psutil.Process]:
    try:
        return [child for child in process.children(recursive=True) if "61.5" in child.cmdline()]
    except psutil.NoSuchProcess:
        return []
