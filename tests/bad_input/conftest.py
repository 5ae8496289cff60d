"""A copy of the example, which is a clone as well: what is in it is what its default branch holds."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "platform"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "platform"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("target"))
    return folder


@pytest.fixture
def committed(root: Path) -> Callable[[], Path]:
    """Commits everything to `main`; the clone."""

    def commit() -> Path:
        who = ["-c", "user.name=alice", "-c", "user.email=alice@example.invalid"]
        for words in (["init", "-q", "-b", "main"], ["add", "-A", "-f"], [*who, "commit", "-q", "-m", "Begin"]):
            subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, timeout=30)
        return root

    return commit
