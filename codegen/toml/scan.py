"""Reads one TOML key, header or value at an offset, with the place of every part; `codegen.toml.text` puts them together.

Bounds nesting, dotted keys, the length of a scalar and the number of values while it walks: `tomllib` needs gigabytes
for a dotted key of 40,000 parts, so nothing reaches it that did not pass here. Finer syntax is left to `tomllib`.

Repetitions are possessive, so that no text makes a pattern try a second way through it or remember every step.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, overload

from codegen.errors import shown

DEEPEST = 24
LONGEST_TEXT = 64 * 1024
LONGEST_SCALAR = 100
MOST_VALUES = 40_000
"""Of one text, in all that is not one of the plain lines that `codegen.toml.line` reads: each costs some microseconds."""

_SPACE = re.compile(r"[ \t]*+")
_GAP = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_BARE = re.compile(r"[A-Za-z0-9_-]++")
_STRING = re.compile(
    r'"""(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*+"{3,5}'
    r"|'''(?:[^']++|'{1,2}(?!'))*+'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"'
    r"|'[^'\n]*+'"
)
_SCALAR = re.compile(r"[A-Za-z0-9_+\-.:]++(?: [0-9]{2}:[0-9:.Zz+\-]++)?")
LINE_REST = re.compile(r"[ \t\r]*+(?:#[^\n]*+)?(?:\n|\Z)")

Key = tuple[str, ...]


class ScanError(Exception):
    """What is not TOML, and where in the scanned text."""

    def __init__(self, offset: int, problem: str, *, found: str, allowed: str = "") -> None:
        super().__init__(problem)
        self.offset = offset
        self.problem = problem
        self.found = found
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Value:
    """A value and where it stands: `data` as Python has it, `items` of an array, `pairs` of an inline table.

    In `data` an inline table has its keys as tuples of parts, so that `a.b = 1` is told from `a = { b = 1 }`; `plain`
    puts them into each other.
    """

    start: int
    end: int
    data: Any
    items: Sequence[Value] = ()
    pairs: tuple[Pair, ...] = ()


class Items(Sequence[Value]):
    """The items of a list of plain texts: long lists have hundreds, of which an edit looks at one or two."""

    __slots__ = ("data", "places")

    def __init__(self, data: Sequence[str], places: Sequence[tuple[int, int]]) -> None:
        self.data = data
        self.places = places

    def __len__(self) -> int:
        return len(self.data)

    @overload
    def __getitem__(self, index: int) -> Value: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Value]: ...

    def __getitem__(self, index: int | slice) -> Value | Sequence[Value]:
        if isinstance(index, slice):
            return Items(self.data[index], self.places[index])
        return Value(*self.places[index], self.data[index])


def plain(value: Value) -> Any:
    """The value's data with a dotted key as tables in each other, as every TOML parser has it."""
    if isinstance(value.items, Items):
        return list(value.items.data)
    if isinstance(value.data, list):
        return [plain(item) for item in value.items]
    if not isinstance(value.data, dict):
        return value.data
    table: dict[str, Any] = {}
    for pair in value.pairs:
        inner = table
        for part in pair.key[:-1]:
            inner = inner.setdefault(part, {})
        inner[pair.key[-1]] = plain(pair.value)
    return table


@dataclass(frozen=True, slots=True)
class Pair:
    """`key = value`, from the first character of the key."""

    key: Key
    start: int
    value: Value


class Scan:
    """One walk over a text from `at` on; every method reads one thing and leaves `at` behind it."""

    def __init__(self, text: str, at: int = 0, *, most: int = MOST_VALUES) -> None:
        self.text = text
        self.at = at
        self.most = most
        self.values = 0

    def header(self) -> tuple[Key, bool]:
        """A `[table]` or `[[array of tables]]` line: its path, and whether it is the latter."""
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        path = self._key()
        self._expect("]]" if is_array else "]")
        self._line_end()
        return path, is_array

    def statement(self) -> Pair:
        """A `key = value` up to the end of its last line."""
        self._skip(_SPACE)
        pair = self._pair(1)
        self._line_end()
        return pair

    def value(self) -> Value:
        """A value by itself."""
        return self._value(1)

    def _pair(self, depth: int) -> Pair:
        start = self.at
        key = self._key()
        self._expect("=")
        self._skip(_SPACE)
        return Pair(key, start, self._value(depth))

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
        if len(quoted[0]) > LONGEST_TEXT:
            self._fail("a key is too long", allowed=f"at most {LONGEST_TEXT} characters")
        decoded = str(self._decoded(quoted[0]))
        self.at = quoted.end()
        return decoded

    def _value(self, depth: int) -> Value:
        if depth > DEEPEST:
            self._fail("values are nested too deeply", allowed=f"at most {DEEPEST} levels")
        self.values += 1
        if self.values > self.most:
            self._fail("the file holds too many values", allowed=f"at most {MOST_VALUES} in all")
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            return self._array(depth)
        if opening == "{":
            return self._inline_table(depth)
        return self._scalar(_STRING if opening in ('"', "'") else _SCALAR)

    def _scalar(self, pattern: re.Pattern[str]) -> Value:
        match = pattern.match(self.text, self.at)
        if match is None:
            self._fail("a value was expected")
        longest = LONGEST_TEXT if pattern is _STRING else LONGEST_SCALAR
        if match.end() - match.start() > longest:
            self._fail("a value is too long", allowed=f"at most {longest} characters")
        data = self._decoded(match[0])
        self.at = match.end()
        return Value(match.start(), match.end(), data)

    def _array(self, depth: int) -> Value:
        start, items = self.at, []
        self.at += 1
        self._skip(_GAP)
        while not self.text.startswith("]", self.at):
            items.append(self._value(depth + 1))
            self._skip(_GAP)
            if not self._takes_comma(_GAP):
                break
        self._expect("]")
        return Value(start, self.at, [item.data for item in items], items=tuple(items))

    def _inline_table(self, depth: int) -> Value:
        start, pairs = self.at, []
        self.at += 1
        self._skip(_SPACE)
        while not self.text.startswith("}", self.at):
            pairs.append(self._pair(depth + 1))
            self._skip(_SPACE)
            if not self._takes_comma(_SPACE):
                break
        self._expect("}")
        return Value(start, self.at, {pair.key: pair.value.data for pair in pairs}, pairs=tuple(pairs))

    def _takes_comma(self, gap: re.Pattern[str]) -> bool:
        if not self.text.startswith(",", self.at):
            return False
        self.at += 1
        self._skip(gap)
        return True

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
        match = LINE_REST.match(self.text, self.at)
        if match is None:
            self._fail("the end of the line was expected")
        self.at = match.end()

    def _fail(self, problem: str, *, allowed: str = "", found: str = "") -> NoReturn:
        rest = self.text[self.at : self.at + 40].split("\n", 1)[0]
        seen = found or (shown(rest) if rest else "the end of the line")
        raise ScanError(self.at, problem, found=seen, allowed=allowed)
