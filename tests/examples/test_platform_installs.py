"""What Modwright writes into the example compiles, and is as rustfmt would have it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "examples" / "platform"

pytestmark = pytest.mark.slow


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of its own, because these tests change it."""
    return Path(shutil.copytree(SOURCE, tmp_path / "platform", ignore=shutil.ignore_patterns("target")))


def _codegen(*arguments: str, folder: Path) -> None:
    command = [sys.executable, "-m", "codegen", *arguments, "--root", str(folder)]
    outcome = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def _cargo(*arguments: str, folder: Path, target: Path) -> None:
    if not shutil.which("cargo"):
        pytest.skip("cargo is not installed (apt install cargo)")
    environment = {**os.environ, "CARGO_TARGET_DIR": str(target)}
    outcome = subprocess.run(
        ["cargo", *arguments], check=False, capture_output=True, text=True, cwd=folder, env=environment, timeout=100
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_the_committed_files_are_what_the_manifest_gives():
    _codegen("check", folder=SOURCE)


@pytest.mark.parametrize("modules", [("blog", "comments", "gallery", "reviews"), ("forum",)], ids=" ".join)
def test_what_is_installed_compiles_and_is_formatted(copy, tmp_path, modules):
    _codegen("apply", *(f"--install={module}" for module in modules), folder=copy)
    _cargo("check", "--release", "--locked", "--offline", folder=copy, target=tmp_path / "target")
    if not shutil.which("rustfmt"):
        pytest.skip("it compiles; rustfmt is not installed (apt install rustfmt), so its form was not judged")
    _cargo("fmt", "--all", "--check", folder=copy, target=tmp_path / "target")


def test_what_is_taken_out_again_leaves_no_trace(copy):
    _codegen("apply", "--install=blog", "--install=gallery", folder=copy)
    _codegen("apply", "--uninstall=blog", "--uninstall=content", "--uninstall=gallery", folder=copy)
    differing = subprocess.run(
        ["diff", "-r", "-x", "target", SOURCE, copy], check=False, capture_output=True, text=True
    )
    assert differing.stdout == ""
