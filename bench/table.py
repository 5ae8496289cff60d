"""Figures as text for people and as JSON for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence

from bench.figures import Figure, Measure

_WIDTH = 116
_COLUMNS = ("figure", "measured", "to reach", "")
_MET, _MISSED = "met", "NOT MET"


def as_text(figures: Sequence[Figure]) -> str:
    """The table: a line a measure, and below each figure how it was taken."""
    rows = [_cells(figure, measure) for figure in figures for measure in figure.measures]
    widths = [max(len(row[column]) for row in (_COLUMNS, *rows)) for column in range(len(_COLUMNS))]
    lines = [_line(_COLUMNS, widths), _line(["-" * width for width in widths], widths)]
    for figure in figures:
        lines += [_line(_cells(figure, measure), widths) for measure in figure.measures]
        lines += _notes(figure)
    return "\n".join((*lines, "", verdict(figures)))


def as_json(figures: Sequence[Figure]) -> str:
    """The same as one document."""
    document = {
        "met": all(figure.is_met for figure in figures),
        "figures": [
            {
                "name": figure.name,
                "met": figure.is_met,
                "measures": [
                    {"what": m.what, "value": m.value, "limit": m.limit, "unit": m.unit, "met": m.is_met}
                    for m in figure.measures
                ],
                "how": figure.how,
                "beside": list(figure.beside),
            }
            for figure in figures
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def verdict(figures: Sequence[Figure]) -> str:
    """One sentence: that all are met, or which are not."""
    missed = [
        f"{_subject(figure, measure)}: {_value(measure)} instead of {_quantity(measure.limit, measure.unit)}"
        for figure in figures
        for measure in figure.measures
        if not measure.is_met
    ]
    return f"{_MISSED}: {'; '.join(missed)}" if missed else "every figure is met"


def _cells(figure: Figure, measure: Measure) -> list[str]:
    word = _MET if measure.is_met else _MISSED
    return [_subject(figure, measure), _value(measure), f"≤ {_quantity(measure.limit, measure.unit)}", word]


def _subject(figure: Figure, measure: Measure) -> str:
    return f"{figure.name}: {measure.what}" if measure.what else figure.name


def _value(measure: Measure) -> str:
    """Three digits are enough, but where rounding would hide that the ceiling is passed."""
    rounded = _quantity(measure.value, measure.unit)
    looks_met = float(rounded.split(" ")[0]) <= measure.limit
    return rounded if looks_met == measure.is_met else f"{measure.value} {measure.unit}".rstrip()


def _quantity(value: float, unit: str) -> str:
    digits = f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{digits} {unit}".rstrip()


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _notes(figure: Figure) -> list[str]:
    lines = []
    for mark, text in (("how", figure.how), *(("beside", text) for text in figure.beside)):
        lines += textwrap.wrap(f"{mark}: {text}", _WIDTH, initial_indent="    ", subsequent_indent="      ")
    return lines
