"""What the demo stops at, as sentences for people."""

from __future__ import annotations


class DemoError(Exception):
    """The demo cannot go on: something is missing on this machine, or a part did not do what it is for."""


class NotSoError(DemoError):
    """A step of the story is not so. Says what was looked at, what was expected and what was seen."""

    def __init__(self, what: str, *, expected: object, seen: object) -> None:
        super().__init__(f"{what}: expected {_shown(expected)}, seen {_shown(seen)}")
        self.what = what


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 2000 else f"{text[:2000]}…"
