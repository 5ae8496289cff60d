"""A hostile name where a module is asked for: refused before anything is read or sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bad_input.command_line import contents, demand_one_error, typed

pytestmark = pytest.mark.slow

NAMES = {
    "a Rust keyword": "match",
    "a path": "../../etc/passwd",
    "a quote": 'a"b',
    "a newline": "a\nb",
    "a bidi control": "a\u202eb",
    "300 characters": "a" * 300,
    "a look-alike": "bl\u043eg",
    "an option": "-rf",
}


@pytest.mark.parametrize("case", NAMES)
def test_a_hostile_name_is_one_error_and_nothing_is_written(committed: Callable[[], Path], case: str) -> None:
    name, root = NAMES[case], committed()
    before = contents(root)
    commands = (("codegen", "plan", "--install"), ("codegen", "apply", "--install"), ("plan", "--install"))
    for words in commands:
        ended = typed(*words, name, folder=root)
        demand_one_error(ended, "lower-case ASCII words", "hint: ")
        assert "\u202e" not in ended.words
        assert len(ended.words) < 600
    assert contents(root) == before


def test_a_module_that_nobody_offers_is_a_refusal_with_what_there_is(committed: Callable[[], Path]) -> None:
    root = committed()
    for code, words in ((2, ("codegen", "plan", "--install")), (1, ("plan", "--install"))):
        ended = typed(*words, "bolg", folder=root)
        assert (ended.code, ended.out) == (code, "")
        for text in ("bolg", "catalog", "blog"):
            assert text in ended.words
