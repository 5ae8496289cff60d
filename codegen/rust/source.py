"""Rust text as far as editing it needs: what is code, and where an item begins and ends.

This is no parser. One pass finds comments and literals, so that a bracket or a name in one of them is never taken for
code; everything else works on a view of the text of the same length, hence with the same offsets. The rules are those
of https://doc.rust-lang.org/reference/tokens.html and https://doc.rust-lang.org/reference/comments.html.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from codegen.errors import Finding, ManifestError, shown

# Possessive repetitions and an end that always matches: an unterminated string is read once, not once for each start.
# Every alternative begins with a plain character, which lets the search skip what cannot begin one.
_TOKEN = re.compile(
    r"""
      (?P<line>//[^\n]*)
    | (?P<block>/\*)
    | r(?:(?<!\wr)|(?<=[bc]r)(?<!\w[bc]r))(?P<hashes>\#*)"
    | (?P<string>"(?:[^"\\]++|\\.)*+(?:"|\\?\Z))
    | (?P<char>'(?:\\[^\n][^'\n]{0,16}|[^'\\\n])')
    """,
    re.VERBOSE | re.DOTALL,
)
_BLOCK_EDGE = re.compile(r"/\*|\*/")
_BRACKET = re.compile(r"[(){}\[\]]")
_PUNCTUATION = re.compile(r"[(){}\[\];=]")
_WITH_VALUE = re.compile(r"\b(?:static|let|const(?!\s+(?:unsafe\s+)?(?:extern\s+)?fn\b))\b")
_SAME_LINE = re.compile(r"[^\r\n]+")
_CLOSING = {"(": ")", "[": "]", "{": "}"}

MOST_MARKS = 80_000
"""Of one source: what can begin or end a comment or a literal. Reading one takes some microseconds, and no list of modules
that people wrote has a tenth of them."""
_MARKS = ("//", "/*", '"', "'")


class _Span(NamedTuple):
    """A comment (`is_comment`), or what stands between the quotes of a literal."""

    start: int
    end: int
    is_comment: bool


def mark_count(text: str) -> int:
    """How many marks a text has that can begin or end a comment or a literal, wherever they stand: what reading it costs."""
    return sum(text.count(mark) for mark in _MARKS)


@lru_cache(maxsize=16)
def code_of(text: str) -> str:
    """The text with every comment blanked; lines, offsets and literals stay as they are."""
    return blanked(text, [span[:2] for span in _spans(text) if span.is_comment])


@lru_cache(maxsize=16)
def code_without_strings(text: str) -> str:
    """The text with every comment and the inside of every literal blanked; the quotes stay."""
    return blanked(text, [span[:2] for span in _spans(text)])


def is_inside(text: str, offset: int) -> bool:
    """Whether a comment or a literal that began before this offset is still open there.

    A comment that begins at the offset does not count.
    """
    spans = _spans(text)
    at = bisect_right(spans, offset, key=_first_inside) - 1
    return at >= 0 and offset < spans[at].end


def item_span(text: str, opening: str, *, path: str) -> tuple[int, int]:
    """The offsets just inside the bracket pair of the item that begins with `opening`.

    `opening` is code as it stands, such as `pub fn build_registry()`; a space in it stands for any white space. The
    pair is the first `{` behind it, for a `static`, a `const` or a `let` the first `[` or `{` behind its `=`; or the
    bracket that `opening` ends with. Raises `ManifestError` where the code has no such item, or more than one, or its
    brackets do not match.
    """
    start = _only_opening(text, opening, path=path)
    code = code_without_strings(text)
    bracket = start.end() - 1 if opening.rstrip()[-1:] in ("{", "[") else _bracket_after(code, start)
    end = closing_bracket(code, bracket) if bracket is not None else None
    if bracket is None or end is None:
        raise _unmatched(text, start.start(), opening, path=path)
    return bracket + 1, end


def closing_bracket(code: str, at: int) -> int | None:
    """The offset of the bracket that closes the one at this offset of a view without strings; None if none does."""
    expected: list[str] = []
    for token in _BRACKET.finditer(code, at):
        if token[0] in _CLOSING:
            expected.append(_CLOSING[token[0]])
        elif token[0] != expected.pop():
            return None
        if not expected:
            return token.start()
    return None


def line_of(text: str, offset: int) -> int:
    """The number of the line that this offset is on, from 1."""
    return text.count("\n", 0, offset) + 1


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these spans, in order, as spaces; its lines and offsets stay."""
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        pieces += (text[at:start], _blank(text[start:end]))
        at = end
    return "".join((*pieces, text[at:]))


def _blank(part: str) -> str:
    """Most parts are on one line, and for these no pattern is needed."""
    return _SAME_LINE.sub(_spaces, part) if "\n" in part or "\r" in part else " " * len(part)


@lru_cache(maxsize=16)
def _spans(text: str) -> tuple[_Span, ...]:
    spans: list[_Span] = []
    at = 0
    while token := _TOKEN.search(text, at):
        span, at = _span(text, token)
        spans.append(span)
    return tuple(spans)


def _first_inside(span: _Span) -> int:
    return span.start + span.is_comment


def _span(text: str, token: re.Match[str]) -> tuple[_Span, int]:
    """What a token blanks, and the offset at which the next one may begin."""
    start, end = token.span()
    if token.lastgroup == "line":
        return _Span(start, end, is_comment=True), end
    if token.lastgroup == "block":
        end = _end_of_block(text, end)
        return _Span(start, end, is_comment=True), end
    if token.lastgroup == "hashes":
        return _raw_string(text, token)
    closed = end - start > 1 and text[end - 1] == text[start]
    return _Span(start + 1, end - closed, is_comment=False), end


def _raw_string(text: str, token: re.Match[str]) -> tuple[_Span, int]:
    closing = '"' + token["hashes"]
    end = text.find(closing, token.end())
    if end < 0:
        return _Span(token.end(), len(text), is_comment=False), len(text)
    return _Span(token.end(), end, is_comment=False), end + len(closing)


def _end_of_block(text: str, at: int) -> int:
    """Block comments nest: https://doc.rust-lang.org/reference/comments.html."""
    depth = 1
    for edge in _BLOCK_EDGE.finditer(text, at):
        depth += 1 if edge[0] == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(text)


def _spaces(run: re.Match[str]) -> str:
    return " " * len(run[0])


def _only_opening(text: str, opening: str, *, path: str) -> re.Match[str]:
    words = r"\s+".join(map(re.escape, opening.split()))
    pattern = re.compile(rf"(?<!\w){words}(?!\w)" if opening.rstrip()[-1:].isalnum() else rf"(?<!\w){words}")
    code = code_without_strings(text)
    found = [match for match in pattern.finditer(code_of(text)) if not code[match.start()].isspace()]
    if len(found) == 1:
        return found[0]
    lines = ", ".join(str(line_of(text, match.start())) for match in found[:5])
    raise ManifestError(
        Finding(
            path=path,
            line=line_of(text, found[1].start()) if found else 0,
            problem="the code has this item more than once" if found else "the code has no such item",
            found=f"{shown(opening)} on lines {lines}" if found else "",
            allowed="" if found else shown(opening),
            hint="say in the host preset how the item begins, in words that stand once in the file",
        )
    )


def _bracket_after(code: str, start: re.Match[str]) -> int | None:
    """Where the item's pair opens; None for an item that ends before it does."""
    has_value = _WITH_VALUE.search(start[0]) is not None
    is_value, depth = False, 0
    for token in _PUNCTUATION.finditer(code, start.start()):
        sign = token[0]
        opens = sign in ("[", "{") if is_value else sign == "{" and depth == 0 and not has_value
        if opens and token.start() >= start.end():
            return token.start()
        if sign == ";" and depth == 0:
            return None
        is_value = is_value or (has_value and sign == "=" and depth == 0)
        depth += (sign in "([{") - (sign in ")]}")
    return None


def _unmatched(text: str, at: int, opening: str, *, path: str) -> ManifestError:
    return ManifestError(
        Finding(
            path=path,
            line=line_of(text, at),
            problem="the brackets of this item do not match",
            found=shown(opening),
            hint="mend the file; the compiler says where",
        )
    )
