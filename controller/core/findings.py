"""What is wrong with a document that people write, each thing with its line and what is allowed there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where it stands, what was found, what is allowed."""

    path: str
    line: int
    key: str
    found: str
    allowed: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}: {self.key}" if self.key else f"{self.path}:{self.line}"
        return f"{where}: found {self.found}, allowed: {self.allowed}"


@dataclass
class Findings:
    """What was found wrong in one document so far."""

    path: str
    found: list[Finding] = field(default_factory=list)

    def add(self, line: int, key: str, found: object, allowed: str) -> None:
        """Notes one more."""
        self.found.append(Finding(self.path, line, key, _shown(found), allowed))


def _shown(value: object) -> str:
    """A found value as a finding shows it: short, one line, and told apart by its type."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return value if value.startswith(("an ", "a ", "nothing")) else repr(str(value))[:80]
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return f"{str(value).lower() if isinstance(value, bool) else value!s}"[:80]
