"""The example platform, copied and built once for all tests, with the cargo that is there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "examples" / "platform"

Cargo = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, because a build must leave nothing in the tree that is committed."""
    folder = tmp_path_factory.mktemp("example") / "platform"
    shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("target"))
    return folder


@pytest.fixture(scope="session")
def cargo(platform: Path) -> Cargo:
    """Runs cargo in the copy, without network and without touching the lock file."""
    if not shutil.which("cargo"):
        pytest.skip("cargo is not installed (apt install cargo)")
    environment = {**os.environ, "CARGO_TERM_COLOR": "never", "CARGO_TARGET_DIR": str(platform / "target")}

    def run(verb: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["cargo", verb, "--locked", "--offline", *arguments]
        return subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=platform, env=environment, timeout=100
        )

    return run


@pytest.fixture(scope="session")
def server(cargo: Cargo, platform: Path) -> Path:
    """The server, built as the image workflow builds it."""
    outcome = cargo("build", "--release", "--package", "platform-server")
    assert outcome.returncode == 0, outcome.stderr
    return platform / "target" / "release" / "platform-server"
