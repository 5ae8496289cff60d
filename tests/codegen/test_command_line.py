"""The commands: the result on stdout, words on stderr, exit 0 done, 1 drift, 2 bad input or a refusal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from codegen.command.cli import codegen
from codegen.command.tree import Folder
from codegen.command.writing import STAGED, write_files
from codegen.planning.plan import make_plan
from codegen.planning.plan_text import plan_document, plan_text
from tests.codegen.hosts.oracle import violations
from tests.codegen.hosts.trees import put, tree

GENERATED = "apps/server/src/modules/generated.rs"


@pytest.fixture
def root(tmp_path: Path, platform: dict[str, bytes]) -> Path:
    """The small platform whose host is generated as a whole."""
    write_files(tmp_path, platform)
    return tmp_path


@pytest.fixture
def wired(tmp_path: Path) -> Path:
    """The platform that people wire by hand."""
    put(tree("distribution"), tmp_path)
    return tmp_path


def run(root: Path, command: str, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(codegen, [command, "--root", str(root), *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def document(root: Path, command: str, *options: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = run(root, command, *options, "--json")
    return code, json.loads(out)


def test_plan_shows_modules_and_diff_and_writes_nothing(root: Path, platform: dict[str, bytes]) -> None:
    code, out, words = run(root, "plan", "--install", "blog")
    assert (code, words) == (0, "")
    assert out.startswith("+ blog: requested\n+ content: blog needs it\n")
    assert "\n--- a/modules.toml\n" in out
    assert dict(Folder(root)) == platform


def test_plan_prints_the_value_as_text_and_as_one_document(wired: Path) -> None:
    changes = ("--install", "wishlist", "--uninstall", "market", "--features", "media=films", "--default-enabled")
    code, out, words = run(wired, "plan", *changes, "media=on")
    plan = make_plan(tree("distribution"), _changes())
    assert (code, out, words) == (0, plan_text(plan), "")
    assert document(wired, "plan", *changes, "media=on") == (0, json.loads(json.dumps(plan_document(plan))))
    assert dict(Folder(wired)) == tree("distribution")


def _changes() -> list[Any]:
    from codegen.command.asked import changes_of

    asked = {"install": ["wishlist"], "uninstall": ["market"], "features": ["media=films"]}
    return changes_of({**asked, "default_enabled": ["media=on"]})


def test_apply_writes_what_plan_says_and_the_second_time_nothing(wired: Path) -> None:
    _, planned = document(wired, "plan", "--install", "wishlist", "--uninstall", "market")
    code, applied = document(wired, "apply", "--install", "wishlist", "--uninstall", "market")
    assert code == 0
    assert applied == {"written": [file["path"] for file in planned["files"]], "plan": planned}
    for file in planned["files"]:
        assert (wired / file["path"]).read_text() == file["text"]
    assert violations(dict(Folder(wired))) == []
    times = {path: (wired / path).stat().st_mtime_ns for path in Folder(wired)}
    assert run(wired, "apply", "--install", "wishlist", "--uninstall", "market") == (0, "already so\n", "")
    assert {path: (wired / path).stat().st_mtime_ns for path in Folder(wired)} == times


def test_apply_says_each_file_on_stdout_and_each_warning_on_stderr(wired: Path) -> None:
    code, out, words = run(wired, "apply", "--uninstall", "media")
    written = ("docs/modules/overview.md", "docs/modules/registry.md", "modules.toml", "modules.toml.example")
    assert (code, out) == (0, "".join(f"wrote {path}\n" for path in written))
    assert words
    assert all(line.startswith("warning: media stays in ") for line in words.splitlines())


def test_apply_and_its_opposite_leave_the_folder_as_it_was(root: Path, platform: dict[str, bytes]) -> None:
    assert run(root, "apply", "--install", "media")[0] == 0
    assert run(root, "check") == (0, "", "")
    assert run(root, "apply", "--uninstall", "media")[0] == 0
    assert dict(Folder(root)) == platform


def test_what_is_so_already_is_a_success(root: Path) -> None:
    assert run(root, "plan", "--install", "search") == (0, "already so\n", "")
    assert run(root, "plan") == (0, "already so\n", "")
    assert run(root, "apply", "--install", "search") == (0, "already so\n", "")
    assert run(root, "apply") == (0, "already so\n", "")
    assert document(root, "apply") == (0, {"written": []})
    assert document(root, "plan")[1]["files"] == []


def test_a_version_that_is_there_may_be_named_and_another_is_refused(root: Path) -> None:
    assert run(root, "plan", "--install", "media@0.1.0")[0] == 0
    code, out, words = run(root, "plan", "--install", "media@0.2.0")
    assert (code, out) == (2, "")
    assert words.startswith("refused (")
    assert "0.2.0" in words


def test_check_prints_drift_with_file_and_line_and_exits_1(root: Path, platform: dict[str, bytes]) -> None:
    (root / GENERATED).write_bytes(platform[GENERATED].replace(b"platform_auth", b"evil"))
    code, out, words = run(root, "check")
    assert (code, words) == (1, "")
    assert out.startswith(f"{GENERATED}:8: not what the manifest gives")
    code, found = document(root, "check")
    assert (code, found["findings"]) == (1, [])
    assert [(one["path"], one["line"]) for one in found["drift"]] == [(GENERATED, 8)]


def test_apply_without_changes_mends_every_drift(root: Path, platform: dict[str, bytes]) -> None:
    server = platform["apps/server/Cargo.toml"].replace(b"metrics = []\n", b'metrics = []\nmod-old = ["metrics"]\n')
    (root / "apps/server/Cargo.toml").write_bytes(server + b"platform-media = { workspace = true, optional = true }\n")
    (root / GENERATED).unlink()
    assert run(root, "check")[0] == 1
    assert run(root, "apply")[:2] == (0, f"wrote apps/server/Cargo.toml\nwrote {GENERATED}\n")
    assert dict(Folder(root)) == platform


def test_check_says_drift_and_what_cannot_be_read_apart(wired: Path) -> None:
    registry = wired / "docs/modules/registry.md"
    registry.write_text(registry.read_text().replace("| `shop` | `rustok-shop` |", "| `shopp` | `rustok-shop` |"))
    (wired / "apps/admin/Cargo.toml").write_text("[dependencies\n")
    code, out, words = run(wired, "check")
    assert code == 2
    assert "docs/modules/registry.md:" in out
    assert words.startswith("error: apps/admin/Cargo.toml:1:")
    code, found = document(wired, "check")
    assert code == 2
    assert found["drift"]
    assert {one["path"] for one in found["findings"]} == {"apps/admin/Cargo.toml"}


def test_the_host_that_is_named_is_the_one_that_is_used(wired: Path) -> None:
    assert document(wired, "plan")[1]["host"] == "rustok"
    assert document(wired, "plan", "--host", "rustok")[1]["host"] == "rustok"
    for command in ("plan", "apply", "check", "lint"):
        code, out, words = run(wired, command, "--host", "rusttok")
        assert (code, out) == (2, "")
        assert words.startswith("refused (UnknownHost)")
        assert "rustok-chain" in words
        code, said = document(wired, command, "--host", "rusttok")
        assert (code, said["refused"]) == (2, "UnknownHost")


def test_an_interrupted_apply_is_finished_by_the_next_command_which_says_so(root: Path) -> None:
    for command in ("plan", "check", "lint", "apply"):
        (root / STAGED).mkdir()
        (root / STAGED / "0").write_text(command)
        (root / STAGED / "journal.json").write_text(json.dumps({"write": {"0": "docs.md"}, "remove": []}))
        code, out, words = run(root, command, "--json")
        assert code == 0
        assert json.loads(out)
        assert words.startswith("an interrupted run left files")
        assert (root / "docs.md").read_text() == command
        assert not (root / STAGED).exists()


def test_who_stops_reading_the_result_gets_no_traceback(wired: Path) -> None:
    command = f"{sys.executable} -m codegen plan --root {wired} --install wishlist | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "+"
    assert "Traceback" not in done.stderr
    assert "nothing was written" not in done.stderr


def test_importing_codegen_loads_none_of_its_heavy_libraries() -> None:
    code = "import sys, codegen; print([m for m in ('jinja2', 'ruamel.yaml', 'tomlkit', 'click') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
