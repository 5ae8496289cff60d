"""Where things stand in a TOML text: every key, value and item with its place, so that an edit touches nothing else.

Parsers that keep a file's style are too slow for hundreds of modules, and fast ones forget where a value stood. So the
text is scanned here into statements with offsets, and `tomllib` judges the same text independently: what it refuses
is refused, and what an edit made is parsed again before it is believed. The scan comes first and bounds nesting and
dotted keys, because `tomllib` needs gigabytes for a key of 40,000 parts.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NoReturn

from codegen.errors import Finding, ManifestError, shown

LARGEST = 2 * 1024 * 1024
DEEPEST = 24

_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_LINE_REST = re.compile(r"[ \t\r]*(?:#[^\n]*)?(?:\n|\Z)")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}'
    r"|'''(?:[^']|'{1,2}(?!'))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
)
_SCALAR = re.compile(r"[A-Za-z0-9_+\-.:]+(?: [0-9]{2}:[0-9:.Zz+\-]+)?")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A value and where it stands: `data` as Python has it, `items` of an array, `pairs` of an inline table."""

    start: int
    end: int
    data: Any
    items: tuple[Value, ...] = ()
    pairs: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """`key = value`, from the first character of the key."""

    key: Key
    start: int
    value: Value


@dataclass(frozen=True, slots=True)
class Statement:
    """A `key = value` of a table with its whole lines: `start` is the line's, `end` stands after its line end."""

    key: Key
    start: int
    end: int
    key_start: int
    value: Value


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
    """A scanned text: its tables in the order of the file, and the data as `tomllib` reads it."""

    path: str
    text: str
    tables: tuple[Table, ...]
    data: dict[str, Any]

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
        problem = "the file is too large"
        raise ManifestError(
            Finding(path=path, problem=problem, found=f"{len(content)} bytes", allowed=f"at most {largest} bytes")
        )
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
        raise ManifestError(
            Finding(path=path, line=line, column=column, problem=problem, found=shown(hit[0]), hint="remove it")
        )


@lru_cache(maxsize=512)
def parse(text: str, *, path: str) -> TomlText:
    """Scan and parse a TOML text; raises `ManifestError` with the place of the first thing that is not TOML.

    Cached because texts are immutable, and one plan asks for the same files (a module's facts, the manifest) many times.
    """
    if len(text) > LARGEST:
        decode(text.encode(), path=path)
    refuse_invisible(text, path=path)
    tables = _Scan(text, path).tables()
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ManifestError(_syntax_finding(error, path=path)) from error
    return TomlText(path=path, text=text, tables=tables, data=data)


def _syntax_finding(error: Exception, *, path: str) -> Finding:
    message = str(error)
    where = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if where is None:
        return Finding(path=path, problem=f"not TOML: {message}")
    problem = f"not TOML: {message[: where.start()]}"
    if "overwrite" in message or "twice" in message or "duplicate" in message.lower():
        problem += " (a key or table stands twice)"
    return Finding(path=path, line=int(where[1]), column=int(where[2]), problem=problem, hint="mend the syntax")


