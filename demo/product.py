"""`modwright` as people type it: a program of its own, whose line stands in the timeline."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.errors import DemoError, NotSoError
from demo.running import modwright
from demo.timeline import Timeline

_LIMIT_SECONDS = 90
_DONE, _DENIED = 0, 1


@dataclass(frozen=True)
class Product:
    """The command with a demo's context."""

    context: str
    timeline: Timeline = field(default_factory=lambda: Timeline(is_silent=True))

    def type(self, who: str, *words: str) -> str:
        """Types a command and shows it; its output. `NotSoError` where it does not end well."""
        self.timeline.typed(who, shlex.join(["modwright", *words]))
        done = self._run(who, *words)
        if done.returncode != _DONE:
            raise NotSoError(shlex.join(["modwright", *words]), expected="exit 0", seen=_ending(done))
        return done.stdout

    def refused(self, who: str, *words: str) -> str:
        """Types a command that must be denied; what it says on stderr, on one line."""
        self.timeline.typed(who, shlex.join(["modwright", *words]))
        done = self._run(who, *words)
        if done.returncode != _DENIED:
            raise NotSoError(shlex.join(["modwright", *words]), expected="exit 1 (denied)", seen=_ending(done))
        return " / ".join(line.strip() for line in done.stderr.strip().removeprefix("error: ").splitlines())

    def ask(self, who: str, *words: str) -> Any:
        """Reads something as JSON, unseen: the story looks often."""
        done = self._run(who, *words, "--json")
        if done.returncode != _DONE:
            raise DemoError(f"modwright {words[0]}: {_ending(done)}")
        return json.loads(done.stdout)

    def _run(self, who: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [modwright(), *words, "--as", who],
            env={**os.environ, "MODWRIGHT_CONTEXT": self.context},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )


def in_clone(clone: Path, *words: str) -> str:
    """A command that reads a clone alone: there is no context, so nothing can be asked of a server."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MODWRIGHT_")}
    done = subprocess.run(
        [modwright(), *words], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != _DONE:
        raise NotSoError(shlex.join(["modwright", *words]), expected="exit 0", seen=_ending(done))
    return done.stdout


def _ending(done: subprocess.CompletedProcess[str]) -> str:
    return f"exit {done.returncode}: {(done.stderr or done.stdout).strip()[-1500:]}"
