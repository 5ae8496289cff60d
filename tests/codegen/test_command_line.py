"""The commands: data on stdout, words on stderr, exit 0 done or same, 1 refused or differs, 2 error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from codegen.cli import codegen
from codegen.tree import Folder, write_files


@pytest.fixture
def root(tmp_path: Path, platform: dict[str, bytes]) -> Path:
    write_files(tmp_path, platform)
    return tmp_path


def run(root: Path, command: str, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(codegen, [command, "--root", str(root), *options])
    return result.exit_code, result.stdout, result.stderr


def test_plan_shows_modules_and_diff_and_writes_nothing(root: Path, platform: dict[str, bytes]) -> None:
    code, out, _ = run(root, "plan", "--install", "blog")
    assert code == 0
    assert out.startswith("+ blog: requested\n+ content: blog needs it\n--- a/modules.toml\n")
    assert dict(Folder(root)) == platform


def test_plan_as_json_holds_the_delta_and_a_diff_for_each_file(root: Path) -> None:
    code, out, _ = run(root, "plan", "--install", "media", "--json")
    plan = json.loads(out)
    assert code == 0
    assert [entry["slug"] for entry in plan["delta"]["added"]] == ["media"]
    assert "Cargo.lock" in plan["files"]


def test_apply_and_its_opposite_leave_the_folder_as_it_was(root: Path, platform: dict[str, bytes]) -> None:
    assert run(root, "apply", "--install", "media")[0] == 0
    assert run(root, "check")[0] == 0
    assert run(root, "apply", "--uninstall", "media")[0] == 0
    assert dict(Folder(root)) == platform


def test_what_is_so_already_is_a_success(root: Path) -> None:
    assert run(root, "plan", "--install", "search")[:2] == (0, "already so\n")
    assert run(root, "plan", "--json")[0] == 0


def test_a_refusal_exits_1_and_an_error_2_and_neither_writes(root: Path) -> None:
    before = dict(Folder(root))
    code, out, words = run(root, "apply", "--uninstall", "auth")
    assert (code, out) == (1, "")
    assert words.startswith("refused (ModuleRequired): auth is required")
    (root / "modules.toml").write_text("x = [")
    code, out, words = run(root, "apply", "--install", "blog")
    assert (code, out) == (2, "")
    assert words.startswith("error: modules.toml:1:")
    assert {**dict(Folder(root)), "modules.toml": b""} == {**before, "modules.toml": b""}


def test_check_names_file_and_line_and_apply_mends_it(root: Path, platform: dict[str, bytes]) -> None:
    path = root / "apps/server/src/modules/generated.rs"
    path.write_bytes(platform["apps/server/src/modules/generated.rs"].replace(b"platform_auth", b"evil"))
    code, _, words = run(root, "check")
    assert code == 1
    assert words.startswith("apps/server/src/modules/generated.rs:8: not what the manifest gives")
    assert run(root, "apply")[0] == 0
    assert dict(Folder(root)) == platform


def test_check_finds_a_dependency_and_a_feature_that_no_module_gives(root: Path, platform: dict[str, bytes]) -> None:
    server = platform["apps/server/Cargo.toml"].replace(b"metrics = []\n", b'metrics = []\nmod-old = ["metrics"]\n')
    (root / "apps/server/Cargo.toml").write_bytes(server + b"platform-media = { workspace = true, optional = true }\n")
    assert run(root, "check")[0] == 1
    assert run(root, "apply")[0] == 0
    assert dict(Folder(root)) == platform


def test_lint_says_every_finding_and_exits_2(root: Path) -> None:
    assert run(root, "lint") == (0, "", "")
    (root / "modules.toml").write_text('schema = 9\napp = "!"\n[modules]\n')
    code, _, words = run(root, "lint")
    assert code == 2
    assert [line.split(":")[1] for line in words.splitlines()] == ["1", "2"]


def test_a_symbolic_link_is_not_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "modules.toml"
    outside.write_text("secret")
    (root / "modules.toml").unlink()
    (root / "modules.toml").symlink_to(outside)
    code, _, words = run(root, "lint")
    assert code == 2
    assert "symbolic link" in words


def test_writing_keeps_a_file_s_mode_and_leaves_nothing_beside_it(root: Path) -> None:
    (root / "Cargo.toml").chmod(0o600)
    before = set(Folder(root))
    assert run(root, "apply", "--install", "media")[0] == 0
    assert (root / "Cargo.toml").stat().st_mode & 0o777 == 0o600
    assert set(Folder(root)) == before


def test_nothing_is_written_when_one_file_cannot_be(root: Path) -> None:
    before = dict(Folder(root))
    (root / "blocked").write_text("a file where a folder is needed")
    with pytest.raises(OSError, match="blocked"):
        write_files(root, {"modules.toml": b"changed", "blocked/file": b""})
    (root / "blocked").unlink()
    assert dict(Folder(root)) == before


def test_importing_codegen_loads_none_of_its_heavy_libraries() -> None:
    code = "import sys, codegen; print([m for m in ('jinja2', 'ruamel.yaml', 'tomlkit', 'click') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
