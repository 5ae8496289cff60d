"""Where things stand in a TOML text: every key, value and item with its place, so that an edit touches nothing else.

Parsers that keep a file's style take tens of milliseconds for hundreds of modules, and fast ones forget where a value
stood. So a text is scanned here into statements, and lines that were scanned before are taken from a cache: an edit of
one line costs the scan of one line. `tomllib` judges every statement and the skeleton of the whole (all keys and
headers, values left out), so what counts as TOML is not our own opinion.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from codegen.errors import Finding, ManifestError, shown
from codegen.toml_scan import LINE_REST, Key, Pair, Scan, ScanError, Value

LARGEST = 256 * 1024

# Control characters but tab and line ends, a lone carriage return, and marks that change the direction of text.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")
_ERROR_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Statement:
    """A `key = value` with its whole lines: `start` is the first line's, `end` stands after the last line's end.

    Offsets inside `pair` count from `start`, so that equal lines are scanned once wherever they stand.
    """

    start: int
    end: int
    pair: Pair

    @property
    def key(self) -> Key:
        """The key's parts."""
        return self.pair.key

    @property
    def value(self) -> Value:
        """The value, with offsets from the statement's start."""
        return self.pair.value

    @property
    def key_start(self) -> int:
        """Where the key stands in the text."""
        return self.start + self.pair.start


@dataclass(slots=True)
class Table:
    """A `[header]` (the first table of a file has none) and the statements up to the next header."""

    path: Key
    start: int
    body: int
    end: int = 0
    is_array_element: bool = False
    statements: list[Statement] = field(default_factory=list)

    def find(self, key: str) -> Statement | None:
        """The statement whose key is or begins with this name."""
        return next((statement for statement in self.statements if statement.key[0] == key), None)


@dataclass(frozen=True)
class TomlText:
    """A scanned text and its tables in the order of the file."""

    path: str
    text: str
    tables: tuple[Table, ...]

    @cached_property
    def data(self) -> dict[str, Any]:
        """The whole text as `tomllib` reads it."""
        return tomllib.loads(self.text)

    @property
    def newline(self) -> str:
        """The line end of the file; a file that mixes both is edited in the style of its first line."""
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"

    def table(self, *path: str) -> Table | None:
        """The table with this header, if the file has one."""
        return next((table for table in self.tables if table.path == path and not table.is_array_element), None)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        return place(self.text, offset)


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def decode(content: bytes, *, path: str, largest: int = LARGEST) -> str:
    """The text of a file, or one finding: too large, no UTF-8, or with characters that no reviewer can see."""
    if len(content) > largest:
        found, allowed = f"{len(content)} bytes", f"at most {largest} bytes"
        raise ManifestError(Finding(path=path, problem="the file is too large", found=found, allowed=allowed))
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise ManifestError(Finding(path=path, problem=f"the file is not UTF-8 (byte {error.start})")) from error
    refuse_invisible(text, path=path)
    return text


def refuse_invisible(text: str, *, path: str) -> None:
    """Refuse control and bidirectional characters: a reviewer would approve another text than the one that is built."""
    if hit := _FORBIDDEN.search(text):
        line, column = place(text, hit.start())
        problem = "a control character or bidirectional mark stands in the file"
        finding = Finding(path=path, line=line, column=column, problem=problem, found=shown(hit[0]), hint="remove it")
        raise ManifestError(finding)


_KEPT_TEXTS = 32
"""A plan asks for a handful of texts again and again; of a large platform each is tens of thousands of objects."""
_SHORT = 500
"""Longer lines are long lists, which differ in every version of a file: remembering them costs far more than it saves."""


@lru_cache(maxsize=_KEPT_TEXTS)
def parse(text: str, *, path: str) -> TomlText:
    """Scan and judge a TOML text; raises `ManifestError` with the place of the first thing that is not TOML.

    Cached because texts are immutable, and one plan asks for the same files many times.
    """
    source = scan(text, path=path)
    _judge(_skeleton(text, source.tables), path=path)
    return source


