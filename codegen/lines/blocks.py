"""Lines of one module in a region of a file that people write: Rust items and Markdown sections alike.

A block is a module's run of whole lines, found by a pattern and known by a name. Putting one in and taking it out again
gives the bytes back, whatever stood around, whatever the line ends. Patterns come from a host preset and see every line
end as a plain newline; texts may be hostile.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from codegen.lines.region import Region, attributes_start, is_hidden, is_rust, lines_end, region_span
from codegen.lines.room import is_link, last_sign, room_for
from codegen.names import family
from codegen.rust.source import code_without_strings
from codegen.toml.splice import insert_line, remove_lines

__all__ = ["Block", "Region", "blocks", "insert_block", "region_span", "remove_block"]

Order = Literal["kin", "sorted"]


@dataclass(frozen=True)
class Block:
    """A module's whole lines, with the attributes right above them; `line` is the first one's number, from 1."""

    start: int
    end: int
    name: str
    line: int


@dataclass(frozen=True)
class _View:
    """A text with plain newlines; `returns` are the offsets of those that had a carriage return before them."""

    text: str
    returns: Sequence[int]

    def origin(self, offset: int) -> int:
        """The offset in the text as it was."""
        return offset + bisect_left(self.returns, offset)


def blocks(text: str, region: Region, pattern: str, *, path: str) -> tuple[Block, ...]:
    """Every match of the pattern in the region that is whole lines and begins in no comment, literal or fenced code.

    The pattern is compiled with `re.MULTILINE`, names the module by its group `name`, and begins with `^`. Raises
    `ManifestError` where the file has no such region.
    """
    view = _view(text)
    found = _blocks(view.text, region, pattern, path=path)
    return tuple(replace(block, start=view.origin(block.start), end=view.origin(block.end)) for block in found)


def insert_block(
    text: str,
    region: Region,
    *,
    pattern: str,
    lines: str,
    name: str,
    after: Sequence[str],
    order: Order,
    path: str,
) -> str:
    """The text with a module's lines put in where a person would; unchanged where a block of this name is there.

    They go behind the last block that is named in `after` or is of the module's family, else behind the last block;
    with `order="sorted"` before the first block of a greater name, where the blocks are sorted. A block that ends the
    whole (the last link of a chain with its `;`, a last item without comma) stays the last. Without any block they go
    to the region's end, before a tail expression. Raises `ManifestError` where there is no region, or no room in it.
    """
    _refuse_unlike(pattern, lines, name)
    view = _view(text)
    found = _blocks(view.text, region, pattern, path=path)
    if any(block.name == name for block in found):
        return text
    peers = [block for block in found if _is_link(view.text, block) == is_link(lines)]
    if peers:
        at = _beside(view.text, peers, lines=lines, name=name, after=after, order=order, rust=is_rust(region, path))
    else:
        at = room_for(view.text, region, lines, path=path)
    newline = _newline(text)
    return insert_line(text, view.origin(at), line=lines.removesuffix("\n").replace("\n", newline), newline=newline)


def remove_block(text: str, region: Region, *, pattern: str, name: str, path: str) -> str:
    """The text without the blocks of this name; a `;` that ended a chain with one of them moves to the link before.

    Raises `ManifestError` where the file has no such region.
    """
    view = _view(text)
    gone = [block for block in _blocks(view.text, region, pattern, path=path) if block.name == name]
    closings = _closings(view.text, gone) if is_rust(region, path) else set()
    edits = [(block.start, block.end) for block in gone] + [(at, at) for at in closings]
    for start, end in sorted(edits, reverse=True):
        if start == end:
            text = f"{text[: view.origin(start)]};{text[view.origin(start) :]}"
        else:
            text = remove_lines(text, view.origin(start), view.origin(end))
    return text


@lru_cache(maxsize=16)
def _view(text: str) -> _View:
    if "\r\n" not in text:
        return _View(text, ())
    ends = enumerate(re.finditer("\r\n", text))
    return _View(text.replace("\r\n", "\n"), [end.start() - before for before, end in ends])


def _newline(text: str) -> str:
    first = text.find("\n")
    return "\r\n" if first > 0 and text[first - 1] == "\r" else "\n"


def _blocks(text: str, region: Region, pattern: str, *, path: str) -> list[Block]:
    start, end = region_span(text, region, path=path)
    matches = re.compile(pattern, re.MULTILINE).finditer(text, start, lines_end(text, region, end))
    found = (_block(text, match, region, path) for match in matches if match[0].strip())
    kept = _numbered(text, [block for block in found if block is not None])
    if not is_rust(region, path):
        return kept
    return [replace(block, start=attributes_start(text, block.start, first=start)) for block in kept]


def _block(text: str, match: re.Match[str], region: Region, path: str) -> Block | None:
    """The lines of a match from its first visible character to its last; None where they are not whole, or hidden."""
    matched = match[0]
    first = match.start() + len(matched) - len(matched.lstrip())
    last = match.start() + len(matched.rstrip())
    start = text.rfind("\n", 0, first) + 1
    end = text.find("\n", last) + 1 or len(text)
    if text[start:first].strip() or text[last:end].strip() or is_hidden(text, first, region, path):
        return None
    return Block(start=start, end=end, name=match["name"], line=0)


def _numbered(text: str, found: Sequence[Block]) -> list[Block]:
    numbered, line, at = [], 1, 0
    for block in found:
        line += text.count("\n", at, block.start)
        at = block.start
        numbered.append(replace(block, line=line))
    return numbered


def _refuse_unlike(pattern: str, lines: str, name: str) -> None:
    match = re.compile(pattern, re.MULTILINE).search(lines)
    if match is None or match["name"] != name:
        msg = f"the lines are not what the pattern finds as {name!r}: {lines!r}"
        raise ValueError(msg)


def _is_link(text: str, block: Block) -> bool:
    return is_link(text[block.start : block.end])


def _beside(
    text: str, peers: Sequence[Block], *, lines: str, name: str, after: Sequence[str], order: Order, rust: bool
) -> int:
    names = [block.name for block in peers]
    if order == "sorted":
        greater = [block for block in peers if block.name > name] if names == sorted(names) else []
        if greater:
            return greater[0].start
    near = [block for block in peers if order == "kin" and (block.name in after or family(block.name) == family(name))]
    before = (near or peers)[-1]
    return before.start if rust and _ends_the_whole(text, before, lines) else before.end


def _ends_the_whole(text: str, block: Block, lines: str) -> bool:
    """Whether nothing like these lines can follow: the block is a chain's last link, or an item without its comma."""
    own, new = last_sign(code_without_strings(text)[block.start : block.end]), last_sign(code_without_strings(lines))
    return own != new and (new == "," or (is_link(lines) and own == ";"))


def _closings(text: str, gone: Sequence[Block]) -> set[int]:
    """Where a `;` has to be put, since the link that carried it goes: behind the last code that stays before it."""
    code = code_without_strings(text)
    places = set()
    for index, block in enumerate(gone):
        if _is_link(text, block) and last_sign(code[block.start : block.end]) == ";":
            places.add(_end_before(code, gone[: index + 1]))
    return {at for at in places if code[at - 1 : at] not in ("", ";", "{", "}")}


def _end_before(code: str, gone: Sequence[Block]) -> int:
    """The end of the last code before the last of these blocks that is in none of them."""
    at = len(code[: gone[-1].start].rstrip())
    for block in reversed(gone[:-1]):
        if at > block.end:
            break
        at = len(code[: block.start].rstrip())
    return at
