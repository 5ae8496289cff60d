"""The table says for every figure what was measured, what it has to reach, and whether it does."""

from __future__ import annotations

import json

import pytest

from bench.figures import Figure, Measure, median
from bench.table import as_json, as_text, verdict

KEPT = Figure(
    name="rollback",
    measures=(Measure("", 187.6, 300, "ms"), Measure("compiles", 0, 0)),
    how="asked every 2 ms",
    beside=("each: 188 ms",),
)
MISSED = Figure(name="pass", measures=(Measure("", 12.5, 10, "ms"),), how="median of 50")


def test_every_measure_is_a_line_with_its_ceiling_and_its_verdict() -> None:
    lines = [line.split() for line in as_text([KEPT]).splitlines()]
    assert ["rollback", "188", "ms", "≤", "300", "ms", "met"] in lines
    assert ["rollback:", "compiles", "0", "≤", "0", "met"] in lines


def test_how_a_figure_was_taken_stands_below_it() -> None:
    text = as_text([KEPT])
    assert text.index("met") < text.index("how: asked every 2 ms") < text.index("beside: each: 188 ms")


def test_a_missed_ceiling_is_named_in_the_last_line() -> None:
    text = as_text([KEPT, MISSED])
    assert text.splitlines()[-1] == "NOT MET: pass: 12.5 ms instead of 10 ms"
    assert "NOT MET" in next(line for line in text.splitlines() if line.startswith("pass"))


def test_all_kept_is_one_sentence() -> None:
    assert verdict([KEPT]) == "every figure is met"


@pytest.mark.parametrize(("value", "is_met"), [(9.99, True), (10, True), (10.001, False)])
def test_a_ceiling_may_be_reached_but_not_passed(value: float, *, is_met: bool) -> None:
    assert Measure("", value, 10).is_met is is_met


def test_a_value_just_above_its_ceiling_is_not_rounded_down_to_it() -> None:
    figure = Figure(name="pass", measures=(Measure("", 300.4, 300, "ms"),), how="")
    assert "300.4 ms" in as_text([figure])


def test_the_json_document_has_the_same_verdicts() -> None:
    document = json.loads(as_json([KEPT, MISSED]))
    assert document["met"] is False
    assert [figure["met"] for figure in document["figures"]] == [True, False]
    assert document["figures"][0]["measures"][0] == {
        "what": "",
        "value": 187.6,
        "limit": 300,
        "unit": "ms",
        "met": True,
    }


def test_the_median_is_a_value_that_was_seen() -> None:
    assert median([4.0, 1.0, 3.0, 2.0]) == 3.0
    assert median([5.0, 1.0, 3.0]) == 3.0