@lru_cache(maxsize=_KEPT_TEXTS)
def scan(text: str, *, path: str) -> TomlText:
    """A text between two edits: scanned, and judged only line by line. What goes in or out of codegen is parsed."""
    if len(text) > LARGEST:
        decode(text.encode(), path=path)
    refuse_invisible(text, path=path)
    try:
        tables = _tables(text)
    except ScanError as error:
        line, column = place(text, error.offset)
        problem = f"not TOML: {error.problem}"
        finding = Finding(
            path=path, line=line, column=column, problem=problem, found=error.found, allowed=error.allowed
        )
        raise ManifestError(finding) from error
    return TomlText(path=path, text=text, tables=tables)


def _tables(text: str) -> tuple[Table, ...]:
    tables = [Table(path=(), start=0, body=0)]
    at = 0
    while at < len(text):
        if blank := LINE_REST.match(text, at):
            at = blank.end()
        elif text.startswith("[", at + _indent(text, at)):
            tables[-1].end = at
            tables.append(_header(text, at))
            at = tables[-1].body
        else:
            tables[-1].statements.append(_statement(text, at))
            at = tables[-1].statements[-1].end
    tables[-1].end = len(text)
    return tuple(tables)


def _indent(text: str, at: int) -> int:
    line = text[at : text.find("\n", at) + 1 or len(text)]
    return len(line) - len(line.lstrip(" \t"))


def _header(text: str, at: int) -> Table:
    scan = Scan(text, at + _indent(text, at))
    path, is_array = scan.header()
    return Table(path=path, start=at, body=scan.at, is_array_element=is_array)


def _statement(text: str, at: int) -> Statement:
    end = text.find("\n", at) + 1 or len(text)
    line = text[at:end]
    if pair := _short_line(line) if len(line) <= _SHORT else _one_line(line):
        return Statement(at, end, pair)
    scan = Scan(text, at)
    scan.statement()
    end = scan.at
    try:
        tomllib.loads(text[at:end])
    except (ValueError, RecursionError) as error:
        problem, number, _ = _syntax_problem(error)
        offset = at if number < 2 else at + _line_offset(text[at:end], number)
        raise ScanError(offset, problem, found=shown(text[offset : offset + 40].split("\n", 1)[0])) from error
    return Statement(at, end, Scan(text[at:end]).statement())


def _line_offset(text: str, line: int) -> int:
    return sum(len(part) + 1 for part in text.split("\n")[: line - 1])


@lru_cache(maxsize=16384)
def _short_line(line: str) -> Pair | None:
    return _one_line(line)


def _one_line(line: str) -> Pair | None:
    """The statement of a line, or nothing where it goes on in the next line or is wrong: that is found out in place."""
    scan = Scan(line)
    try:
        pair = scan.statement()
        tomllib.loads(line)
    except (ScanError, ValueError, RecursionError):
        return None
    return pair


def _skeleton(text: str, tables: tuple[Table, ...]) -> str:
    """The text with every value left out and every line in its place: what may not stand twice is in it."""
    lines = []
    for table in tables:
        lines.append((table.start, text[table.start : table.body].rstrip()))
        for statement in table.statements:
            key = text[statement.key_start : statement.start + statement.value.start]
            lines.append((statement.start, f"{key} 0"))
    numbered: dict[int, str] = {}
    at = line = 0
    for offset, content in lines:
        line += text.count("\n", at, offset)
        at = offset
        numbered[line] = content or numbered.get(line, "")
    return "".join(numbered.get(number, "") + "\n" for number in range(line + 1))


def _judge(skeleton: str, *, path: str) -> None:
    try:
        tomllib.loads(skeleton)
    except (ValueError, RecursionError) as error:
        problem, line, column = _syntax_problem(error)
        hint = "a key or table may stand once: remove one"
        key = shown(skeleton.split("\n")[line - 1].split(" = ")[0].strip("[] ")) if line else ""
        finding = Finding(path=path, line=line, column=column, key=key, problem=f"not TOML: {problem}", hint=hint)
        raise ManifestError(finding) from error


def _syntax_problem(error: Exception) -> tuple[str, int, int]:
    message = str(error)
    where = _ERROR_PLACE.search(message)
    if where is None:
        return message, 0, 0
    return message[: where.start()], int(where[1] or 0), int(where[2] or 0)
