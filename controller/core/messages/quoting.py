"""How a text from outside stands in ours: on one line, calling nobody, closing nothing, never as markup."""

from __future__ import annotations

import re

from controller.core.trailers import one_line

_MENTION = re.compile(r"(?<!\w)@(?=\w)")
_ISSUE = re.compile(r"(?<!&)#(?=\d)")
_LONGEST_TITLE = 120


def quiet(text: str) -> str:
    """
    One line without mentions and issue numbers: the forge obeys both (`@team`, `fixes #1`) in commit messages too.

    A space after the sign is enough for that, and people still see what was written. Doing it twice changes nothing.
    """
    return _ISSUE.sub("# ", _MENTION.sub("@ ", one_line(text)))


def code(text: str, *, instead: str = "") -> str:
    """A text as a code span, in which neither Markdown nor HTML nor a mention means anything."""
    inside = one_line(text).replace("`", "'")
    return f"`{inside}`" if inside else instead


def cell(text: str) -> str:
    """A code span within a table, where a bar would end the cell."""
    return code(text).replace("|", "\\|")


def fenced(text: str, *, language: str) -> str:
    """A block of code, with a fence that the text cannot close. What cannot be printed shows as a mark."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    shown = "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
    return f"{fence}{language}\n{shown.rstrip()}\n{fence}"


def title(text: str) -> str:
    """A title: quiet, and cut where it is longer than a list can show."""
    line = quiet(text)
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1].rstrip() + "…"
