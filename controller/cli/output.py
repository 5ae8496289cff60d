"""What commands print: tables and JSON on stdout, progress on stderr."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Sequence

import click


def show_json(document: object) -> None:
    """The document as the API gave it."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=True))


def show_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table at once, on a terminal through its pager where it is longer than the screen."""
    show_long(table(head, rows))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Columns as wide as their widest cell; the last one is not padded, so that lines can be copied."""
    lines = [list(head), *([visible(_cell(value)) for value in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def show_text(text: str) -> None:
    """Text of somebody else's, without what could move a terminal's cursor."""
    show_long(visible(text, lines=True).removesuffix("\n").split("\n"))


def show_long(lines: Sequence[str]) -> None:
    """Lines, paged where stdout is a terminal with fewer rows. `PAGER=cat` or a pipe turns that off."""
    text = "\n".join(lines) + "\n"
    if sys.stdout.isatty() and len(lines) >= shutil.get_terminal_size().lines:
        # Quits by itself on one screen, keeps what it showed, lets colours through; who has set LESS is left alone.
        os.environ.setdefault("LESS", "FRX")
        click.echo_via_pager(text)
    else:
        click.echo(text, nl=False)


def tell(text: str) -> None:
    """One line of progress."""
    click.echo(visible(text), err=True)


def visible(text: str, *, lines: bool = False) -> str:
    """Each character that does not print as `?`; with `lines`, line ends and tabs stay."""
    kept = {"\n", "\t"} if lines else set()
    return "".join(letter if letter.isprintable() or letter in kept else "?" for letter in text)


_COLOURS = {
    "passed": "green",
    "serving": "green",
    "verified": "green",
    "succeeded": "green",
    "failed": "red",
    "held": "red",
    "reverted": "red",
    "errored": "yellow",
    "pending": "yellow",
    "rolling": "yellow",
    "unknown": "yellow",
}


def coloured(line: str) -> str:
    """The line with the words of states in their colours; click takes the colours out where nobody sees them."""
    words = line.split(" ")
    return " ".join(click.style(word, fg=_COLOURS[word]) if word in _COLOURS else word for word in words)


def _cell(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_short, map(str, value))) or "–"
    return _short(str(value))


_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(?:Z|\+00:00)")
_NAME = re.compile(r"((?:sha256:)?[0-9a-f]{12})[0-9a-f]{28,}")


def _short(text: str) -> str:
    """A digest or a commit by the digits that find it, a moment to the second in UTC; `--json` has them whole."""
    if moment := _MOMENT.fullmatch(text):
        return f"{moment[1]} {moment[2]}"
    name = _NAME.fullmatch(text)
    return name[1] if name else text
