"""The quick reader reads what the writer writes, and nothing otherwise than the whole reader of YAML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from controller.core.ledger.documents import dump
from controller.core.ledger.plain import read_plain
from tests.core.builders import PRODUCTION, evidence, failed, hold, release, state

WRITTEN = [
    dump(value).decode() for value in (release(2), state(PRODUCTION, 3, passed=range(1, 40), span=(1, 2)), hold(1))
]
LINES = sorted({line for text in WRITTEN for line in text.splitlines()})
ODD = [
    "a: |",
    "a: >-",
    "a: 'x",
    "- - x",
    "a:",
    "  a: b",
    "a: [1]",
    "a: &x y",
    "a: *x",
    "# c",
    "---",
    "a: b # c",
    "a: 1_0",
    "a: 0o7",
    "a: 1e5",
    "a: .5",
    "a: 2026-01-01",
    "a: yes",
    "null: x",
    "a: ~",
    "a: b: c",
    "- a: 1",
    "  - b",
    '"a": b',
    "<<: x",
]


def whole(text: str) -> object:
    """What the whole reader makes of it; the error where it refuses."""
    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError) as error:
        return error


@pytest.mark.parametrize("text", WRITTEN)
def test_it_reads_what_the_writer_writes(text: str) -> None:
    found = read_plain(text)
    assert found is not None
    assert found == whole(text)


@given(st.text(max_size=60))
def test_whatever_a_text_is_it_is_read_as_the_whole_reader_reads_it(reason: str) -> None:
    text = dump(release(2, commits=(evidence(2, reason=reason, detail=reason),))).decode()
    found = read_plain(text)
    assert found is None or found == whole(text)


@given(st.text(max_size=40))
def test_whatever_a_check_saw_it_is_read_as_the_whole_reader_reads_it(seen: str) -> None:
    text = dump(hold(1, findings=(failed(seen=seen), failed(check=seen or "x")))).decode()
    found = read_plain(text)
    assert found is None or found == whole(text)


@given(st.lists(st.sampled_from([*LINES, *ODD]), min_size=1, max_size=6))
def test_whatever_lines_come_it_reads_nothing_that_the_whole_reader_reads_otherwise(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    found = read_plain(text)
    assert found is None or found == whole(text)


@pytest.mark.parametrize(
    "value", ["no", "On", "1e5", "0x1f", "007", "1.5", "~", "2026-01-01", "a #b", "a: b", "&a", "x:"]
)
def test_a_value_that_might_mean_something_else_is_left_to_the_whole_reader(value: str) -> None:
    assert read_plain(f"a: {value}\n") is None
