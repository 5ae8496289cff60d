"""The tables of a Markdown document that people write by hand, each found by the heading that it stands under.

Tables, code spans and headings are read as in https://github.github.com/gfm/, with one exception: a bar inside a code
span splits no cell, because no author means it to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from codegen.errors import Finding, ManifestError, shown

NOTHING = "—"
"""What people write into a cell that lists nothing."""
MOST_ROWS = 20_000
"""Twice the modules of the largest platform that is served; more is no document that people write."""

_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t\r\n]|\Z)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_RULE = re.compile(r"[|:\- \t\r]*")
_DASHES = re.compile(r":?-+:?")
# Backslashes count from the first of their run: a line of nothing but backslashes is walked once.
_MARK = re.compile(r"(?<!\\)(\\*)(`+|\|)")
_NAME = r"`[^`\s|]{1,200}`"
_NAMES = re.compile(rf"{_NAME}(?:,[ \t]*{_NAME})*")
_LINKED = re.compile(r"\[([^\[\]]*)\]\([^()]*\)")


@dataclass(frozen=True)
class DocumentRow:
    """A row that stands in a table: its name, the texts of its cells, and its line, from 1."""

    name: str
    cells: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Line:
    """A line of the document; `level` is a heading's, 0 for other lines, -1 for those in fenced code."""

    number: int
    start: int
    text: str
    level: int


@dataclass(frozen=True)
class PlacedRow:
    """A row in its line: `spans` are the cells between the bars, as offsets in the line."""

    row: DocumentRow
    line: Line
    spans: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """Where its line begins in the document."""
        return self.line.start

    @property
    def end(self) -> int:
        """Where the next line begins; behind the text's end when the line is the last and has no end of its own."""
        return self.line.start + len(self.line.text) + 1

    @property
    def widths(self) -> tuple[int, ...]:
        """How wide its cells are, with the space around them."""
        return tuple(last - first for first, last in self.spans)


@dataclass(frozen=True)
class DocumentTable:
    """A table: its header, the rule below it, its rows."""

    header: PlacedRow
    rule: PlacedRow
    rows: tuple[PlacedRow, ...]

    def named(self, name: str) -> tuple[PlacedRow, ...]:
        """The rows of this name; more than one is a mistake in the document."""
        return tuple(placed for placed in self.rows if placed.row.name == name)

    @property
    def widths(self) -> tuple[int, ...]:
        """How wide every cell of an aligned table is; nothing when the table is not aligned."""
        widths = {placed.widths for placed in (self.header, self.rule, *self.rows)}
        return self.header.widths if len(widths) == 1 else ()


@lru_cache(maxsize=64)
def find_table(text: str, heading: str, *, path: str) -> DocumentTable:
    """The first table under a heading, up to the next heading of its level or above.

    Raises `ManifestError` where the heading is missing or not the only one, or no table stands there. Cached because a
    plan asks for the same table once a module.
    """
    section = _section(text, heading, path=path)
    for index, line in enumerate(section[:-1]):
        if line.level or "|" not in line.text or not _may_be_rule(section[index + 1].text):
            continue
        header, rule = _placed(line), _placed(section[index + 1])
        if _is_rule(rule) and len(rule.spans) == len(header.spans):
            found = _body(section[index + 2 :], len(header.spans))
            if len(found) > MOST_ROWS:
                hint = f"keep it at {MOST_ROWS} rows"
                raise table_error("the table has too many rows", heading, path=path, line=header.row.line, hint=hint)
            return DocumentTable(header, rule, found)
    raise table_error("no table stands under the heading", heading, path=path, hint="write the table's header and rule")


def _section(text: str, heading: str, *, path: str) -> list[Line]:
    """The lines under the heading, up to the next one of its level or above."""
    lines = _lines(text)
    found = [index for index, line in enumerate(lines) if line.level > 0 and line.text.strip() == heading.strip()]
    if len(found) != 1:
        problem = "the heading stands more than once" if found else "the heading is missing"
        raise table_error(problem, heading, path=path, hint=f"write the line {shown(heading)} once, above the table")
    level, first = lines[found[0]].level, found[0] + 1
    ends = (index for index in range(first, len(lines)) if 0 < lines[index].level <= level)
    return lines[first : next(ends, len(lines))]


