"""Pages of the timeline, and what is chosen from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.core.audit import AuditEntry, Deed, entry_id, page, select
from controller.core.errors import Denied
from tests.core.builders import NOW, PRODUCTION, ago


def entry(number: int, **fields: object) -> AuditEntry:
    """An entry of that second, proved by a ledger commit of its own."""
    usual = {
        "at": ago(10_000) + timedelta(seconds=number),
        "deed": Deed.PROMOTED,
        "who": "bob",
        "what": f"production goes to rel_{number}",
        "proof": (f"ledger {number:040x}",),
    }
    return AuditEntry(**(usual | fields))  # type: ignore[arg-type]


def all_pages(entries: list[AuditEntry], limit: int) -> list[AuditEntry]:
    """Every page, one after the other."""
    found: list[AuditEntry] = []
    cursor: str | None = None
    while True:
        got = page(entries, cursor, limit=limit)
        found.extend(got.entries)
        cursor = got.next
        if cursor is None:
            return found


@given(seconds=st.lists(st.integers(0, 5), max_size=30), limit=st.integers(1, 7))
def test_all_pages_together_are_all_entries_newest_first(seconds: list[int], limit: int) -> None:
    entries = [entry(n, at=ago(100) + timedelta(seconds=second)) for n, second in enumerate(sorted(seconds))]
    assert all_pages(entries, limit) == entries[::-1]


def test_entries_that_arrive_meanwhile_shift_no_page() -> None:
    entries = [entry(n) for n in range(10)]
    first = page(entries, limit=4)
    later = [*entries, entry(11), entry(12)]
    assert page(later, first.next, limit=4).entries == tuple(entries[5:1:-1])


def test_what_becomes_known_of_a_commit_later_leaves_its_cursor_good() -> None:
    pushed = entry(3, deed=Deed.PUSHED, proof=("commit 3",), what="Install blog")
    merged = replace(pushed, deed=Deed.MERGED, what="Install blog; approved by bob", proof=("commit 3", "proposal #1"))
    assert entry_id(pushed) == entry_id(merged)


def test_a_cursor_whose_entry_is_filtered_out_goes_on_with_older_ones() -> None:
    entries = [entry(n) for n in range(10)]
    cursor = entry_id(entries[5])
    assert page([*entries[:5], *entries[6:]], cursor, limit=2).entries == (entries[4], entries[3])


@pytest.mark.parametrize("cursor", ["", "1", "x-0123456789abcdef", "1-0123456789abcdeg", "9" * 40])
def test_a_text_that_is_no_cursor_is_denied(cursor: str) -> None:
    with pytest.raises(Denied, match="is no cursor"):
        page([entry(1)], cursor)


def test_entries_are_chosen_by_person_kind_text_and_time() -> None:
    one = entry(1, who="Bob", why="it is TIME", environment=PRODUCTION)
    two = entry(2, who="carol", deed=Deed.HELD)
    assert select([one, two], who="bob") == (one,)
    assert select([one, two], deed="held") == (two,)
    assert select([one, two], text="time") == (one,)
    assert select([one, two], text=two.proof[0]) == (two,)
    assert select([one, two], until=two.at) == (one,)
    assert select([one, two], since=two.at, until=NOW) == (two,)