class _Scan:
    """One walk over a text; `at` is the next character. Refuses depth, leaves finer syntax to `tomllib`."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path
        self.at = 0

    def tables(self) -> tuple[Table, ...]:
        tables = [Table(path=(), start=0, body=0)]
        while self.at < len(self.text):
            start = self.at
            if blank := _LINE_REST.match(self.text, self.at):
                self.at = blank.end()
                continue
            self._skip(_SPACE)
            if self.text.startswith("[", self.at):
                tables[-1].end = start
                tables.append(self._header(start))
            else:
                tables[-1].statements.append(self._statement(start))
        tables[-1].end = len(self.text)
        return tuple(tables)

    def _header(self, start: int) -> Table:
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        path = self._key()
        self._expect("]]" if is_array else "]")
        self._line_end()
        return Table(path=path, start=start, body=self.at, is_array_element=is_array)

    def _statement(self, start: int) -> Statement:
        key_start = self.at
        key = self._key()
        self._expect("=")
        self._skip(_SPACE)
        value = self._value(1)
        self._line_end()
        return Statement(key=key, start=start, end=self.at, key_start=key_start, value=value)

    def _key(self) -> Key:
        parts = []
        while True:
            self._skip(_SPACE)
            parts.append(self._key_part())
            self._skip(_SPACE)
            if len(parts) > DEEPEST:
                self._fail("a dotted key has too many parts", allowed=f"at most {DEEPEST} parts")
            if not self.text.startswith(".", self.at):
                return tuple(parts)
            self.at += 1

    def _key_part(self) -> str:
        if bare := _BARE.match(self.text, self.at):
            self.at = bare.end()
            return bare[0]
        quoted = _STRING.match(self.text, self.at)
        if quoted is None or quoted[0].startswith(('"""', "'''")):
            self._fail("a key was expected")
        self.at = quoted.end()
        return self._decoded(quoted[0])

    def _value(self, depth: int) -> Value:
        if depth > DEEPEST:
            self._fail("values are nested too deeply", allowed=f"at most {DEEPEST} levels")
        start = self.at
        opening = self.text[start : start + 1]
        if opening == "[":
            return self._array(start, depth)
        if opening == "{":
            return self._inline_table(start, depth)
        pattern = _STRING if opening in ('"', "'") else _SCALAR
        if not opening or (match := pattern.match(self.text, start)) is None:
            self._fail("a value was expected")
        self.at = match.end()
        return Value(start, self.at, self._decoded(match[0]))

    def _array(self, start: int, depth: int) -> Value:
        self.at += 1
        items = []
        self._skip(_GAP)
        while not self.text.startswith("]", self.at):
            items.append(self._value(depth + 1))
            self._skip(_GAP)
            if not self.text.startswith(",", self.at):
                break
            self.at += 1
            self._skip(_GAP)
        self._expect("]")
        return Value(start, self.at, [item.data for item in items], items=tuple(items))

    def _inline_table(self, start: int, depth: int) -> Value:
        self.at += 1
        pairs = []
        self._skip(_SPACE)
        while not self.text.startswith("}", self.at):
            key_start = self.at
            key = self._key()
            self._expect("=")
            self._skip(_SPACE)
            pairs.append(Pair(key, key_start, self._value(depth + 1)))
            self._skip(_SPACE)
            if not self.text.startswith(",", self.at):
                break
            self.at += 1
            self._skip(_SPACE)
        self._expect("}")
        return Value(start, self.at, {pair.key: pair.value.data for pair in pairs}, pairs=tuple(pairs))

    def _decoded(self, raw: str) -> Any:
        if raw[0] in "\"'" and not raw.startswith(('"""', "'''")) and "\\" not in raw:
            return raw[1:-1]
        if raw in ("true", "false"):
            return raw == "true"
        try:
            return tomllib.loads(f"v = {raw}")["v"]
        except ValueError:
            self._fail("not a TOML value", found=shown(raw))

    def _expect(self, mark: str) -> None:
        if not self.text.startswith(mark, self.at):
            self._fail(f"`{mark}` was expected")
        self.at += len(mark)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _line_end(self) -> None:
        match = _LINE_REST.match(self.text, self.at)
        if match is None:
            self._fail("the end of the line was expected")
        else:
            self.at = match.end()

    def _fail(self, problem: str, *, allowed: str = "", found: str = "") -> NoReturn:
        line, column = place(self.text, self.at)
        rest = self.text[self.at : self.at + 40].split("\n", 1)[0]
        found = found or (shown(rest) if rest else "the end of the line")
        raise ManifestError(
            Finding(
                path=self.path, line=line, column=column, problem=f"not TOML: {problem}", found=found, allowed=allowed
            )
        )
