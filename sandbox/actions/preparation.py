"""The folder of a run: everything that act reads, and nothing that another run has touched."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class RunFolder:
    """Where a run's files are."""

    root: Path

    @property
    def clone(self) -> Path:
        """The repository at the run's commit; act reads the workflow and the commit's id from it."""
        return self.root / "repository"

    @property
    def home(self) -> Path:
        """HOME of act and of the steps."""
        return self.root / "home"

    @property
    def artifacts(self) -> Path:
        """What the artifact stand-ins keep."""
        return self.root / "artifacts"

    def file(self, name: str) -> Path:
        """One of act's input files: event.json, secrets, variables, environment."""
        return self.root / name

    def remove(self) -> None:
        """Takes the folder away, also files that a build made read-only."""
        shutil.rmtree(self.root, ignore_errors=True)


@dataclass(frozen=True)
class RunInputs:
    """What a run is told."""

    event: Mapping[str, Any]
    secrets: Mapping[str, str]
    variables: Mapping[str, str]
    environment: Mapping[str, str]


def prepare(folder: RunFolder, inputs: RunInputs) -> None:
    """Writes act's input files. The secrets' file is readable by its owner alone."""
    for each in (folder.home, folder.artifacts):
        each.mkdir(parents=True)
    folder.file("event.json").write_text(json.dumps(inputs.event))
    folder.file("environment").write_text(_dotenv(inputs.environment))
    folder.file("variables").write_text(_dotenv(inputs.variables))
    descriptor = os.open(folder.file("secrets"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(_dotenv(inputs.secrets))


def check_out(source: Path, target: Path, *, sha: str, branch: str = "", origin: str = "") -> None:
    """A clone of a bare repository at a commit; objects are shared, so it costs as much as its files. Blocks."""
    _git("clone", "--quiet", "--shared", "--no-checkout", str(source), str(target))
    _git("-C", str(target), "checkout", "--quiet", *(("-B", branch) if branch else ("--detach",)), sha)
    if origin:
        _git("-C", str(target), "remote", "set-url", "origin", origin)


def _git(*arguments: str) -> None:
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    command = ["git", "-c", "advice.detachedHead=false", *arguments]
    subprocess.run(command, env=environment, check=True, capture_output=True, stdin=subprocess.DEVNULL)


def _dotenv(values: Mapping[str, str]) -> str:
    """act's files: `NAME="value"` with the escapes that its reader (godotenv) undoes."""
    return "".join(f"{name}={_quoted(value)}\n" for name, value in values.items())


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("$", "\\$")
    return f'"{escaped}"'
