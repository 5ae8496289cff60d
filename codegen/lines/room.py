"""Room for the first lines of their kind in a region: where a file has no line of another module to stand beside."""

from __future__ import annotations

import re

from codegen.errors import Finding, ManifestError, shown
from codegen.lines.region import Region, attributes_start, is_rust, region_span, without_fences
from codegen.rust.source import code_without_strings, line_of

_TABLE = re.compile(r"^\|[^\n]*\n\|[ \t:|-]+(?:\n\|[^\n]*)*(?:\n|\Z)", re.MULTILINE)
_USE = re.compile(r"^use\b", re.MULTILINE)
_BODY = re.compile(r"\b(?:fn|static|const|let)\b")
_EDGE = re.compile(r"[(){}\[\];]")


def is_link(lines: str) -> bool:
    """Whether these lines are a link of a chain of calls, such as `.register(X)`, and no statement."""
    return lines.lstrip().startswith(".")


def last_sign(code: str) -> str:
    """The last visible character, or nothing."""
    return code.rstrip()[-1:]


def room_for(text: str, region: Region, lines: str, *, path: str) -> int:
    """The start of the line at which these lines go in; the text has plain newlines.

    Raises `ManifestError` where none of the places in the region is one at which such lines can stand.
    """
    start, end = region_span(text, region, path=path)
    if region.kind == "rust":
        return _room_in_item(text, region, lines, start=start, end=end, path=path)
    if region.kind == "markdown":
        return _room_in_section(text, region, lines, start=start, end=end, path=path)
    use = _USE.search(code_without_strings(text)) if is_rust(region, path) and lines.startswith("use ") else None
    return attributes_start(text, use.start(), first=0) if use else len(text)


def _room_in_item(text: str, region: Region, lines: str, *, start: int, end: int, path: str) -> int:
    code = code_without_strings(text)
    edge = text.rfind("\n", 0, end) + 1
    if edge < start or text[edge:end].strip():
        raise _no_room(text, region, start, "the closing bracket has no line of its own", path=path)
    last = last_sign(code[start:edge])
    if is_link(lines):
        at = None if last in ("", ";", "}") else _line_end(text, start + len(code[start:edge].rstrip()))
    elif code[start - 1] == "[":
        at = edge if last in ("", ",") else _line_end(text, start)
    elif _BODY.search(region.within) is None or last_sign(lines) == ",":
        at = None  # an item of a list is no statement
    else:
        at = edge if last in ("", ";", "}") else _tail(code, start, edge)
    if at is None:
        raise _no_room(
            text, region, start, "no line of another module, and nothing that says where one goes", path=path
        )
    return at


def _room_in_section(text: str, region: Region, lines: str, *, start: int, end: int, path: str) -> int:
    if not lines.startswith("|"):
        return _line_end(text, start + len(text[start:end].rstrip())) if text[start:end].strip() else start
    table = _TABLE.search(without_fences(text), start, end)
    if table is None:
        raise _no_room(text, region, start, "the section has no table", path=path)
    return table.end()


def _tail(code: str, start: int, end: int) -> int | None:
    """Where the line begins with which an expression at the end of a block begins; None if it shares a line."""
    depth, at = 0, start
    for edge in _EDGE.finditer(code, start, end):
        depth += (edge[0] in "([{") - (edge[0] in ")]}")
        if depth == 0 and edge[0] in ";}":
            at = edge.end()
    first = end - len(code[at:end].lstrip())
    line = code.rfind("\n", 0, first) + 1
    return line if line >= at and not code[line:first].strip() else None


def _line_end(text: str, offset: int) -> int:
    return text.find("\n", offset) + 1 or len(text)


def _no_room(text: str, region: Region, at: int, problem: str, *, path: str) -> ManifestError:
    return ManifestError(
        Finding(
            path=path,
            line=line_of(text, at),
            problem=f"a module's lines have no room here: {problem}",
            found=shown(region.within),
            hint="write the first module's lines by hand; further ones are put beside them",
        )
    )
