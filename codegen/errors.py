"""What codegen says when it cannot do what was asked: findings in a file, or a refusal of a change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from codegen.change import Change
from codegen.sentences import Sentence

Severity = Literal["error", "warning"]

_SHOWN = 80
# More lines of a refusal's table than a person reads.
_MOST_ROWS = 100


def shown(value: object) -> str:
    """A value from a hostile file as it may stand in a message: ASCII, one line, cut short.

    `ascii` escapes newlines, bidirectional controls and look-alike letters, so that a terminal or a pull request shows
    what is in the file and not what its author wants to be seen.
    """
    if isinstance(value, list | dict | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    text = ascii(value[: _SHOWN + 1] if isinstance(value, str) else value)
    if len(text) <= _SHOWN:
        return text
    return f"{text[:_SHOWN]}… ({len(value)} characters)" if isinstance(value, str) else f"{text[:_SHOWN]}…"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong at one place; lines and columns count from 1, 0 means the file as a whole."""

    path: str
    problem: str
    line: int = 0
    column: int = 0
    key: str = ""
    found: str = ""
    allowed: str = ""
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        parts = [f"{place}: {self.key}: {self.problem}" if self.key else f"{place}: {self.problem}"]
        parts += [f"found {self.found}"] if self.found else []
        parts += [f"allowed: {self.allowed}"] if self.allowed else []
        parts += [f"hint: {self.hint}"] if self.hint else []
        return "; ".join(parts)


class CodegenError(Exception):
    """Bad input: every finding at once, so that a person mends a file in one go."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


class ManifestError(CodegenError):
    """A file of the platform repository that codegen reads (manifest, catalog, Cargo files) is not as it must be."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a refusal's table: about `subject`, this is wanted and this is there.

    `chain` are the modules that lead there, each needing or excluding the next; the last is the subject.
    """

    subject: str
    want: str
    have: str
    chain: tuple[str, ...] = ()


class Refused(CodegenError):
    """A change that is understood and must not be made; `reason` is a CamelCase constant that callers may branch on.

    `suggestion` is a whole request that could be made instead, the nearest one that was found; `hint` says it in words.
    """

    def __init__(
        self,
        reason: str,
        message: str,
        *,
        rows: tuple[Row, ...] = (),
        hint: str = "",
        suggestion: tuple[Change, ...] = (),
    ) -> None:
        super().__init__()
        self.reason = reason
        self.message = message
        self.rows = rows
        self.hint = hint
        self.suggestion = suggestion

    def __str__(self) -> str:
        lines = [self.message]
        lines += [f"  {row.subject}: want {row.want}, have {row.have}" for row in self.rows[:_MOST_ROWS]]
        lines += [f"  and {len(self.rows) - _MOST_ROWS} more"] if len(self.rows) > _MOST_ROWS else []
        lines += [f"hint: {self.hint}"] if self.hint else []
        return "\n".join(lines)


class BadName(Refused):
    """A request with a name that none can have: its form is wrong, so this is bad input and no decision."""

    def __init__(self, *, found: str, allowed: str) -> None:
        rows = (Row(subject=Sentence("request"), want=Sentence(allowed), have=shown(found)),)
        hint = Sentence("write the name as the catalog has it")
        super().__init__(
            "NameNotAllowed", Sentence("The request holds a name that is not allowed."), rows=rows, hint=hint
        )
