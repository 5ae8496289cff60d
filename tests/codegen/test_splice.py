"""Items go in and out of arrays in the array's own style."""

from __future__ import annotations

import pytest

from codegen.toml.scan import Scan
from codegen.toml.splice import insert_item, remove_item


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ("x = []\n", 0, 'x = ["n"]\n'),
        ('x = ["a"]\n', 0, 'x = ["n", "a"]\n'),
        ('x = ["a"]\n', 1, 'x = ["a", "n"]\n'),
        ('x = [ "a" ,"b" ] # c\n', 1, 'x = [ "a", "n" ,"b" ] # c\n'),
        ("x = [\n]\n", 0, 'x = [\n    "n",\n]\n'),
        ('x = [\n  "a",\n]\n', 0, 'x = [\n  "n",\n  "a",\n]\n'),
        ('x = [\n  "a", # why\n]\n', 1, 'x = [\n  "a", # why\n  "n",\n]\n'),
        ('x = [\n  "a"\n]\n', 1, 'x = [\n  "a",\n  "n"\n]\n'),
        ('x = [\n  "a",\n  "b", ]\n', 2, 'x = [\n  "a",\n  "b", "n", ]\n'),
        ('x = [\n  "a", "b",\n]\n', 1, 'x = [\n  "a", "n", "b",\n]\n'),
    ],
)
def test_an_item_goes_in_and_out_again(before: str, index: int, after: str) -> None:
    inserted = insert_item(before, Scan(before).statement().value, index, item='"n"', newline="\n")
    assert inserted == after
    assert remove_item(inserted, Scan(inserted).statement().value, index) == before


@pytest.mark.parametrize(
    ("before", "index", "after"),
    [
        ('x = [\n  "a"\n]\n', 0, "x = [\n]\n"),
        ('x = [\n  "a", # why\n  "b"\n]\n', 1, 'x = [\n  "a", # why\n]\n'),
        ('x = ["a", ]\n', 0, "x = [ ]\n"),
        ('x = ["a", "b",]\n', 1, 'x = ["a",]\n'),
        ('x = ["a", "b"]\n', 0, 'x = ["b"]\n'),
        ('x = [\n  "a",\n  "b"]\n', 1, 'x = [\n  "a"]\n'),
    ],
)
def test_what_others_wrote_stays_when_an_item_goes(before: str, index: int, after: str) -> None:
    assert remove_item(before, Scan(before).statement().value, index) == after
