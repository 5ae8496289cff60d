"""
Starting and ending programs so that none is left and no stranger is hurt.

A process is known by its id *and* its start time: ids are used again. Everything is started in a session of its own, and
its descendants are noted before it is asked to end, since some of them live in sessions of their own too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_GRACE_SECONDS = 20.0
_MARK = "MODWRIGHT_DEMO_PART"
"""In the environment of everything started here: the folder. So it is found also where nothing could be noted."""


@dataclass(frozen=True)
class Process:
    """A process of this machine. `started` is in clock ticks since the boot, see proc(5)."""

    name: str
    pid: int
    started: int

    @property
    def is_alive(self) -> bool:
        """Whether it is still there, and still the same one. A zombie has ended."""
        found = _look(self.pid)
        return found is not None and found.started == self.started and found.state not in "ZX"

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal, if it is still the same process."""
        if self.is_alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


@dataclass(frozen=True)
class _Seen:
    parent: int
    started: int
    state: str
    command: str


def start(name: str, command: Sequence[str], *, folder: Path, environment: Mapping[str, str] | None = None) -> Process:
    """
    Starts a program that outlives us: in its own session and in `folder`, with nothing to read. What it writes stands
    in `NAME.out` (of this start alone) and `NAME.log`.
    """
    with (folder / f"{name}.out").open("wb") as out, (folder / f"{name}.log").open("ab") as log:
        running = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=log,
            env={**os.environ, **(environment or {}), _MARK: str(folder)},
            cwd=folder,
            start_new_session=True,
        )
    found = _look(running.pid)
    # It is ours to collect, or it would stay as a zombie; but it may well outlive this object.
    running.returncode = 0
    return Process(name, running.pid, found.started if found is not None else 0)


def parts_of(folder: Path) -> list[Process]:
    """The processes that were started in a folder and still run."""
    mark = f"{_MARK}={folder}".encode()
    found = []
    for pid in _all_ids():
        seen = _look(pid)
        if seen is not None and mark in _environment_of(pid):
            found.append(Process(seen.command, pid, seen.started))
    return found


def end(processes: Iterable[Process]) -> list[Process]:
    """
    Ends them and everything that they started: asked first, then made to. Answers what is left, which is nothing.

    The grace is for the sandbox, which ends runs and environments in order.
    """
    wanted = list(processes)
    family = [*wanted, *_descendants(wanted)]
    for process in wanted:
        process.signal(signal.SIGTERM)
    _wait(family, seconds=_GRACE_SECONDS)
    for process in family:
        process.signal(signal.SIGKILL)
    _wait(family, seconds=5)
    return [process for process in family if process.is_alive]


def kill(process: Process) -> None:
    """SIGKILL, as a machine that fails does it; comes back when the process is gone."""
    process.signal(signal.SIGKILL)
    _wait([process], seconds=5)


def _wait(processes: list[Process], *, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and any(process.is_alive for process in processes):
        _collect(processes)
        time.sleep(0.01)


def _collect(processes: list[Process]) -> None:
    """Takes notice of the end of those that are our own children."""
    for process in processes:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process.pid, os.WNOHANG)


def _descendants(processes: Iterable[Process]) -> list[Process]:
    everyone = {pid: seen for pid in _all_ids() if (seen := _look(pid)) is not None}
    family = {process.pid for process in processes if process.is_alive}
    ours: list[Process] = []
    grown = True
    while grown:
        new = [pid for pid, seen in everyone.items() if seen.parent in family and pid not in family]
        ours += [Process(everyone[pid].command, pid, everyone[pid].started) for pid in new]
        family.update(new)
        grown = bool(new)
    return ours


def _all_ids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _environment_of(pid: int) -> list[bytes]:
    """What a process of ours was started with; nothing for those of other people, which we may not ask."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _look(pid: int) -> _Seen | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (OSError, UnicodeDecodeError):
        return None
    # The command stands in parentheses and may hold any character, so the fields are counted from its end.
    before, _, after = text.rpartition(")")
    fields = after.split()
    return _Seen(parent=int(fields[1]), started=int(fields[19]), state=fields[0], command=before.partition("(")[2])
