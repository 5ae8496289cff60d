"""A manifest that is not one: every command says the same one thing, and the folder is as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bad_input.command_line import MODWRIGHT, contents, demand_one_error, typed

pytestmark = pytest.mark.slow

COMMANDS = (("lint",), ("check",), ("plan", "--install", "gallery"), ("apply", "--install", "gallery"))
ROW = 'search = { crate = "platform-search", source = "path", path = "crates/platform-search" }'
SLUG = "lower-case"

CASES = {
    "does not parse": ("[modules]", "[modules", "not TOML"),
    "a value is missing": (ROW, "search =", "not TOML"),
    "a module twice": (ROW, f"{ROW}\n{ROW}", "search"),
    "a table twice": ("[settings]", "[modules]", "not TOML"),
    "an unknown key at the top": ("schema = 2", 'schema = 2\ncolour = "red"', "'colour': unknown key"),
    "an unknown key of a module": (ROW, ROW.replace(" }", ', colour = "red" }'), "unknown key"),
    "an unknown schema": ("schema = 2", "schema = 9", "schema"),
    "a Rust keyword": (ROW, ROW.replace("search =", "match ="), SLUG),
    "a path": (ROW, ROW.replace("search =", '"../../etc" ='), SLUG),
    "a quote": (ROW, ROW.replace("search =", r'"a\"b" ='), SLUG),
    "a newline": (ROW, ROW.replace("search =", r'"a\nb" ='), SLUG),
    "an escaped bidi control": (ROW, ROW.replace("search =", r'"a\u202eb" ='), SLUG),
    "a bidi control": (ROW, ROW.replace("search =", '"a\u202eb" ='), "bidirectional"),
    "300 characters": (ROW, ROW.replace("search =", f"{'a' * 300} ="), SLUG),
}
SAYS_WHAT_TO_DO = ("allowed: ", "hint: ", "not TOML: ")


@pytest.mark.parametrize("case", CASES)
def test_a_bad_manifest_is_one_error_with_its_line_and_nothing_is_written(root: Path, case: str) -> None:
    old, new, words = CASES[case]
    manifest = root / "modules.toml"
    text = manifest.read_text()
    assert text.count(old) == 1
    manifest.write_text(text.replace(old, new))
    first = text[: text.index(old)].count("\n") + 1
    before = contents(root)
    for command, *options in COMMANDS:
        ended = typed("codegen", command, "--root", root, *options, folder=root)
        # The findings are what `lint` is asked for; to the others they are an error.
        said, nothing = (ended.out, ended.words) if command == "lint" else (ended.words, ended.out)
        said = said.removeprefix("error: ")
        assert (ended.code, nothing) == (2, ""), (command, ended)
        assert said.startswith("modules.toml:"), (command, ended)
        assert first <= int(said.split(":")[1]) <= first + 4, said
        assert words in said
        assert any(help_ in said for help_ in SAYS_WHAT_TO_DO), said
        assert len(said.strip().splitlines()) == 1
        assert "\u202e" not in said
        assert len(said) < 700
    assert contents(root) == before


def test_a_dependency_cycle_names_its_way_and_nothing_is_written(root: Path) -> None:
    facts = root / "crates/platform-content/rustok-module.toml"
    text = facts.read_text()
    assert "[dependencies]" not in text
    facts.write_text(f'{text}\n[dependencies]\nblog = {{ version_req = ">=0.1.0" }}\n')
    before = contents(root)
    for command in ("plan", "apply"):
        ended = typed("codegen", command, "--root", root, "--install", "blog", folder=root)
        assert (ended.code, ended.out) == (2, ""), ended
        assert "cycle" in ended.words.lower() or "each other" in ended.words
        assert "blog" in ended.words
        assert "content" in ended.words
    assert contents(root) == before


_WITHIN = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
said = done.stdout + done.stderr
used = resource.getrusage(resource.RUSAGE_CHILDREN)
took = round(used.ru_utime + used.ru_stime, 3)
print(done.returncode, took, used.ru_maxrss // 1024, said.count("\\n"), said[:200].replace("\\n", " "))
"""
"""Runs a command as its only child, so that what `getrusage` says is of that one."""


@pytest.mark.parametrize("command", [("lint",), ("plan", "--install", "gallery"), ("check",)], ids=lambda c: c[0])
def test_a_bomb_of_dotted_keys_is_refused_at_once_and_in_little_memory(root: Path, command: tuple[str, ...]) -> None:
    bomb = f"{'a.' * 39_900}b = 1\n"
    assert 77 * 1024 < len(bomb) < 79 * 1024
    with (root / "modules.toml").open("a") as manifest:
        manifest.write(bomb)
    before = contents(root)
    typed("--help", folder=root)  # its files are read once, so that the time is the command's own
    code, took, mebibytes, lines, said = _measured("codegen", command[0], "--root", str(root), *command[1:])
    assert (code, lines) == (2, 1)
    assert "modules.toml" in said
    assert took < 1
    assert mebibytes < 200
    assert contents(root) == before


def _measured(*words: str) -> tuple[int, float, int, int, str]:
    """Code, seconds of the processor, MiB, lines and words of a command: the best of three, since others run beside."""
    rows = []
    for _ in range(3):
        command = [sys.executable, "-IS", "-c", _WITHIN, str(MODWRIGHT), *words]
        row = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.split(" ", 4)
        rows.append((int(row[0]), float(row[1]), int(row[2]), int(row[3]), row[4]))
    return min(rows, key=lambda row: row[1])


def test_a_manifest_that_is_not_there_is_named(root: Path) -> None:
    (root / "modules.toml").unlink()
    demand_one_error(typed("codegen", "check", "--root", root, folder=root), "modules.toml")
