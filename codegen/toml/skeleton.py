"""What may not stand twice in a TOML text: its headers and those keys that could collide, judged by `tomllib`.

Values are left out, since each was judged by itself; so were keys that collide with nothing, which is nearly all of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codegen.errors import Finding, ManifestError, shown

if TYPE_CHECKING:
    from codegen.toml.table import Table

_ERROR_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def judge_skeleton(text: str, tables: tuple[Table, ...], *, path: str) -> None:
    """Raise `ManifestError` where a key or a table stands twice, or one stands in the way of the other."""
    skeleton = _skeleton(text, tables)
    try:
        tomllib.loads(skeleton)
    except (ValueError, RecursionError) as error:
        problem, line, column = syntax_problem(error)
        hint = "a key or table may stand once: remove one"
        key = shown(skeleton.split("\n")[line - 1].split(" = ")[0].strip("[] ")) if line else ""
        finding = Finding(path=path, line=line, column=column, key=key, problem=f"not TOML: {problem}", hint=hint)
        raise ManifestError(finding) from error


def _skeleton(text: str, tables: tuple[Table, ...]) -> str:
    """The headers and the keys that could collide, every line in its place, all values left out."""
    lines: list[str] = []
    at = 0
    for offset, content in _colliding(text, tables):
        lines += [""] * (text.count("\n", at, offset) - 1) if lines else [""] * text.count("\n", at, offset)
        lines.append(content)
        at = offset
    return "\n".join(lines) + "\n"


def _colliding(text: str, tables: tuple[Table, ...]) -> Iterator[tuple[int, str]]:
    """A key of one part collides with its like in the same table, or with a part of a header or of a dotted key."""
    parts = {part for table in tables for part in table.path}
    parts |= {part for table in tables for each in table.written if len(each.key) > 1 for part in each.key}
    for table in tables:
        if table.path:
            yield table.start, text[table.start : table.body].rstrip()
        twice = len({each.key for each in table.written}) < len(table.written)
        for start, each in zip(table.starts, table.written, strict=True):
            if twice or len(each.key) > 1 or each.key[0] in parts:
                yield start, f"{each.text[each.indent : each.pair.value.start]} 0"


def syntax_problem(error: Exception) -> tuple[str, int, int]:
    """What `tomllib` says, with the line and the column that it names (0 where it names none)."""
    message = str(error)
    where = _ERROR_PLACE.search(message)
    if where is None:
        return message, 0, 0
    return message[: where.start()], int(where[1] or 0), int(where[2] or 0)
