"""The difference of two texts as a unified diff, quickly where two large files differ in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

_Step = tuple[str, int, int, int, int]
_CONTEXT = 3
_NO_END = "\\ No newline at end of file\n"


def unified_diff(path: str, old: str, new: str) -> str:
    """What `git diff` would show of a file; nothing where it is the same.

    What both texts begin and end with is left out before they are compared: the time that comparing takes grows with
    the square of what is left, and a lock has tens of thousands of lines. It is put back for the lines around a
    difference, since a comparison that does not see them may end a hunk without any, where no patch applies.
    """
    before, after = _lines(old), _lines(new)
    hunks = "".join(_hunks(before, after))
    return f"--- a/{path}\n+++ b/{path}\n{hunks}" if hunks else ""


def _lines(text: str) -> list[str]:
    """Lines by their feed alone: `splitlines` would also break at characters that are part of a line."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _shared(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many lines both begin and end with."""
    most = min(len(before), len(after))
    begin = next((index for index in range(most) if before[index] != after[index]), most)
    rest = most - begin
    end = next((index for index in range(rest) if before[-1 - index] != after[-1 - index]), rest)
    return begin, end


def _steps(before: Sequence[str], after: Sequence[str]) -> Iterator[_Step]:
    """What leads from the one to the other, with what both begin and end with; nothing where they are the same."""
    begin, end = _shared(before, after)
    old, new = len(before) - end, len(after) - end
    if begin < max(old, new):
        yield "equal", 0, begin, 0, begin
        for tag, left, right, low, high in SequenceMatcher(None, before[begin:old], after[begin:new]).get_opcodes():
            yield tag, begin + left, begin + right, begin + low, begin + high
        yield "equal", old, len(before), new, len(after)


def _groups(steps: Iterable[_Step]) -> Iterator[list[_Step]]:
    """Steps that are shown together: a run of equal lines that is longer than what is shown of it ends a group."""
    group: list[_Step] = []
    for tag, left, right, low, high in steps:
        if tag != "equal":
            group.append((tag, left, right, low, high))
            continue
        shown = min(_CONTEXT, right - left)
        if not group or right - left > 2 * _CONTEXT:
            if group:
                yield [*group, (tag, left, left + shown, low, low + shown)]
            group = [(tag, right - shown, right, high - shown, high)]
        else:
            group.append((tag, left, right, low, high))
    if any(step[0] != "equal" for step in group):
        *others, (tag, left, right, low, high) = group
        shown = min(_CONTEXT, right - left)
        yield [*others, (tag, left, left + shown, low, low + shown)]


def _hunks(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    for group in _groups(_steps(before, after)):
        (_, first, _, begin, _), (_, _, last, _, end) = group[0], group[-1]
        yield f"@@ -{_range(first, last)} +{_range(begin, end)} @@\n"
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
