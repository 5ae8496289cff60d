"""`modwright` as people type it, and what a folder holds before and after."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MODWRIGHT = Path(sys.executable).parent / "modwright"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    words: str


def typed(*words: str | Path, folder: Path, **environment: str) -> Ended:
    """Types a command in a folder, with no context but the one that is given."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MODWRIGHT_")}
    done = subprocess.run(
        [MODWRIGHT, *words],
        cwd=folder,
        env={**plain, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def demand_one_error(ended: Ended, *wanted: str) -> None:
    """Bad input: exit 2, no data, one error that has all of these in it, and nothing of our inside."""
    assert (ended.code, ended.out) == (2, ""), ended
    assert [line.startswith("error: ") for line in ended.words.splitlines()].count(True) == 1, ended.words
    assert ended.words.startswith("error: ")
    for text in wanted:
        assert text in ended.words, (text, ended.words)
    assert "Traceback" not in ended.words
    assert ended.words.isascii() or "\u202e" not in ended.words


def contents(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
