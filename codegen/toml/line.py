"""The plain lines of a TOML text, read by one pattern: what most lines of a manifest are, in a tenth of the time.

A plain line is a strict part of TOML (bare keys; strings without escapes, booleans, flat lists of such strings, inline
tables of these), so a line that the pattern takes needs no other judge. A list of such strings over several lines has
a pattern of its own. Every other statement goes the long way.
"""

from __future__ import annotations

import re
from typing import Any

from codegen.toml.scan import DEEPEST

# Longer lines are long lists, which differ in every version of a file: remembering them costs more than it saves.
LONGEST = 1000

_TEXT = r'"[^"\\\x00-\x1f\x7f]*+"'
_LIST = rf"\[ *+(?:{_TEXT}(?: *+, *+{_TEXT})*+ *+(?:, *+)?)?\]"
_BARE = r"[A-Za-z0-9_-]++"
_VALUE = rf"(?:{_TEXT}|true|false|{_LIST})"
_PAIR = rf"{_BARE} *+= *+{_VALUE}"
_LINE = re.compile(
    rf"({_BARE}(?:\.{_BARE}){{0,{DEEPEST - 1}}}+) *+= *+(?:({_VALUE})|\{{ *+({_PAIR}(?: *+, *+{_PAIR})*+)? *+\}})"
    r"[ \t]*+(?:#[^\r\n]*+)?(?:\r?\n|\Z)"
)
_PAIRS = re.compile(rf"({_BARE}) *+= *+({_VALUE})")
_ITEMS = re.compile(r'"([^"]*+)"')
_GAP = r"(?:[ \t]++|\r?\n|#[^\r\n]*+(?=\r?\n))*+"
_SHORT_TEXT = r'"[^"\\\x00-\x1f\x7f]{0,1000}+"'
_LONG_LIST = re.compile(
    rf"({_BARE}) *+= *+(\[{_GAP}(?:{_SHORT_TEXT}{_GAP},{_GAP})*+(?:{_SHORT_TEXT}{_GAP})?\])"
    r"[ \t]*+(?:#[^\r\n]*+)?(?:\r?\n|\Z)"
)
_ITEM_OR_COMMENT = re.compile(r'"([^"]*+)"|#[^\n]*+')

Plain = tuple[tuple[str, ...], Any]
"""A line's key and its value as Python has it."""


def read_plain_line(line: str) -> Plain | None:
    """Key and value of a plain line; nothing where the line is any other."""
    match = _LINE.fullmatch(line) if len(line) <= LONGEST else None
    if match is None:
        return None
    key, value, pairs = match.groups()
    if value is not None:
        return tuple(key.split(".")), _data(value)
    found = _PAIRS.findall(pairs or "")
    data = {name: _data(text) for name, text in found}
    return (tuple(key.split(".")), data) if len(data) == len(found) else None


def read_plain_list(text: str, at: int) -> tuple[tuple[str], int, list[str]] | None:
    """Key, end and items of a list of plain strings over several lines, such as a host's default features.

    Nothing where any other statement stands at `at`.
    """
    match = _LONG_LIST.match(text, at)
    if match is None:
        return None
    return (match[1],), match.end(), [item[1] for item in _ITEM_OR_COMMENT.finditer(match[2]) if item[0][0] == '"']


def plain_list_places(text: str) -> tuple[int, int, list[tuple[int, int]]] | None:
    """Where the list of a `read_plain_list` begins and ends, and each of its items; the text is the statement alone."""
    match = _LONG_LIST.fullmatch(text)
    if match is None:
        return None
    items = [item.span() for item in _ITEM_OR_COMMENT.finditer(text, *match.span(2)) if item[0][0] == '"']
    return match.start(2), match.end(2), items


def _data(text: str) -> Any:
    if text[0] == '"':
        return text[1:-1]
    return _ITEMS.findall(text) if text[0] == "[" else text == "true"
