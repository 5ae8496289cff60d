"""The pages as they stand, and the few ways in which tests look at them."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    """Every Markdown file of the project that people read here: at the root, in `docs`, and the folders' own."""
    folders = (ROOT / "docs", ROOT / "policies", ROOT / "changelog.d", ROOT / "examples")
    return sorted([*ROOT.glob("*.md"), *(page for folder in folders for page in folder.rglob("*.md"))])


def page(name: str) -> str:
    """The text of a page below `docs`."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def entries(text: str) -> list[str]:
    """What the tables of a text are about: the first cell of each row, where it is code."""
    return _ROW.findall(text)


def part(text: str, heading: str) -> str:
    """What stands below a heading, as far as the next one of its rank or above."""
    rank = len(heading) - len(heading.lstrip("#"))
    begin = text.index(f"{heading}\n") + len(heading)
    following = re.search(rf"^#{{1,{rank}}} ", text[begin:], re.MULTILINE)
    return text[begin : begin + following.start()] if following else text[begin:]


def without_code(text: str) -> str:
    """Prose alone: what is in a fenced block is no link and no heading."""
    return _FENCE.sub("", text)
