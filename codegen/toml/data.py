"""A TOML text as plain data: for the many small files of which nothing is edited, ten times as fast as a scan.

`tomli` alone may see only texts that cannot hurt it, so a text that a glance cannot clear is scanned first.
"""

from __future__ import annotations

from typing import Any

import tomli

from codegen.errors import Finding, ManifestError
from codegen.toml.scan import DEEPEST, Key
from codegen.toml.text import LARGEST, parse, refuse_invisible


def read_data(text: str, *, path: str) -> dict[str, Any]:
    """The data of a text; raises `ManifestError` with the place of what is not TOML or beyond the bounds."""
    if len(text) > LARGEST or _may_hurt(text):
        return parse(text, path=path).data
    refuse_invisible(text, path=path)
    try:
        return tomli.loads(text)
    except (ValueError, RecursionError) as error:
        parse(text, path=path)
        raise ManifestError(Finding(path=path, problem=f"not TOML: {error}")) from error


def place_of(key: Key, text: str, *, path: str) -> tuple[int, int]:
    """Line and column of a key, or of the nearest thing around it that is written down; zeros where there is nothing."""
    source = parse(text, path=path)
    found, at = 0, 0
    for table in source.tables:
        places = [(table.path, table.start)]
        places += [((*table.path, *statement.key), statement.key_start) for statement in table.statements]
        for written, offset in places:
            if len(written) > found and key[: len(written)] == written:
                found, at = len(written), offset
    return source.place(at) if found else (0, 0)


def _may_hurt(text: str) -> bool:
    """A key stands on one line, so a line of few dots has no long key; what is nested too deeply ends by itself."""
    return any(line.count(".") >= DEEPEST for line in text.split("\n"))