def _lines(text: str) -> list[Line]:
    lines, at, fence = [], 0, ""
    for number, line in enumerate(text.split("\n"), 1):
        level = -1 if fence else 0
        if mark := _FENCE.match(line):
            level = -1
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        elif not fence and (hashes := _HEADING.match(line)):
            level = len(hashes[1])
        lines.append(Line(number, at, line, level))
        at += len(line) + 1
    return lines


def _body(lines: list[Line], columns: int) -> tuple[PlacedRow, ...]:
    """The rows: up to the first line without a bar."""
    ends = (index for index, line in enumerate(lines) if line.level or "|" not in line.text)
    return tuple(_placed(line, columns=columns) for line in lines[: min(next(ends, len(lines)), MOST_ROWS + 1)])


def _placed(line: Line, *, columns: int | None = None) -> PlacedRow:
    """A line as a row. Where a lone backtick hides bars, they count if only so the row has the table's columns."""
    spans = _spans(line.text, _bars(line.text))
    if columns is not None and len(spans) != columns:
        plain = _spans(line.text, [mark.start(2) for mark in _MARK.finditer(line.text) if _is_bar(mark)])
        spans = plain if len(plain) == columns else spans
    cells = tuple(line.text[first:last].strip() for first, last in spans)
    return PlacedRow(DocumentRow(row_name(cells[0]), cells, line.number), line, spans)


def cells_of(line: str) -> tuple[str, ...]:
    """The texts of the cells of a line that stands in a table."""
    return tuple(line[first:last].strip() for first, last in _spans(line, _bars(line)))


def _bars(line: str) -> list[int]:
    """Where bars stand that split cells: not escaped, and in no code span."""
    marks = list(_MARK.finditer(line))
    closing = _closing(marks)
    found, index = [], 0
    while index < len(marks):
        if _is_bar(marks[index]):
            found.append(marks[index].start(2))
        elif marks[index][2] != "|" and not _is_escaped(marks[index]):
            index = closing[index]
        index += 1
    return found


def _closing(marks: list[re.Match[str]]) -> list[int]:
    """For every mark the next one that is the same: a run of backticks ends at a run of its length, or is no code."""
    closing, following = list(range(len(marks))), dict[str, int]()
    for index in reversed(range(len(marks))):
        closing[index] = following.get(marks[index][2], index)
        following[marks[index][2]] = index
    return closing


def _is_escaped(mark: re.Match[str]) -> bool:
    return len(mark[1]) % 2 == 1


def _is_bar(mark: re.Match[str]) -> bool:
    return mark[2] == "|" and not _is_escaped(mark)


def _spans(line: str, bars: list[int]) -> tuple[tuple[int, int], ...]:
    """The cells between the bars; a bar at either end of a line only frames it."""
    end = len(line.rstrip())
    starts, ends = [0, *(bar + 1 for bar in bars)], [*bars, end]
    is_framed = bool(bars) and not line[: bars[0]].strip()
    is_closed = len(bars) > is_framed and bars[-1] == end - 1
    return tuple(zip(starts, ends, strict=True))[is_framed : len(starts) - is_closed]


def _may_be_rule(line: str) -> bool:
    """Asked of every line, so it costs little."""
    return "-" in line and _RULE.fullmatch(line) is not None


def _is_rule(placed: PlacedRow) -> bool:
    return all(_DASHES.fullmatch(cell) for cell in placed.row.cells)


def row_name(cell: str) -> str:
    """The name in a row's first cell, whether it is code, a link, both or neither."""
    linked = _LINKED.fullmatch(cell)
    plain = (linked[1] if linked else cell).strip().replace("\\_", "_")
    return plain[1:-1] if len(plain) > 2 and plain[0] == plain[-1] == "`" else plain


def meaning(cell: str) -> frozenset[str] | str:
    """What a cell says: a set of names, or its text; the order of names and the kind of dash say nothing."""
    if cell in ("", "-", "–", NOTHING):
        return frozenset()
    if _NAMES.fullmatch(cell):
        return frozenset(name.strip(" \t`") for name in cell.split(","))
    return " ".join(cell.split())


def table_error(problem: str, heading: str, *, path: str, hint: str, line: int = 0) -> ManifestError:
    """What is wrong with the table under a heading."""
    return ManifestError(Finding(path=path, line=line, key=heading, problem=problem, hint=hint))
