"""The items of a Rust file: what each declares, in what it stands, and under which feature it is compiled.

No parser either: the code between two of `;`, `{`, `}` is an item's head, and the bracket pair behind it its body. That
is enough for a `struct`, an `impl`, a `mod` and a method; what stands in a function, a macro's rules or a trait, or is
compiled for tests alone, is nobody's entry point and is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from codegen.rust.source import code_of, code_without_strings

_EDGE = re.compile(r"[(){}\[\];]")
_OPENING = {")": "(", "]": "[", "}": "{"}
_DEEPEST = 64  # brackets around an item; nobody's module type stands deeper
_CLOSED = re.compile(r"\b(?:fn|trait|macro_rules)\b")
# Bounded, since `cfg(` may stand in an attribute as often as its author likes.
_TEST = re.compile(r"\bcfg\s*\((?!\s*not\b)[^\]]{0,200}(?<!not\()\btest\b")
_TEST_FILE = re.compile(r"^[ \t]*#!\[\s*cfg\s*\(\s*test\s*\)\s*\]", re.MULTILINE)
_GATE = re.compile(r'#\[\s*cfg\s*\(\s*feature\s*=\s*"(?P<feature>[A-Za-z0-9_][A-Za-z0-9_-]*)"\s*\)\s*\]')


@dataclass(frozen=True, kw_only=True)
class Item:
    """A head and its attributes, as code with its strings; `start` is the head's offset in the text.

    `body` are the offsets just inside the bracket pair, None where a `;` ends the item. `within` is the number of the
    item around it. `gate` is the feature that it, or an item around it, is compiled under where that is one alone.
    """

    number: int
    start: int
    attributes: str
    head: str
    within: int | None
    gate: str | None
    body: tuple[int, int] | None = None


@lru_cache(maxsize=16)
def items_of(text: str) -> tuple[Item, ...]:
    """The items of a file in the order in which they begin; of unmatched brackets no more than can be told."""
    code = code_without_strings(text)
    if _TEST_FILE.search(code):
        return ()
    reader = _Reader(code_of(text), code)
    for edge in _EDGE.finditer(code):
        reader.read(edge[0], edge.start())
    return tuple(reader.items)


@dataclass(frozen=True)
class _Frame:
    """An open bracket; `item` is the number of the item whose body it opens, where items in it are looked for."""

    sign: str
    at: int
    item: int | None
    is_open: bool


class _Reader:
    def __init__(self, code: str, bare: str) -> None:
        self.code = code
        self.bare = bare
        self.items: list[Item] = []
        self.frames: list[_Frame] = []
        self.start = self.head = 0

    def read(self, sign: str, at: int) -> None:
        """Take one bracket or semicolon of the text without strings."""
        if sign == ";":
            if self._is_between_items():
                self._item(at)
                self._next(at)
        elif sign in _OPENING:
            self._close(_OPENING[sign], at)
        else:
            self._open(sign, at)

    def _open(self, sign: str, at: int) -> None:
        item = self._item(at) if sign == "{" and self._is_between_items() else None
        is_open = item is not None and len(self.frames) < _DEEPEST and _CLOSED.search(self.items[item].head) is None
        self.frames.append(_Frame(sign, at, item, is_open))
        if sign == "{":
            self._next(at)

    def _close(self, opening: str, at: int) -> None:
        while self.frames:
            frame = self.frames.pop()
            if frame.item is not None:
                self.items[frame.item] = replace(self.items[frame.item], body=(frame.at + 1, at))
            if frame.sign == opening:
                break
        else:
            return
        if opening == "{":
            self._next(at)
        elif opening == "[" and not self.bare[self.head : frame.at].strip("#! \t\r\n"):
            self.head = at + 1

    def _is_between_items(self) -> bool:
        return not self.frames or self.frames[-1].is_open

    def _next(self, at: int) -> None:
        self.start = self.head = at + 1

    def _item(self, at: int) -> int | None:
        if _TEST.search(self.bare, self.start, self.head):
            return None
        around = self.frames[-1].item if self.frames else None
        gate = _GATE.search(self.code, self.start, at)
        outer = self.items[around].gate if around is not None else None
        item = Item(
            number=len(self.items),
            start=at - len(self.bare[self.head : at].lstrip()),
            attributes=self.code[self.start : self.head],
            head=self.code[self.head : at].strip(),
            within=around,
            gate=gate["feature"] if gate else outer,
        )
        self.items.append(item)
        return item.number
