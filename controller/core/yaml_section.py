"""A mapping of a YAML document, from which each key is taken by a method that says what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from controller.core.durations import SHAPE, parse_duration
from controller.core.findings import Findings

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
Test = Callable[[str], bool]


class Section:
    """
    A mapping of the document. Each key is taken by a method that says what is allowed; `close` then names the others.

    A wrong value is noted and answered with its default, so that reading goes on to the next finding.
    """

    def __init__(self, plain: CommentedMap, findings: Findings, *, key: str, line: int) -> None:
        self._plain = plain
        self._findings = findings
        self._key = key
        self._asked: list[str] = []
        self.line = line

    def text(self, name: str, default: str | None = None, *, allowed: str = "a text", test: Test = bool) -> str:
        """A text that passes `test`; the key has to be there where no default is given."""
        value = self._take(name, required=default is None, allowed=allowed)
        if value is None:
            return default or ""
        if isinstance(value, str) and test(value):
            return str(value)
        return self._wrong(name, value, allowed, default or "")

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = self._take(name)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return int(value)
        return self._wrong(name, value, f"a number from {least} to {most}" if least < most else str(least), default)

    def flag(self, name: str, *, default: bool) -> bool:
        """`true` or `false`."""
        value = self._take(name)
        if value is None:
            return default
        return bool(value) if isinstance(value, bool) else self._wrong(name, value, "true or false", default)

    def duration(self, name: str, default: timedelta, *, least: timedelta = timedelta()) -> timedelta:
        """A duration of at least `least`."""
        value = self._take(name)
        if value is None:
            return default
        duration = parse_duration(value) if isinstance(value, str) else None
        if duration is not None and duration >= least:
            return duration
        above = f", at least {round(least.total_seconds() * 1000)}ms" if least else ""
        return self._wrong(name, value, SHAPE + above, default)

    def choice(self, name: str, default: E) -> E:
        """One of the words of the default's own kind."""
        value = self._take(name)
        if value is None:
            return default
        kind = type(default)
        words = {word.value: word for word in kind}
        if isinstance(value, str) and value in words:
            return words[value]
        return self._wrong(name, value, one_of(kind), default)

    def required_choice(self, name: str, kind: type[E]) -> E:
        """One of the words of that kind; the key has to be there."""
        first = next(iter(kind))
        self._take(name, required=True, allowed=one_of(kind))
        return self.choice(name, first)

    def texts(self, name: str, *, allowed: str, test: Test) -> tuple[str, ...]:
        """A list of texts that pass `test`, each at most once; empty where the key is not there."""
        found: list[str] = []
        for line, key, value in self._items(name, allowed=f"a list, each {allowed}"):
            if not isinstance(value, str) or not test(value) or value in found:
                self._findings.add(line, key, value, f"{allowed}, each once")
            else:
                found.append(str(value))
        return tuple(found)

    def commands(self, name: str) -> tuple[tuple[str, ...], ...]:
        """A list of argument lists."""
        found = []
        for line, key, value in self._items(name, allowed="a list of argument lists"):
            if isinstance(value, list) and value and all(isinstance(word, str) and word for word in value):
                found.append(tuple(str(word) for word in value))
            else:
                self._findings.add(line, key, value, "a list of arguments, such as [migrate, up]")
        return tuple(found)

    def pairs(self, name: str) -> Iterator[tuple[int, str, object]]:
        """The line, key and value of each entry of a mapping whose keys are free."""
        value = self._take(name)
        if value is None:
            return
        if not isinstance(value, CommentedMap):
            self._wrong(name, value, "a mapping", None)
            return
        for key in value:
            yield value.lc.key(key)[0] + 1, str(key), value[key]

    def section(self, name: str) -> Section:
        """A mapping within; an empty one where it is not there."""
        value = self._take(name)
        if value is not None and not isinstance(value, CommentedMap):
            self._wrong(name, value, "a mapping", None)
        plain = value if isinstance(value, CommentedMap) else CommentedMap()
        return Section(plain, self._findings, key=self._path(name), line=self._line_of(name))

    def sections(self, name: str, *, of: str, required: bool = True) -> Iterator[Section]:
        """The mappings of a list that has at least one; where it is not `required` the key may be left out."""
        self._take(name, required=required, allowed=f"a list with at least one {of}")
        items = list(self._items(name, allowed=f"a list with at least one {of}"))
        if self.is_empty_list(name):
            self._wrong(name, "an empty list", f"a list with at least one {of}", None)
        for line, key, value in items:
            if isinstance(value, CommentedMap):
                yield Section(value, self._findings, key=key, line=line)
            else:
                self._findings.add(line, key, value, "a mapping")

    def wrong(self, name: str, found: object, allowed: str) -> None:
        """Notes that a value, read before, does not fit the others."""
        self._findings.add(self._line_of(name), self._path(name), found, allowed)

    def note(self, line: int, key: str, found: object, allowed: str) -> None:
        """Notes a finding about a key whose name is free."""
        self._findings.add(line, self._path(key), found, allowed)

    def has(self, name: str) -> bool:
        """Whether the key is there."""
        return name in self._plain

    def known(self, name: str) -> None:
        """A key that there is, whose value is not read here."""
        self._asked.append(name)

    def has_mapping(self, name: str) -> bool:
        """Whether the key has a mapping."""
        return isinstance(self._plain.get(name), CommentedMap)

    def is_empty_list(self, name: str) -> bool:
        """Whether the key has a list with nothing in it."""
        value = self._plain.get(name)
        return isinstance(value, CommentedSeq) and not value

    def close(self) -> None:
        """Every key that nobody asked for is unknown: a misspelt one would otherwise silently do nothing."""
        allowed = f"one of {', '.join(dict.fromkeys(self._asked))}"
        for key in self._plain:
            if key not in self._asked:
                self._findings.add(self._line_of(key), self._path(str(key)), "an unknown key", allowed)

    def _take(self, name: str, *, required: bool = False, allowed: str = "") -> Any:
        """The value, `None` where the key is not there; a key without a value is wrong."""
        self._asked.append(name)
        if name not in self._plain:
            if required:
                self._findings.add(self.line, self._path(name), "nothing", allowed)
            return None
        value = self._plain[name]
        return "" if value is None else value

    def _items(self, name: str, *, allowed: str) -> Iterator[tuple[int, str, object]]:
        value = self._take(name)
        if value is None:
            return
        if not isinstance(value, CommentedSeq):
            self._wrong(name, value, allowed, None)
            return
        for position, item in enumerate(value):
            yield value.lc.item(position)[0] + 1, f"{self._path(name)}[{position}]", item

    def _wrong(self, name: str, found: object, allowed: str, default: T) -> T:
        self.wrong(name, found, allowed)
        return default

    def _path(self, name: str) -> str:
        return f"{self._key}.{name}" if self._key else name

    def _line_of(self, name: object) -> int:
        if name not in self._plain or self._plain.lc.data is None:
            return self.line
        return int(self._plain.lc.key(name)[0]) + 1


def one_of(kind: type[StrEnum]) -> str:
    """The words of a kind, as a finding says them."""
    return " | ".join(word.value for word in kind)
