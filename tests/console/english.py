"""Finds English on a page that is in another language: what a screen reader would read as if it were Russian."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

_ALONE = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}
_SILENT = {"code", "pre", "script", "style", "title"}
_TOLD = ("aria-label", "data-label", "placeholder", "alt", "data-lost", "data-back")
_WORD = r"\b[A-Za-z][a-z']+\b"
_WORDS = re.compile(rf"{_WORD}(?:[ ,;:]+{_WORD})+")
NAMES = frozenset(
    {
        *("auth", "blog", "broken", "comments", "content", "events", "forum", "gallery", "reviews", "search"),
        *("staging", "production", "alice", "bob", "carol", "dave", "modwright", "platform", "server"),
        *("github", "csv", "json", "api", "utc"),
    }
)
"""Names of the tests' world and of products, which are no English."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, str]] = []
        self.told: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", self._open[-1][1] if self._open else "")
        if language != "en":
            self.told += [given[name] for name in _TOLD if given.get(name)]
        if tag not in _ALONE:
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            continue

    def handle_data(self, data: str) -> None:
        silent = any(tag in _SILENT for tag, _ in self._open)
        if not silent and self._open and self._open[-1][1] != "en":
            self.told.append(" ".join(data.split()))


def english_on(html: str) -> Iterator[str]:
    """Every text outside of what is marked as English that has two English words after each other."""
    reader = _Reader()
    reader.feed(html)
    for text in reader.told:
        runs = (re.findall(_WORD, run) for run in _WORDS.findall(text))
        if any({word.lower() for word in run} - NAMES for run in runs):
            yield text
