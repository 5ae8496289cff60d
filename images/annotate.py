"""What the compiler said, as an annotation of the workflow run.

Reads cargo's JSON messages. People get the text as cargo would have shown it; the run gets one annotation with
the module, file, line and text of the first error, because that is what a proposal's reader needs.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What GitHub's runner takes for a command: `::` where a line begins, spaces or not, and `##[` anywhere.
_COMMAND = re.compile(r"^[^\S\n]*::|##\[", flags=re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class CompilerError:
    """The first error of a build; `file` is relative to the workspace and empty when rustc names no place."""

    subject: str
    file: str
    line: int
    column: int
    text: str


# An annotation is a sentence; the whole text stands in the log.
_TEXT_LIMIT = 500

# What cargo refuses before it compiles, such as a lock file that is out of date, it says on stderr alone.
_UNEXPLAINED = CompilerError(
    subject="build", file="", line=0, column=0, text="cargo stopped without a compiler error; the log says why"
)


def annotate(messages: Iterable[str], *, show: Callable[[str], object]) -> bool:
    """Passes the rendered texts on to `show`, then the annotation; answers whether the build succeeded.

    Success is only what cargo says in its last message: a stream that ends without one was cut off.
    """
    first: CompilerError | None = None
    succeeded = False
    for message in filter(None, map(_parsed, messages)):
        show(_harmless(str(_diagnostic(message).get("rendered") or "")))
        first = first or _error_in(message)
        if message.get("reason") == "build-finished":
            succeeded = message.get("success") is True
    if not succeeded:
        show(annotation(first or _UNEXPLAINED))
    return succeeded


def annotation(error: CompilerError) -> str:
    """The workflow command for an error. Source: GitHub, "Workflow commands", setting an error message."""
    place = {"file": error.file, "line": str(error.line), "col": str(error.column)} if error.file else {}
    properties = place | {"title": error.subject}
    settings = ",".join(f"{name}={_escaped_property(value)}" for name, value in properties.items())
    return f"::error {settings}::{_escaped(error.text)}\n"


def _parsed(line: str) -> Mapping[str, Any] | None:
    """A message of cargo, or nothing: whatever runs during a build may print anything in between."""
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


def _diagnostic(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """What rustc said, empty for cargo's other messages."""
    inner = message.get("message") if message.get("reason") == "compiler-message" else None
    return inner if isinstance(inner, dict) else {}


def _harmless(text: str) -> str:
    """The text without workflow commands: it comes from the proposal, and its lines must stay text."""
    return _COMMAND.sub(lambda found: "> " + found.group().replace("##[", "# #["), text)


def _error_in(message: Mapping[str, Any]) -> CompilerError | None:
    """The error that a message tells, or nothing; also where it only looks like one of cargo's."""
    diagnostic = _diagnostic(message)
    if diagnostic.get("level") != "error":
        return None
    try:
        spans = [span for span in diagnostic["spans"] if span["is_primary"]]
        return _error(diagnostic, place=spans[0] if spans else {}, subject=_subject(message))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _error(diagnostic: Mapping[str, Any], *, place: Mapping[str, Any], subject: str) -> CompilerError:
    return CompilerError(
        subject=subject,
        file=str(place.get("file_name", "")),
        line=int(place.get("line_start", 0)),
        column=int(place.get("column_start", 0)),
        text=_first_sentence(diagnostic, place)[:_TEXT_LIMIT],
    )


def _first_sentence(diagnostic: Mapping[str, Any], place: Mapping[str, Any]) -> str:
    """`error[E0308]: mismatched types: expected `&str`, found integer`."""
    code = (diagnostic.get("code") or {}).get("code")
    head = f"error[{code}]" if code else "error"
    label = place.get("label")
    return f"{head}: {diagnostic['message']}" + (f": {label}" if label else "")


def _subject(message: Mapping[str, Any]) -> str:
    """`module <slug>` when a module's description lies beside the crate, else `crate <name>`."""
    manifest = Path(str(message.get("manifest_path", "")))
    try:
        description = tomllib.loads((manifest.parent / "rustok-module.toml").read_text(encoding="utf-8"))
        return f"module {description['module']['slug']}"
    except (OSError, ValueError, KeyError, TypeError):
        return f"crate {message.get('target', {}).get('name', 'unknown')}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
