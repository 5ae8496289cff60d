"""The difference of two texts as a unified diff, quickly where two large files differ in a few lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_CONTEXT = 3
_NO_END = "\\ No newline at end of file\n"


def unified_diff(path: str, old: str, new: str) -> str:
    """What `git diff` would show of a file; nothing where it is the same.

    What both texts begin and end with is left out before they are compared: the time that comparing takes grows with
    the square of what is left, and a lock has tens of thousands of lines.
    """
    before, after = _lines(old), _lines(new)
    begin, end = _shared(before, after)
    hunks = "".join(_hunks(before[begin : len(before) - end], after[begin : len(after) - end], at=begin))
    return f"--- a/{path}\n+++ b/{path}\n{hunks}" if hunks else ""


def _lines(text: str) -> list[str]:
    """Lines by their feed alone: `splitlines` would also break at characters that are part of a line."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _shared(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many lines both begin and end with, less those that are shown around a difference."""
    most = min(len(before), len(after))
    begin = next((index for index in range(most) if before[index] != after[index]), most)
    rest = most - begin
    end = next((index for index in range(rest) if before[-1 - index] != after[-1 - index]), rest)
    return max(begin - _CONTEXT, 0), max(end - _CONTEXT, 0)


def _hunks(before: Sequence[str], after: Sequence[str], *, at: int) -> Iterator[str]:
    for group in SequenceMatcher(None, before, after).get_grouped_opcodes(_CONTEXT):
        (_, first, _, begin, _), (_, _, last, _, end) = group[0], group[-1]
        yield f"@@ -{_range(at + first, at + last)} +{_range(at + begin, at + end)} @@\n"
        for tag, left, right, low, high in group:
            if tag == "equal":
                yield from (_line(" ", line) for line in before[left:right])
            else:
                yield from (_line("-", line) for line in before[left:right])
                yield from (_line("+", line) for line in after[low:high])


def _line(mark: str, line: str) -> str:
    return f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n{_NO_END}"


def _range(start: int, stop: int) -> str:
    """Lines count from 1; an empty range names the line before it, as git does."""
    length = stop - start
    first = start + 1 if length else start
    return f"{first}" if length == 1 else f"{first},{length}"
