"""A small folder, an edit of it, and what a folder holds: for the tests of writing files as one."""

from __future__ import annotations

import json
from pathlib import Path

from codegen.command.writing import STAGED

BEFORE = {"a.toml": b"old a", "folder/b.toml": b"old b", "gone.txt": b"old"}
EDIT = {"a.toml": b"new a", "folder/b.toml": b"new b", "new/deep/c.toml": b"new c", "gone.txt": None}
AFTER = {"a.toml": b"new a", "folder/b.toml": b"new b", "new/deep/c.toml": b"new c"}


def seen(root: Path) -> dict[str, bytes | None]:
    """Every file with its bytes and every folder; a link is what it is."""
    paths = sorted(root.rglob("*"))
    return {str(p.relative_to(root)): p.read_bytes() if p.is_file() else None for p in paths}


def files(root: Path) -> dict[str, bytes | None]:
    return {path: content for path, content in seen(root).items() if content is not None}


def staged(root: Path, journal: object, **content: bytes) -> None:
    """A folder as an interrupted run leaves it."""
    (root / STAGED).mkdir()
    for name, text in content.items():
        (root / STAGED / name.strip("_")).write_bytes(text)
    (root / STAGED / "journal.json").write_text(json.dumps(journal))
