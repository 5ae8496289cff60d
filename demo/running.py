"""Starting the sandbox and the controller of one demo, asking whether they answer, and ending them."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import requests

from demo.errors import DemoError
from demo.folder import Folder
from demo.processes import Process, end, kill, parts_of, start

T = TypeVar("T")

_READY_SECONDS = 30.0


def start_sandbox(folder: Folder) -> dict[str, Any]:
    """Starts it and waits until it answers; its addresses."""
    command = [sys.executable, "-m", "sandbox", "serve"]
    command += ["--config", str(folder.file("sandbox.json")), "--state", str(folder.sandbox_state)]
    process = start("sandbox", command, folder=folder.root)
    record(folder, process)
    line = until(lambda: _line(folder.file("sandbox.out")), process=process, folder=folder)
    addresses: dict[str, Any] = json.loads(line)
    return addresses


def start_controller(folder: Folder, api: str) -> Process:
    """Starts it and waits until its API answers."""
    command = [str(modwright()), "serve", "--settings", str(folder.file("controller.json"))]
    process = start("controller", command, folder=folder.root)
    record(folder, process)
    until(lambda: _answers(f"{api}/healthz"), process=process, folder=folder)
    return process


def fail_controller(folder: Folder, api: str) -> None:
    """The controller's machine fails, SIGKILL, and comes back: all that it knows is in git and on the forge."""
    for process in recorded(folder):
        if process.name == "controller":
            kill(process)
    start_controller(folder, api)


def modwright() -> Path:
    """The command that people type, as it is installed beside this Python."""
    return Path(sys.executable).parent / "modwright"


def record(folder: Folder, process: Process) -> None:
    """Notes a started process, so that it alone is ended later; another of its name was before it and has ended."""
    known = json.loads(folder.mark.read_text()) if folder.mark.is_file() else {}
    others = [entry for entry in known.get("processes", []) if entry["name"] != process.name]
    folder.write({**known, "processes": [*others, asdict(process)]})


def recorded(folder: Folder) -> list[Process]:
    """The processes of this demo: the controller first, since it writes and the sandbox is what it writes to."""
    entries = [Process(**entry) for entry in folder.read().get("processes", [])]
    return sorted(entries, key=lambda process: process.name)


def stop(folder: Folder) -> None:
    """Ends all of them, also one that was started and not noted any more. `DemoError` names what would not go."""
    noted = recorded(folder) if folder.mark.is_file() else []
    left = [process for one in noted for process in end([one])]
    left += end(parts_of(folder.root))
    if left:
        names = ", ".join(f"{process.name} ({process.pid})" for process in left)
        raise DemoError(f"still there after SIGKILL: {names}")


def free_port(*, first: int = 0) -> int:
    """
    A port of loopback that nobody has, `first` where that is one. The controller's address has to be known before it
    starts.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", first))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def until(look: Callable[[], T | None], *, process: Process, folder: Folder) -> T:
    """What `look` finds as soon as it finds something; `DemoError` with the process's last words where it ends first."""
    ends = time.monotonic() + _READY_SECONDS
    while time.monotonic() < ends:
        found = look()
        if found:
            return found
        if not process.is_alive:
            raise DemoError(f"{process.name} ended before it was ready:\n{_last_words(folder, process)}")
        time.sleep(0.02)
    raise DemoError(f"{process.name} is not ready after {_READY_SECONDS:g} s:\n{_last_words(folder, process)}")


def _line(file: Path) -> str | None:
    text = file.read_text() if file.is_file() else ""
    return text if text.endswith("\n") else None


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False


def _last_words(folder: Folder, process: Process) -> str:
    lines = folder.file(f"{process.name}.log").read_text(errors="replace").splitlines()
    return os.linesep.join(lines[-12:])
