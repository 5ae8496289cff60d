"""A `key = value` as it is written, read once for every text that has it: it knows its lines and not where they stand.

An edit changes one line of hundreds, so the versions of a file share nearly all of what was read in them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from codegen.toml.line import plain_list_places, read_plain_line
from codegen.toml.scan import Items, Key, Pair, Scan, Value


class Written:
    """Its whole lines, the key's parts, and the value as `tomllib` has it."""

    __slots__ = ("_pair", "data", "key", "text")

    def __init__(self, text: str, *, key: Key, data: Any) -> None:
        self.text = text
        self.key = key
        self.data = data
        self._pair: Pair | None = None

    @property
    def indent(self) -> int:
        """The spaces before the key."""
        return len(self.text) - len(self.text.lstrip(" \t"))

    @property
    def pair(self) -> Pair:
        """The key and the value with their places, which are looked for when somebody asks for them."""
        if self._pair is None:
            self._pair = self._placed()
        return self._pair

    def _placed(self) -> Pair:
        places = plain_list_places(self.text) if isinstance(self.data, list) else None
        if places is None:
            return Scan(self.text).statement()
        start, end, items = places
        return Pair(self.key, 0, Value(start, end, self.data, items=Items(self.data, items)))


@lru_cache(maxsize=32768)
def plain_line(text: str) -> Written | None:
    """A plain line (`codegen.toml.line`); nothing where the line is any other."""
    found = read_plain_line(text)
    return Written(text, key=found[0], data=found[1]) if found is not None else None
