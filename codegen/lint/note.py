"""What is wrong with a value, before anybody knows where it stands; and where it stands, found only when it is wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches

from codegen.errors import Finding, Severity, shown
from codegen.toml.scan import Value
from codegen.toml.text import TomlText

_LONGEST_GUESS = 64

Steps = tuple[str | int, ...]
"""The way from a value down to a part of it: keys of inline tables and positions in arrays."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with a value's data; `at` leads from the value to the part, or to the part's key."""

    problem: str
    at: Steps = ()
    is_of_key: bool = False
    key: str = ""
    found: str = ""
    allowed: str = ""
    hint: str = ""
    severity: Severity = "error"


@dataclass(frozen=True, kw_only=True)
class Note:
    """A finding that does not know its file yet: `offset` counts from the start of the judged text."""

    offset: int
    key: str
    problem: str
    found: str = ""
    allowed: str = ""
    hint: str = ""
    severity: Severity = "error"

    def moved(self, by: int) -> Note:
        """The same note in a longer text."""
        return replace(self, offset=self.offset + by)


def note_of(problem: Problem, value: Value, *, key: str) -> Note:
    """A problem at its place; `key` is the name of the whole value, and the part's name is put behind it."""
    return Note(
        offset=offset_of(value, problem.at),
        key=f"{key}.{problem.key}" if problem.key else key,
        problem=problem.problem,
        found=problem.found,
        allowed=problem.allowed,
        hint=problem.hint,
        severity=problem.severity,
    )


def offset_of(value: Value, steps: Steps) -> int:
    """Where a part of a value stands; the place of what it is in, where the way leads nowhere."""
    for step in steps:
        parts = [pair.value for pair in value.pairs if pair.key[0] == step]
        parts += value.items[step : step + 1] if isinstance(step, int) else ()
        if not parts:
            return value.start
        value = parts[0]
    return value.start


def finding_of(note: Note, source: TomlText) -> Finding:
    """The note as a finding of its file, with line and column."""
    line, column = source.place(note.offset)
    return Finding(
        path=source.path,
        line=line,
        column=column,
        key=note.key,
        problem=note.problem,
        found=note.found,
        allowed=note.allowed,
        hint=note.hint,
        severity=note.severity,
    )


def spelling_hint(name: str, known: tuple[str, ...]) -> str:
    """What a person may have meant with an unknown name."""
    near = nearest(name, known)
    return f"did you mean {near}?" if near else "remove it or mend its spelling"


def nearest(name: str, known: tuple[str, ...]) -> str:
    """The known name that is most like this one, if any is."""
    near = get_close_matches(name, known, n=1, cutoff=0.6) if len(name) <= _LONGEST_GUESS else []
    return near[0] if near else ""


def key_text(parts: tuple[str, ...]) -> str:
    """A key's parts as they may stand in a message: names as they are, anything else escaped."""
    text = ".".join(parts)
    return text if len(text) <= _LONGEST_GUESS and all(_is_plain(part) for part in parts) else shown(text)


def _is_plain(part: str) -> bool:
    return part.isascii() and part.replace("_", "").replace("-", "").isalnum()
