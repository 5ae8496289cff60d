"""Rows for other programs, whatever strangers wrote."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen import ModuleName
from controller.core.audit import COLUMNS, AuditEntry, Deed, csv_text
from tests.core.builders import NOW


def rows(entry: AuditEntry) -> list[dict[str, str]]:
    """What a reader of CSV makes of it."""
    return list(csv.DictReader(io.StringIO(csv_text([entry]), newline="")))


def test_the_columns_stand_in_their_order_and_lists_in_one_cell() -> None:
    entry = AuditEntry(
        NOW, Deed.HELD, "bob", "held", proof=("ledger 1", "commit 2"), modules=(ModuleName("a"), ModuleName("b"))
    )
    text = csv_text([entry])
    assert text.splitlines()[0] == ",".join(COLUMNS)
    assert rows(entry)[0]["proof"] == "ledger 1; commit 2"
    assert rows(entry)[0]["modules"] == "a; b"


OTHER_SIGNS = ("\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "\u22121", "\u00a0=1", "\u3000=1")


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", *OTHER_SIGNS]
)
def test_a_cell_that_a_table_program_would_calculate_is_defused(cell: str) -> None:
    row = rows(AuditEntry(NOW, Deed.HELD, cell, cell, why=cell))[0]
    assert row["who"] == row["what"] == row["why"] == f"'{cell}"


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"])))
def test_any_text_stays_in_its_cell_and_begins_no_formula(text: str) -> None:
    found = rows(AuditEntry(NOW, Deed.HELD, "bob", text))
    assert len(found) == 1
    cell = found[0]["what"]
    assert not cell.startswith(("\t", "\r", "\n"))
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    assert cell.removeprefix("'").replace("\0", "") == text.replace("\0", "").removeprefix("'") or cell == text
