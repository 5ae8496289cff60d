"""A forge's repository as a bare folder, and a mirror of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from controller.adapters.git import Author, Mirror

AUTHOR = Author(name="Modwright", email="modwright@example.invalid")
WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def git(tmp_path: Path) -> Callable[..., str]:
    """Runs the real git, as somebody else than the adapter would."""

    def run(*arguments: str, cwd: Path = tmp_path) -> str:
        environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", "-c", "user.name=alice", "-c", "user.email=alice@example.invalid", *arguments],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run


@pytest.fixture
def remote(tmp_path: Path, git: Callable[..., str]) -> Path:
    """The forge's side: `main` with a few files."""
    folder = tmp_path / "remote.git"
    git("init", "--bare", "--quiet", "--initial-branch=main", str(folder))
    git("clone", "--quiet", str(folder), "seed")
    seed = tmp_path / "seed"
    git("checkout", "-q", "-b", "main", cwd=seed)
    (seed / "crates/blog").mkdir(parents=True)
    (seed / "modules.toml").write_text("schema = 2\n")
    (seed / "crates/blog/lib.rs").write_text("pub fn blog() {}\n")
    (seed / "run.sh").write_text("#!/bin/sh\n")
    (seed / "run.sh").chmod(0o755)
    (seed / "link").symlink_to("/etc/hostname")
    git("add", ".", cwd=seed)
    git("commit", "-q", "-m", "Begin", cwd=seed)
    git("push", "-q", "origin", "main", cwd=seed)
    return folder


@pytest.fixture
def mirror(tmp_path: Path, remote: Path) -> Mirror:
    """A mirror that has fetched once."""
    made = Mirror(tmp_path / "mirror.git", url=str(remote), token=None)
    made.fetch()
    return made
