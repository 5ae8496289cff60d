"""A place for demos of its own, and a look at what runs there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

MODWRIGHT = str(Path(sys.executable).parent / "modwright")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where fresh demos are made during a test. Nothing may run there when it ends."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.delenv("MODWRIGHT_CONTEXT", raising=False)
    yield tmp_path
    assert eventually(lambda: not running_in(tmp_path)), running_in(tmp_path)


def running_in(folder: Path) -> list[str]:
    """The command lines of the processes that have to do with a folder, ours excepted."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            place = str((entry / "cwd").readlink())
        except OSError:
            continue
        if str(folder) in command or place.startswith(str(folder)):
            found.append(command)
    return found


def eventually(look: Callable[[], object], *, seconds: float = 20) -> bool:
    """Whether it becomes so in time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if look():
            return True
        time.sleep(0.05)
    return False


def demo(*words: str, expected: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    """`modwright demo …`, as it is typed."""
    done = subprocess.run(
        [MODWRIGHT, "demo", *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == expected, (words, done.returncode, done.stdout[-3000:], done.stderr[-3000:])
    return done
