"""What commands print: tables and JSON on stdout, progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import click


def show_json(document: object) -> None:
    """The document as the API gave it."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=True))


def show_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns as wide as their widest cell; the last one is not padded, so that lines can be copied."""
    lines = [list(head), *([visible(_cell(value)) for value in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def show_text(text: str) -> None:
    """Text of somebody else's, without what could move a terminal's cursor."""
    click.echo(visible(text, lines=True), nl=not text.endswith("\n"))


def tell(text: str) -> None:
    """One line of progress."""
    click.echo(visible(text), err=True)


def visible(text: str, *, lines: bool = False) -> str:
    """Each character that does not print as `?`; with `lines`, line ends and tabs stay."""
    kept = {"\n", "\t"} if lines else set()
    return "".join(letter if letter.isprintable() or letter in kept else "?" for letter in text)


def _cell(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return str(value)
