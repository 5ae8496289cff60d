"""Regions of a file that people write: a Rust item, a Markdown section, or all of it; and what in them is hidden.

Markdown is read as in https://spec.commonmark.org/0.31.2/: headings with number signs (4.2) and fenced code (4.5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from codegen.errors import Finding, ManifestError, shown
from codegen.rust.source import blanked, closing_bracket, code_without_strings, is_inside, item_span, line_of

_HEADING = re.compile(r"^ {0,3}(?P<level>#{1,6})(?=[ \t\r\n]|\Z)[^\r\n]*", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})(?P<rest>[^\r\n]*)", re.MULTILINE)
_MOST_ABOVE = 16  # lines of attributes and comments above an item that are looked through for its attributes
_LONGEST_ATTRIBUTE = 1000


@dataclass(frozen=True, kw_only=True)
class Region:
    """A Rust item by how it begins, a Markdown section by its heading's line, or (`within` is of no use) the file."""

    within: str = ""
    kind: Literal["rust", "markdown", "file"] = "rust"


def region_span(text: str, region: Region, *, path: str) -> tuple[int, int]:
    """The offsets of what is inside: between an item's brackets, or behind a heading's line up to the next such one.

    A section ends at the next heading of its own or a higher level. Raises `ManifestError` where the file does not
    have exactly one such item or section.
    """
    if region.kind == "rust":
        return item_span(text, region.within, path=path)
    if region.kind == "markdown":
        return _section(text, region.within, path=path)
    return 0, len(text)


def is_rust(region: Region, path: str) -> bool:
    """Whether the region holds Rust: by its kind, else by the file's name."""
    return region.kind == "rust" or (region.kind == "file" and path.endswith(".rs"))


def is_hidden(text: str, offset: int, region: Region, path: str) -> bool:
    """Whether what begins at this offset is in a comment or a literal, or in fenced code of Markdown."""
    if is_rust(region, path):
        return is_inside(text, offset)
    if region.kind == "markdown" or path.endswith(".md"):
        return without_fences(text)[offset].isspace()
    return False


def lines_end(text: str, region: Region, end: int) -> int:
    """Where the last line that can be a module's ends: not behind the start of the closing bracket's line."""
    return text.rfind("\n", 0, end) + 1 if region.kind == "rust" else end


def attributes_start(text: str, start: int, *, first: int) -> int:
    """Where the attributes right above an item begin, or the item itself; comments between them are looked through.

    An attribute belongs to what follows it: left alone, it would be the next item's.
    """
    code = code_without_strings(text)
    at = start
    for _ in range(_MOST_ABOVE):
        above = code.rfind("\n", 0, max(at - 1, 0)) + 1
        if above < first or at <= first or not text[above:at].strip():
            break
        if code[above:at].strip():
            opened = _attribute(code, above, at, first=first)
            if opened is None:
                break
            start = above = opened
        at = above
    return start


@lru_cache(maxsize=16)
def without_fences(text: str) -> str:
    """A Markdown text with its fenced code blanked, fences and all; lines and offsets stay."""
    return blanked(text, _fenced(text))


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = None if "`" in fence["rest"] and fence["fence"][0] == "`" else fence
        elif fence["fence"].startswith(opened["fence"]) and not fence["rest"].strip():
            yield opened.start(), fence.end()
            opened = None
    if opened is not None:
        yield opened.start(), len(text)


def _section(text: str, within: str, *, path: str) -> tuple[int, int]:
    headings = list(_HEADING.finditer(without_fences(text)))
    found = [index for index, heading in enumerate(headings) if heading[0].strip() == within.strip()]
    if len(found) != 1:
        raise _no_section(text, within, [headings[index].start() for index in found], path=path)
    heading, following = headings[found[0]], headings[found[0] + 1 :]
    ends = (other.start() for other in following if len(other["level"]) <= len(heading["level"]))
    start = text.find("\n", heading.end()) + 1 or len(text)
    return start, next(ends, len(text))


def _no_section(text: str, within: str, starts: list[int], *, path: str) -> ManifestError:
    return ManifestError(
        Finding(
            path=path,
            line=line_of(text, starts[1]) if starts else 0,
            problem="the document has this heading more than once" if starts else "the document has no such heading",
            found=shown(within.strip()) if starts else "",
            allowed="" if starts else shown(within.strip()),
            hint="keep the heading that the host preset names, once and in these words",
        )
    )


def _attribute(code: str, above: int, at: int, *, first: int) -> int | None:
    """The start of the line on which the attribute that ends the line `above:at` begins."""
    last = above + len(code[above:at].rstrip()) - 1
    opened = code.rfind("#[", max(first, last - _LONGEST_ATTRIBUTE), last)
    if opened < 0 or closing_bracket(code[opened + 1 : last + 1], 0) != last - opened - 1:
        return None
    line = code.rfind("\n", 0, opened) + 1
    before = code[line:opened].strip()
    return line if line >= first and (not before or before.startswith("#[")) else None
