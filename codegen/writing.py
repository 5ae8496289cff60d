"""Writes several files as one: all of them or none, also where the program is killed or the disk is full.

The new contents are staged beside the tree first, where running out of space harms nothing. Then one rename makes the
journal valid: from there on every file is moved into its place, and a run that is killed in between is finished by the
next one, since the journal says what is left. Before that moment a staged folder is rubbish and is swept away.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from errno import EACCES, EISDIR, ENOTDIR
from pathlib import Path
from typing import Any

from codegen.errors import Finding, ManifestError
from codegen.tree import has_link

STAGED = ".modwright-applying"
_JOURNAL = "journal.json"
_MODE = 0o644


def write_files(root: Path, files: Mapping[str, bytes | None]) -> None:
    """Write all files or none (`None`: remove); raises `OSError` where nothing could be written, with nothing changed."""
    recover(root)
    for path in files:
        if has_link(root, path):
            raise ManifestError(Finding(path=path, problem="a symbolic link", hint="put the file itself there"))
    if files:
        _stage(root, files)
        recover(root)


def recover(root: Path) -> bool:
    """Finish what an interrupted run began to write, or sweep away what it only staged; whether there was anything."""
    staged = root / STAGED
    if not staged.is_dir():
        return False
    if (staged / _JOURNAL).is_file():
        journal = json.loads((staged / _JOURNAL).read_text())
        for name, path in journal["write"].items():
            if (staged / name).exists():
                (staged / name).replace(root / path)
        for path in journal["remove"]:
            (root / path).unlink(missing_ok=True)
    shutil.rmtree(staged)
    return True


def _stage(root: Path, files: Mapping[str, bytes | None]) -> None:
    staged = root / STAGED
    made: list[Path] = []
    try:
        staged.mkdir()
        journal: dict[str, Any] = {"write": {}, "remove": [path for path, content in files.items() if content is None]}
        for number, (path, content) in enumerate(files.items()):
            if content is not None:
                made += _make_folders((root / path).parent)
                _demand_room(root / path)
                _write(staged / str(number), content, mode=_mode(root / path))
                journal["write"][str(number)] = path
        _write(staged / f"{_JOURNAL}.new", json.dumps(journal).encode(), mode=_MODE)
        _sync(staged)
        (staged / f"{_JOURNAL}.new").rename(staged / _JOURNAL)
        _sync(staged)
    except OSError:
        shutil.rmtree(staged, ignore_errors=True)
        for folder in reversed(made):
            folder.rmdir()
        raise


def _make_folders(folder: Path) -> list[Path]:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir()
    return list(reversed(missing))


def _demand_room(target: Path) -> None:
    """What would stop the move is found before the first one; raises `OSError`."""
    if not target.parent.is_dir():
        raise NotADirectoryError(ENOTDIR, "Not a folder", str(target.parent))
    if target.is_dir():
        raise IsADirectoryError(EISDIR, "A folder", str(target))
    if not os.access(target.parent, os.W_OK):
        raise PermissionError(EACCES, "The folder cannot be written to", str(target.parent))


def _mode(target: Path) -> int:
    return target.stat().st_mode & 0o777 if target.exists() else _MODE


def _write(path: Path, content: bytes, *, mode: int) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
