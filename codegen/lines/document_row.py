"""A module's row in a table of a Markdown document that people write by hand.

Only whole rows go in and out, and only cells that are ours change: every other byte stays, also the padding of
aligned columns. Where a table and its cells stand is `document_table`'s to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from codegen.errors import Finding, ManifestError, Refused, Row, shown
from codegen.lines.document_table import (
    NOTHING,
    DocumentRow,
    DocumentTable,
    PlacedRow,
    cells_of,
    find_table,
    meaning,
    row_name,
    table_error,
)
from codegen.names import family
from codegen.toml.splice import insert_line, remove_lines

LONGEST_TEXT = 200

_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\u061c]+")
_UNSAFE = re.compile(r"[^\S ]|(?<!\\)<|[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\u061c]")
# What would begin a link, an image, code, a tag, an entity, emphasis or a cell: https://github.github.com/gfm/#inlines
_ACTIVE = re.compile(r"[\\`*\[\]<>&|]|:(?=//)|(?<=www)\.", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class RowWish:
    """A row as it must stand in the table under a heading: the first of its cells names it.

    The cells in `free` are people's text: written with a new row, and neither compared nor changed afterwards.
    """

    heading: str
    cells: tuple[str, ...]
    free: frozenset[int] = frozenset()


def rows(text: str, heading: str, *, path: str) -> tuple[DocumentRow, ...]:
    """The rows of the first table under a heading; raises `ManifestError` where heading or table is missing."""
    return tuple(placed.row for placed in find_table(text, heading, path=path).rows)


def write_row(text: str, wish: RowWish, *, after: Sequence[str], path: str) -> str:
    """The text with this row in the table: the same text when it is there and says the same.

    A new row goes behind the last row whose name is in `after` (what the module needs) or is of its family, else to
    the table's end. Raises `ManifestError` where the table is missing, has other columns, or has the row twice;
    `Refused` (CellNotAllowed) when a cell would not stay one cell.
    """
    table = find_table(text, wish.heading, path=path)
    if len(wish.cells) != len(table.header.spans):
        raise _other_columns(wish, table, path=path)
    name = row_name(wish.cells[0])
    present = table.named(name)
    if len(present) > 1:
        hint = f"remove one of the rows {shown(name)}"
        raise table_error("a row stands twice", wish.heading, path=path, line=present[1].row.line, hint=hint)
    told = wish.free if present else frozenset[int]()
    _refuse_unsafe([cell for index, cell in enumerate(wish.cells) if index not in told], path=path)
    if present:
        return _rewritten(text, table, present[0], wish)
    at = min(_place(table, name, frozenset(after)), len(text))
    newline = "\r\n" if table.header.line.text.endswith("\r") else "\n"
    return insert_line(text, at, line=_line(table, wish.cells), newline=newline)


def remove_row(text: str, heading: str, name: str, *, path: str) -> str:
    """The text without the rows of this name under the heading; raises `ManifestError` where the table is missing."""
    for placed in reversed(find_table(text, heading, path=path).named(name)):
        text = remove_lines(text, placed.start, min(placed.end, len(text)))
    return text


def cell_text(text: str) -> str:
    """Plain text as it may stand in a cell: one line of at most 200 characters in which nothing is a link or markup.

    For texts that come from a module's own files, whose author may be anybody.
    """
    plain = _UNSEEN.sub(" ", text[: 4 * LONGEST_TEXT]).strip()
    if len(plain) > LONGEST_TEXT:
        plain = plain[: LONGEST_TEXT - 1].rstrip() + "…"
    return _ACTIVE.sub(lambda match: f"\\{match[0]}", plain)


def cell_names(names: Sequence[str]) -> str:
    """A list of names as a cell holds it."""
    return ", ".join(f"`{name}`" for name in names) or NOTHING


def _place(table: DocumentTable, name: str, after: frozenset[str]) -> int:
    beside = [placed for placed in table.rows if placed.row.name in after or family(placed.row.name) == family(name)]
    return (beside or table.rows or (table.rule,))[-1].end


def _line(table: DocumentTable, cells: Sequence[str]) -> str:
    """A row in the style of the table's header: framed or not, padded where the whole table is aligned."""
    header = table.header.line.text.rstrip()
    bare = header.lstrip()
    indent, is_framed, is_closed = header[: len(header) - len(bare)], bare.startswith("|"), bare.endswith("|")
    widths = table.widths or (0,) * len(cells)
    line = "|".join(f" {cell} ".ljust(width) for cell, width in zip(cells, widths, strict=True))
    line = f"|{line}" if is_framed else line.lstrip()
    return indent + (f"{line}|" if is_closed else line.rstrip())


def _rewritten(text: str, table: DocumentTable, placed: PlacedRow, wish: RowWish) -> str:
    """The text with the row's cells as wished, where they mean something else; the first cell and free ones stay."""
    own, had = placed.line.text, placed.row.cells
    if len(had) < len(wish.cells):
        cells = [
            had[index] if index < len(had) and index in wish.free | {0} else cell
            for index, cell in enumerate(wish.cells)
        ]
        own = _line(table, cells) + ("\r" if own.endswith("\r") else "")
    else:
        for index in reversed(range(1, len(wish.cells))):
            if index not in wish.free and meaning(had[index]) != meaning(wish.cells[index]):
                own = _with_cell(own, placed.spans[index], wish.cells[index])
    return text[: placed.start] + own + text[placed.start + len(placed.line.text) :]


def _with_cell(line: str, span: tuple[int, int], cell: str) -> str:
    """A line with another cell, as wide as the old one was where it was padded and there is room."""
    first, last = span
    old = line[first:last]
    lead = old[: len(old) - len(old.lstrip())] if old.strip() else " "
    trail = " " if last < len(line.rstrip()) else ""
    width = len(old) if old.endswith("  ") else 0
    return line[:first] + f"{lead}{cell}{trail}".ljust(width) + line[last:]


def _refuse_unsafe(cells: Sequence[str], *, path: str) -> None:
    """A cell must stay one cell of one line, and no tag: what a module says is never the document's markup."""
    unsafe = [cell for cell in cells if _UNSAFE.search(cell) or cells_of(f"| {cell} | ` |") != (cell, "`")]
    if unsafe:
        table_rows = tuple(Row(subject=path, want="one cell in one line", have=shown(cell)) for cell in unsafe)
        raise Refused("CellNotAllowed", "A cell would not stay one cell of the table.", rows=table_rows)


def _other_columns(wish: RowWish, table: DocumentTable, *, path: str) -> ManifestError:
    return ManifestError(
        Finding(
            path=path,
            line=table.header.row.line,
            key=wish.heading,
            problem="the table has other columns",
            found=f"{len(table.header.spans)} columns",
            allowed=f"{len(wish.cells)} columns",
            hint="mend the table's header, or what the host preset says of this table",
        )
    )
