"""The commands as a runner runs them: from a checkout, with nothing installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`-S` leaves out everything that is installed, `-I` would leave out the checkout too."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-S", "-W", "error", "-m", "images", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=30)


@pytest.fixture
def binary(program, tmp_path: Path) -> Path:
    (tmp_path / "server").write_bytes(program())
    return tmp_path / "server"


@pytest.fixture
def commit(git, tmp_path: Path) -> str:
    for name in ("a", "b"):
        (tmp_path / "repository" / name).write_text(name)
    git("add", ".")
    git("commit", "--quiet", "--message", "x")
    return git("rev-parse", "HEAD")


def test_build_prints_one_line_of_json(binary, make_image):
    outcome = _run("build", "--binary", str(binary), "--input-tree", make_image().input_tree)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    assert json.loads(outcome.stdout) == {"digest": make_image().digest, "input_tree": make_image().input_tree}


def test_build_pushes_and_says_the_digest_as_a_notice_and_the_token_nowhere(binary, make_image, registry, push_token):
    image = make_image()
    arguments = (
        "--input-tree",
        image.input_tree,
        "--push",
        f"{registry}/acme/platform",
        "--commit",
        "c" * 40,
        "--notice",
    )
    outcome = _run("build", "--binary", str(binary), *arguments, MODWRIGHT_REGISTRY_TOKEN=push_token)
    head, _, message = outcome.stdout.strip().partition("::{")
    assert head == "::notice title=modwright-image"
    assert json.loads("{" + message) == {"digest": image.digest, "input_tree": image.input_tree, "commit": "c" * 40}
    assert push_token not in outcome.stdout + outcome.stderr


def test_a_binary_that_is_not_there_is_one_error_with_exit_2(tmp_path, make_image):
    outcome = _run("build", "--binary", str(tmp_path / "none"), "--input-tree", make_image().input_tree)
    assert outcome.returncode == 2
    assert outcome.stderr.startswith("error: the binary")
    assert outcome.stdout == ""


def test_inputs_takes_paths_on_lines_of_their_own(commit, tmp_path):
    repository = ("--repository", str(tmp_path / "repository"))
    lines = _run("inputs", *repository, "--commit", commit, "--path", "a\n\n  b\n")
    single = _run("inputs", *repository, "--commit", commit, "--path", "a", "--path", "b")
    assert lines.stdout == single.stdout != ""
    assert lines.stdout == _run("inputs", *repository, "--commit", commit, "--all").stdout


def test_inputs_exits_1_for_another_tree_and_exports_nothing(commit, tmp_path):
    where = ("--repository", str(tmp_path / "repository"), "--export", str(tmp_path / "out"))
    outcome = _run("inputs", *where, "--commit", commit, "--path", "a", "--expect", "0" * 40)
    assert outcome.returncode == 1
    assert "asked for was" in outcome.stderr
    assert not (tmp_path / "out").exists()


def test_inputs_without_any_path_is_not_taken_for_everything(commit, tmp_path):
    outcome = _run("inputs", "--repository", str(tmp_path / "repository"), "--commit", commit, "--path", "\n")
    assert outcome.returncode == 2
    assert "--all" in outcome.stderr
