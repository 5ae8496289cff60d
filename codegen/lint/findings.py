"""Findings as people, programs and GitHub's logs read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from codegen.errors import Finding

# As the runner decodes them, see
# https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
_VALUE_ESCAPES = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY_ESCAPES = (*_VALUE_ESCAPES, (":", "%3A"), (",", "%2C"))


def is_clean(findings: Sequence[Finding]) -> bool:
    """Whether none of them is an error; warnings stop nobody."""
    return all(finding.severity != "error" for finding in findings)


def as_text(findings: Sequence[Finding]) -> str:
    """A line each, with file, line and column in front, as editors and terminals link them."""
    return "".join(f"{_line(finding)}\n" for finding in findings)


def as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Every field of each, by name; line and column are 0 where a finding is of the file as a whole."""
    return [asdict(finding) for finding in findings]


def as_annotations(findings: Sequence[Finding]) -> str:
    """GitHub's workflow commands, a line each: they mark the line of the file in the change's diff.

    Escaped as the runner decodes them, so that nothing in a file can end a command or begin another.
    """
    return "".join(
        f"::{finding.severity} {_properties(finding)}::{_escaped(_message(finding))}\n" for finding in findings
    )


def _line(finding: Finding) -> str:
    """As the finding is written everywhere; one that stops nobody says so behind its place."""
    if finding.severity == "error":
        return str(finding)
    place = f"{finding.path}:{finding.line}:{finding.column}: " if finding.line else f"{finding.path}: "
    return f"{place}{finding.severity}: {str(finding).removeprefix(place)}"


def _properties(finding: Finding) -> str:
    known = {"file": finding.path, "line": finding.line, "col": finding.column, "title": _title(finding)}
    pairs = ((key, str(value)) for key, value in known.items() if value)
    return ",".join(f"{key}={_escaped(value, _PROPERTY_ESCAPES)}" for key, value in pairs)


def _title(finding: Finding) -> str:
    return f"{finding.key}: {finding.problem}" if finding.key else finding.problem


def _message(finding: Finding) -> str:
    parts = [_title(finding)]
    parts += [f"found {finding.found}"] if finding.found else []
    parts += [f"allowed: {finding.allowed}"] if finding.allowed else []
    parts += [f"hint: {finding.hint}"] if finding.hint else []
    return "\n".join(parts)


def _escaped(text: str, escapes: tuple[tuple[str, str], ...] = _VALUE_ESCAPES) -> str:
    for letter, escape in escapes:
        text = text.replace(letter, escape)
    return text
