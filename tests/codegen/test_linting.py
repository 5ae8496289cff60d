"""Lint finds what is wrong in the manifest, its mirrors and its modules' own files, in one run and in three forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from codegen.command.cli import codegen
from codegen.command.tree import Folder
from codegen.lint.repository import lint_repository
from tests.codegen.hosts.trees import put, tree


@pytest.fixture
def files() -> dict[str, bytes]:
    return tree("distribution")


def edited(files: dict[str, bytes], path: str, old: str, new: str) -> None:
    text = files[path].decode()
    assert text.count(old) >= 1, (path, old)
    files[path] = text.replace(old, new, 1).encode()


def lint(folder: Path, *options: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(codegen, ["lint", "--root", str(folder), *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("name", ["distribution", "build_script", "chain"])
def test_a_platform_that_builds_has_no_errors(name: str) -> None:
    assert [one for one in lint_repository(tree(name)) if one.severity == "error"] == []


def test_manifest_mirror_and_module_files_are_judged_in_one_run(files: dict[str, bytes]) -> None:
    edited(files, "modules.toml", "schema = 2\n", 'schema = 2\ncolour = "red"\n')
    edited(files, "modules.toml.example", "schema = 2\n", 'schema = 2\nshape = "round"\n')
    edited(files, "crates/rustok-media/rustok-module.toml", "[module]\n", "[module]\nruntime = 7\n")
    found = [one for one in lint_repository(files) if one.severity == "error"]
    assert list(dict.fromkeys((one.path, one.key) for one in found)) == [
        ("modules.toml", "'colour'"),
        ("modules.toml.example", "'shape'"),
        ("crates/rustok-media/rustok-module.toml", "module.runtime"),
    ]
    assert all(one.line and one.problem for one in found)


def test_where_the_manifest_cannot_be_read_every_module_s_file_is_judged_still(files: dict[str, bytes]) -> None:
    files["modules.toml"] = b"x = ["
    edited(files, "crates/rustok-tax/rustok-module.toml", "[module]\n", "[module]\nruntime = 7\n")
    paths = {one.path for one in lint_repository(files) if one.severity == "error"}
    assert paths == {"modules.toml", "crates/rustok-tax/rustok-module.toml"}


def test_a_module_s_file_that_is_not_there_is_said(files: dict[str, bytes]) -> None:
    del files["crates/rustok-media/rustok-module.toml"]
    found = [one for one in lint_repository(files) if one.severity == "error"]
    assert [one.path for one in found] == ["crates/rustok-media/rustok-module.toml"]


def test_the_three_forms_say_the_same(tmp_path: Path, files: dict[str, bytes]) -> None:
    edited(files, "modules.toml", "schema = 2\n", 'schema = 2\ncolour = "red"\n')
    edited(files, "modules.toml", "[settings]\n", '[settings]\nshape = "round"\n')
    put(files, tmp_path)
    found = [one for one in lint_repository(Folder(tmp_path)) if one.severity == "error"]
    assert len(found) == 2
    code, text, words = lint(tmp_path)
    assert (code, words) == (2, "")
    assert [line.split(": ")[0] for line in text.splitlines()] == [f"{f.path}:{f.line}:{f.column}" for f in found]
    code, out, words = lint(tmp_path, "--format", "json")
    assert (code, words) == (2, "")
    assert lint(tmp_path, "--json") == (2, out, "")
    assert [(one["line"], one["key"]) for one in json.loads(out)["findings"]] == [(f.line, f.key) for f in found]
    code, marks, words = lint(tmp_path, "--format", "github")
    assert (code, words) == (2, "")
    begins = [f"::error file={f.path},line={f.line},col={f.column},title=" for f in found]
    assert [line.startswith(begin) for line, begin in zip(marks.splitlines(), begins, strict=True)] == [True, True]


def test_nothing_in_a_file_ends_an_annotation_or_begins_another(tmp_path: Path, files: dict[str, bytes]) -> None:
    edited(files, "modules.toml", "schema = 2\n", r"schema = 2" + '\n"a::error file=x,line=1::%0A\\n::stop" = 1\n')
    put(files, tmp_path)
    code, out, _ = lint(tmp_path, "--format", "github")
    assert code == 2
    assert all(line.startswith("::error file=modules.toml") for line in out.splitlines())
    properties = out.splitlines()[0].removeprefix("::error ").split("::")[0]
    assert [pair.split("=")[0] for pair in properties.split(",")] == ["file", "line", "col", "title"]


def test_a_clean_platform_says_nothing_and_exits_0(tmp_path: Path, files: dict[str, bytes]) -> None:
    put(files, tmp_path)
    assert lint(tmp_path) == (0, "", "")
    assert lint(tmp_path, "--format", "github") == (0, "", "")
    assert json.loads(lint(tmp_path, "--json")[1]) == {"findings": []}


def test_another_manifest_of_the_folder_may_be_named_and_none_above_it(tmp_path: Path, files: dict[str, bytes]) -> None:
    folder = tmp_path / "platform"
    folder.mkdir()
    put(files, folder)
    (folder / "other.toml").write_text('schema = 9\napp = "a"\n[modules]\n')
    (tmp_path / "above.toml").write_text('schema = 9\napp = "a"\n[modules]\n')
    code, out, _ = lint(folder, "--manifest", "other.toml")
    assert code == 2
    assert out.startswith("other.toml:1:")
    for path in ("../above.toml", str(tmp_path / "above.toml")):
        code, out, _ = lint(folder, "--manifest", path)
        assert code == 2
        assert "the file is missing" in out
        assert "schema" not in out


def test_a_bad_format_with_no_host_is_one_json_document(tmp_path: Path, files: dict[str, bytes]) -> None:
    put(files, tmp_path)
    code, out, words = lint(tmp_path, "--format", "json", "--host", "none")
    assert (code, json.loads(out)["refused"]) == (2, "UnknownHost")
    assert words.startswith("refused (UnknownHost)")
