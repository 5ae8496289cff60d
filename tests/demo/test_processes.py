"""None is left, and no stranger is hurt."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import processes
from demo.processes import Process

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
_STUBBORN = """\
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
print("ready", flush=True)
time.sleep(60)
"""
STUBBORN = [sys.executable, "-c", _STUBBORN]


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Process]:
    process = processes.start("sleeper", SLEEP, folder=tmp_path)
    yield process
    assert processes.end([process]) == []


def test_what_is_started_is_known_by_id_and_start(started: Process) -> None:
    assert started.is_alive
    assert started.started > 0


def test_an_ended_process_is_gone(started: Process) -> None:
    assert processes.end([started]) == []
    assert not started.is_alive


def test_a_process_that_took_over_the_id_is_left_alone(started: Process) -> None:
    stranger = Process("stranger", started.pid, started.started - 1)
    assert processes.end([stranger]) == []
    assert started.is_alive


def test_descendants_in_sessions_of_their_own_are_ended_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_GRACE_SECONDS", 0.3)
    process = processes.start("stubborn", STUBBORN, folder=tmp_path)
    while "ready" not in (tmp_path / "stubborn.out").read_text():
        pass
    family = [process, *processes._descendants([process])]
    assert len(family) == 2
    assert processes.end([process]) == []
    assert not any(member.is_alive for member in family)


def test_a_process_that_nobody_noted_is_found_by_its_folder(started: Process, tmp_path: Path) -> None:
    assert [found.pid for found in processes.parts_of(tmp_path)] == [started.pid]
    assert processes.parts_of(tmp_path / "other") == []


def test_killing_waits_for_the_end(started: Process) -> None:
    processes.kill(started)
    assert not started.is_alive


def test_a_zombie_has_ended() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    seen = processes._look(child.pid)
    assert seen is not None
    process = Process("child", child.pid, seen.started)
    while process.is_alive:
        pass
    assert child.wait() == 0
