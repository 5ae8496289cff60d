"""Where things stand in a TOML text: every key, value and item with its place, so that an edit touches nothing else.

Parsers that keep a file's style take hundreds of milliseconds for a thousand modules, and fast ones forget where a value
stood. So a text is scanned here into statements: plain lines by one pattern (`codegen.toml.line`), which remembers what
it has read, all others by a scan whose every statement `tomllib` judges too. It also judges the skeleton of the whole
(what may not stand twice, values left out), so what counts as TOML is not our own opinion.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from codegen.errors import Finding, ManifestError, shown
from codegen.toml.line import read_plain_list
from codegen.toml.scan import LINE_REST, MOST_VALUES, Key, Scan, ScanError, plain
from codegen.toml.skeleton import judge_skeleton, syntax_problem
from codegen.toml.table import Table
from codegen.toml.written import Written, plain_line

LARGEST = 256 * 1024
"""Bytes of a file where nobody says more."""
LARGEST_MANIFEST = 2 * 1024 * 1024
"""Of a manifest or a Cargo manifest: twenty thousand modules. With the two below it keeps the worst under a second."""
MOST_STATEMENTS = 20_000
MOST_SCANNED = 8_000
"""Of them those that are no plain lines: each is scanned and given to `tomllib` alone, which takes some 30 microseconds."""
MOST_TABLES = 2_000

# Control characters but tab and line ends, a lone carriage return, and marks that change the direction of text.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")
_MARKS = "\ufeff\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS = bytes({*range(32), 127} - {*b"\t\n"})
_BLANK_LINES = re.compile(r"(?:[ \t\r]*+(?:#[^\n]*+)?\n)++")
_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7}|={7})(?![^\s])[^\n]*", re.MULTILINE)


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
        return self._by_path.get(path)

    @cached_property
    def _by_path(self) -> dict[Key, Table]:
        found: dict[Key, Table] = {}
        for table in self.tables:
            if not table.is_array_element:
                found.setdefault(table.path, table)
        return found

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
    # A look for bytes, and one for each mark, answer in a fraction of the time that the pattern takes.
    raw = text.encode(errors="replace")
    if raw == raw.translate(None, _CONTROLS) and (len(raw) == len(text) or not any(mark in text for mark in _MARKS)):
        return
    if hit := _FORBIDDEN.search(text):
        line, column = place(text, hit.start())
        problem = "a control character or bidirectional mark stands in the file"
        finding = Finding(path=path, line=line, column=column, problem=problem, found=shown(hit[0]), hint="remove it")
        raise ManifestError(finding)


def refuse_conflict(text: str, *, path: str) -> None:
    """Refuse the marks of a merge that was not finished, as what they are and not as bad syntax.

    `git` writes them at the start of a line, see https://git-scm.com/docs/git-merge#_how_conflicts_are_presented.
    """
    is_likely = "<<<<<<<" in text or ">>>>>>>" in text
    marks = list(_CONFLICT.finditer(text)) if is_likely else []
    if not any(mark[0][0] in "<>" for mark in marks):
        return
    line, column = place(text, marks[0].start())
    hint = f"decide what is to stay of lines {line} to {place(text, marks[-1].start())[0]}, and remove the marks"
    problem = "a merge conflict stands in the file"
    raise ManifestError(
        Finding(path=path, line=line, column=column, problem=problem, found=shown(marks[0][0]), hint=hint)
    )


_KEPT_TEXTS = 12
"""A plan asks for a handful of texts again and again; of a large platform each is tens of thousands of objects."""


@lru_cache(maxsize=_KEPT_TEXTS)
def parse(text: str, *, path: str) -> TomlText:
    """Scan and judge a TOML text; raises `ManifestError` with the place of the first thing that is not TOML.

    Cached because texts are immutable, and one plan asks for the same files many times.
    """
    source = scan(text, path=path)
    judge_skeleton(text, source.tables, path=path)
    return source


@lru_cache(maxsize=_KEPT_TEXTS)
def scan(text: str, *, path: str) -> TomlText:
    """A text between two edits: scanned, and judged only line by line. What goes in or out of codegen is parsed."""
    if len(text) > LARGEST_MANIFEST:
        found, allowed = f"{len(text)} characters", f"at most {LARGEST_MANIFEST}"
        raise ManifestError(Finding(path=path, problem="the file is too large", found=found, allowed=allowed))
    refuse_invisible(text, path=path)
    refuse_conflict(text, path=path)
    try:
        tables = _Reading(text).tables()
    except ScanError as error:
        line, column = place(text, error.offset)
        problem = f"not TOML: {error.problem}"
        finding = Finding(
            path=path, line=line, column=column, problem=problem, found=error.found, allowed=error.allowed
        )
        raise ManifestError(finding) from error
    return TomlText(path=path, text=text, tables=tables)


class _Reading:
    """One walk over the lines of a text, with what it may still take up."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.values = MOST_VALUES
        self.statements = 0
        self.scanned = 0

    def tables(self) -> tuple[Table, ...]:
        text, at, tables = self.text, 0, [Table(path=(), start=0, body=0)]
        while at < len(text):
            if blank := _BLANK_LINES.match(text, at) or LINE_REST.match(text, at):
                at = blank.end()
            elif (end := self._plain(at, tables[-1])) > at:
                at = end
            elif text.startswith("[", at + _indent(text, at)):
                tables[-1].end = at
                tables.append(self._header(at, len(tables)))
                at = tables[-1].body
            else:
                at = self._take(at, self._statement(at), tables[-1])
        tables[-1].end = len(text)
        return tuple(tables)

    def _header(self, at: int, count: int) -> Table:
        self._demand(count < MOST_TABLES, at, problem="the file holds too many tables", allowed=f"{MOST_TABLES}")
        scan = Scan(self.text, at + _indent(self.text, at))
        path, is_array = scan.header()
        return Table(path=path, start=at, body=scan.at, is_array_element=is_array)

    def _plain(self, at: int, table: Table) -> int:
        """Takes the plain lines that stand here, one after the other; where they end."""
        text, most = self.text, len(table.starts) + MOST_STATEMENTS - self.statements
        before = len(table.starts)
        while at < len(text) and len(table.starts) <= most:
            end = text.find("\n", at) + 1 or len(text)
            written = plain_line(text[at:end])
            if written is None:
                break
            table.starts.append(at)
            table.written.append(written)
            at = end
        self._count(len(table.starts) - before, table)
        return at

    def _take(self, at: int, written: Written, table: Table) -> int:
        table.starts.append(at)
        table.written.append(written)
        self._count(1, table)
        return at + len(written.text)

    def _count(self, new: int, table: Table) -> None:
        self.statements += new
        if self.statements > MOST_STATEMENTS:
            problem, allowed = "the file holds too many keys", f"at most {MOST_STATEMENTS}"
            raise ScanError(table.starts[-1], problem, found="more", allowed=allowed)

    def _statement(self, at: int) -> Written:
        return self._plain_list(at) or self._scanned(at)

    def _plain_list(self, at: int) -> Written | None:
        found = read_plain_list(self.text, at)
        if found is None or len(found[2]) >= self.values:
            return None
        key, end, items = found
        self.values -= len(items) + 1
        return Written(self.text[at:end], key=key, data=items)

    def _scanned(self, at: int) -> Written:
        self.scanned += 1
        problem = "the file holds too many values that are no plain texts, booleans, lists or tables of these"
        self._demand(self.scanned <= MOST_SCANNED, at, problem=problem, allowed=f"{MOST_SCANNED}")
        scan = Scan(self.text, at, most=self.values)
        pair = scan.statement()
        self.values -= scan.values
        own = self.text[at : scan.at]
        try:
            tomllib.loads(own)
        except (ValueError, RecursionError) as error:
            problem, number, _ = syntax_problem(error)
            offset = at if number < 2 else at + _line_offset(own, number)
            found = shown(self.text[offset : offset + 40].split("\n", 1)[0])
            raise ScanError(offset, problem, found=found) from error
        return Written(own, key=pair.key, data=plain(pair.value))

    def _demand(self, is_so: bool, at: int, *, problem: str, allowed: str) -> None:  # noqa: FBT001 - the thing demanded
        if not is_so:
            raise ScanError(at, problem, found="more", allowed=f"at most {allowed}")


def _indent(text: str, at: int) -> int:
    line = text[at : text.find("\n", at) + 1 or len(text)]
    return len(line) - len(line.lstrip(" \t"))


def _line_offset(text: str, line: int) -> int:
    return sum(len(part) + 1 for part in text.split("\n")[: line - 1])
