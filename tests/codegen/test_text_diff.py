"""A difference reads as git's own, and git can apply it."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.planning.text_diff import unified_diff

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "\u2028 no line's end", "имя"]), max_size=30)
QUIET = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def text(lines: list[str], *, ends: bool) -> str:
    return "\n".join(lines) + ("\n" if ends and lines else "")


@QUIET
@given(LINES, LINES, st.booleans(), st.booleans())
def test_git_applies_it_and_comes_to_the_new_text(
    tmp_path: Path, old: list[str], new: list[str], ended: bool, ends: bool
) -> None:
    before, after = text(old, ends=ended), text(new, ends=ends)
    diff = unified_diff("file.txt", before, after)
    target = tmp_path / "file.txt"
    target.write_bytes(before.encode())
    if before == after:
        assert diff == ""
        return
    applied = ["git", "apply", "--unidiff-zero", "--whitespace=nowarn", "-"]
    done = subprocess.run(applied, input=diff.encode(), cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode() + diff
    assert (target.read_bytes() if target.exists() else b"").decode() == after


def test_a_line_in_the_middle_is_shown_with_three_around_it() -> None:
    old = "".join(f"{number}\n" for number in range(1, 21))
    new = old.replace("10\n", "10\nten and a half\n")
    assert unified_diff("n", old, new) == (
        "--- a/n\n+++ b/n\n@@ -8,6 +8,7 @@\n 8\n 9\n 10\n+ten and a half\n 11\n 12\n 13\n"
    )


def test_a_last_line_without_an_end_says_so() -> None:
    assert unified_diff("n", "a", "a\n") == ("--- a/n\n+++ b/n\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n")


def test_two_lines_in_a_file_of_tens_of_thousands_take_no_time() -> None:
    lines = [f'name = "crate-{number}"' if number % 5 else "dependencies = [" for number in range(30_000)]
    old = text(lines, ends=True)
    new = text([*lines[:13_000], "one", *lines[13_000:13_400], "two", *lines[13_400:]], ends=True)
    began = time.process_time()
    assert unified_diff("Cargo.lock", old, new).count("@@ -") == 2
    assert time.process_time() - began < 0.5
