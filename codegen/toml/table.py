"""The tables of a TOML text and the statements in them: what was read, with the places at which it stands in this text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from codegen.toml.scan import Key, Pair, Value
from codegen.toml.written import Written


class Statement:
    """A `key = value` in a text: `start` is its first line's, `end` stands after its last line's end.

    Made when somebody asks for it, since a text has hundreds and every plan several texts. `data` is the value as
    `tomllib` has it. Offsets inside `pair` count from `start`.
    """

    __slots__ = ("start", "written")

    def __init__(self, start: int, written: Written) -> None:
        self.start = start
        self.written = written

    @property
    def key(self) -> Key:
        """The key's parts."""
        return self.written.key

    @property
    def data(self) -> Any:
        """The value as Python has it."""
        return self.written.data

    @property
    def line(self) -> str:
        """The whole lines."""
        return self.written.text

    @property
    def end(self) -> int:
        """Where the next line begins."""
        return self.start + len(self.written.text)

    @property
    def pair(self) -> Pair:
        """The key and the value with their places."""
        return self.written.pair

    @property
    def value(self) -> Value:
        """The value, with offsets from the statement's start."""
        return self.written.pair.value

    @property
    def key_start(self) -> int:
        """Where the key stands in the text."""
        return self.start + self.written.indent


@dataclass(frozen=True, slots=True)
class _Index:
    """Which statement is the first of each name, and the names that have several."""

    first: dict[str, int]
    several: frozenset[str]

    @classmethod
    def of(cls, statements: Sequence[Written]) -> _Index:
        first: dict[str, int] = {}
        several = {
            written.key[0]
            for index, written in enumerate(statements)
            if first.setdefault(written.key[0], index) != index
        }
        return cls(first, frozenset(several))


@dataclass(slots=True)
class Table:
    """A `[header]` (the first table of a file has none) and what is written up to the next header.

    `written` are its statements, which other texts may share, and `starts` the places at which they begin in this one.
    """

    path: Key
    start: int
    body: int
    end: int = 0
    is_array_element: bool = False
    starts: list[int] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    _index: _Index | None = None

    @property
    def statements(self) -> list[Statement]:
        """The statements in the order of the file."""
        return [Statement(start, written) for start, written in zip(self.starts, self.written, strict=True)]

    @property
    def names(self) -> Iterable[str]:
        """The first parts of the keys, each once, in the order of the file."""
        return self._indexed().first.keys()

    def find(self, key: str) -> Statement | None:
        """The statement whose key is or begins with this name."""
        index = self._indexed().first.get(key)
        return Statement(self.starts[index], self.written[index]) if index is not None else None

    def has_line(self, key: str, line: str) -> bool:
        """Whether this is the one line of this key, but for its line end."""
        index = None if key in self._indexed().several else self._indexed().first.get(key)
        return index is not None and self.written[index].text.rstrip("\r\n") == line

    def find_all(self, key: str) -> list[Statement]:
        """Every statement whose key is or begins with this name: more than one where the key is written dotted."""
        if key in self._indexed().several:
            return [statement for statement in self.statements if statement.key[0] == key]
        first = self.find(key)
        return [] if first is None else [first]

    def _indexed(self) -> _Index:
        """Made when it is first asked for, and only then put here: threads share the texts that are remembered."""
        if self._index is None:
            self._index = _Index.of(self.written)
        return self._index
