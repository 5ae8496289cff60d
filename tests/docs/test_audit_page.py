"""The audit's reference page names exactly what the code has."""

from __future__ import annotations

import re
from pathlib import Path

from controller.core.audit import COLUMNS
from controller.core.audit.verifying import KINDS, GapKind, Standing

PAGE = (Path(__file__).parents[2] / "docs/reference/audit.md").read_text()


def rows(heading: str) -> list[str]:
    """The first cells of the table under that head line."""
    after = PAGE.split(f"\n{heading}\n", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| `([^`]+)` \|", after, re.MULTILINE)


def test_every_kind_of_gap_is_documented_and_no_other() -> None:
    assert sorted(rows("| kind | what was found | what answers it |")) == sorted(kind.value for kind in GapKind)


def test_every_kind_of_gap_says_what_would_answer_it() -> None:
    assert set(KINDS) == set(GapKind)


def test_the_standings_are_the_documented_ones() -> None:
    assert rows("| standing | what it means |") == [standing.value for standing in Standing]


def test_the_columns_of_an_export_are_the_documented_ones_in_their_order() -> None:
    assert tuple(rows("| column | what it holds |")) == COLUMNS
