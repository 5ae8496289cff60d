"""The folder that one demo lives in: where each thing in it stands, and which demo was the last one."""

from __future__ import annotations

import json
import os
import shutil
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo import processes
from demo.errors import DemoError

_MARK = "demo.json"
_LATEST = "latest"
_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Folder:
    """
    Paths of one demo. `root` holds secrets, so it is only its owner's. `kept` is one that somebody named with
    `--state`: it stays after the demo; others are removed.
    """

    root: Path

    @property
    def mark(self) -> Path:
        """What this demo is: addresses, people, started processes."""
        return self.root / _MARK

    @property
    def sandbox_state(self) -> Path:
        """Where the sandbox keeps what survives its restart."""
        return self.root / "sandbox"

    @property
    def controller_state(self) -> Path:
        """Where the controller keeps its mirror, which is a cache."""
        return self.root / "controller"

    def file(self, name: str) -> Path:
        """A file right in the folder."""
        return self.root / name

    def shared_dependency(self, environment: str) -> Path:
        """The file by which the story breaks what several modules of an environment share."""
        return self.sandbox_state / "processes" / "environments" / environment / "data" / "dependency"

    def read(self) -> dict[str, Any]:
        """What is known of this demo; `DemoError` where none was started here."""
        try:
            found: dict[str, Any] = json.loads(self.mark.read_text())
        except (OSError, ValueError) as error:
            raise DemoError(f"no demo was started in {self.root}: modwright demo up") from error
        return found

    def write(self, known: dict[str, Any]) -> None:
        """Replaces what is known in one step, so that nobody reads half of it."""
        self.write_private(_MARK, json.dumps(known, indent=2))

    def write_private(self, name: str, text: str) -> Path:
        """Writes a file that only its owner reads."""
        path, fresh = self.root / name, self.root / f".{name}.new"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        fresh.replace(path)
        return path

    def remove_if_temporary(self) -> None:
        """Takes a folder of ours away with all that is in it; one that somebody named stays."""
        if self.root.parent == _shelf():
            shutil.rmtree(self.root, ignore_errors=True)


def make(chosen: Path | None) -> Folder:
    """The folder that `--state` names, or a fresh one, which then is the latest."""
    _forget_old()
    if chosen is None:
        root = Path(tempfile.mkdtemp(prefix="demo-", dir=_shelf()))
    else:
        root = chosen.absolute()
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
    pointer = _shelf() / _LATEST
    fresh = _shelf() / f".{_LATEST}.{os.getpid()}"
    fresh.write_text(str(root))
    fresh.replace(pointer)
    return Folder(root)


def find(chosen: Path | None) -> Folder:
    """
    The folder that `--state` names, else the one whose context the shell has, else that of the demo that runs, else of
    the latest. `DemoError` where several run: nobody ends another's by mistake.
    """
    context = Path(os.environ.get("MODWRIGHT_CONTEXT", "")).absolute()
    if chosen is None and (context.parent / _MARK).is_file():
        return Folder(context.parent)
    if chosen is not None:
        return Folder(chosen.absolute())
    pointer = _shelf() / _LATEST
    if not pointer.is_file():
        raise DemoError("no demo was started yet: modwright demo up")
    latest = Path(pointer.read_text())
    running = [root for root in dict.fromkeys((latest, *_shelf().glob("demo-*"))) if processes.parts_of(root)]
    if len(running) > 1:
        raise DemoError(f"several demos run; choose by --state: {', '.join(map(str, running))}")
    return Folder(running[0] if running else latest)


def _forget_old() -> None:
    """Takes away fresh folders of yesterday: those of demos that failed or were killed, kept for their logs."""
    for root in _shelf().glob("demo-*"):
        if root.stat().st_mtime < time.time() - _KEPT_SECONDS and not processes.parts_of(root):
            shutil.rmtree(root, ignore_errors=True)


def _shelf() -> Path:
    """Where fresh folders are made. Refused where somebody else could have laid it out for us."""
    shelf = Path(tempfile.gettempdir()) / f"modwright-demo-{os.getuid()}"
    shelf.mkdir(mode=0o700, exist_ok=True)
    found = shelf.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise DemoError(f"{shelf} is not a folder of yours alone: remove it, or name another with --state")
    return shelf
