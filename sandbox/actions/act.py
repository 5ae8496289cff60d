"""act: how it is called, and what its lines mean."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.actions.preparation import RunFolder

_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}


@dataclass(frozen=True)
class Line:
    """One line of act's output, masked."""

    job: str
    job_key: str
    message: str
    matrix: Mapping[str, Any]
    step: str
    step_key: str | None
    is_inner: bool
    stage: str
    is_output: bool
    step_result: str | None
    job_result: str | None
    command: str | None
    argument: str
    parameters: Mapping[str, str]
    level: str


def command_line(folder: RunFolder, *, event: str, path: str, instance: str, actor: str) -> list[str]:
    """act's command for a run, without platforms and local repositories."""
    return [
        str(Path(sys.executable).parent / "act"),
        event,
        "--json",
        "--no-cache-server",
        # Every checkout goes through our stand-in: act's own copies the clone and knows neither `ref` nor the forge.
        "--no-skip-checkout",
        *("-C", str(folder.clone)),
        *("-W", path),
        *("--actor", actor),
        *("--github-instance", instance),
        *("--eventpath", str(folder.file("event.json"))),
        *("--env-file", str(folder.file("environment"))),
        *("--secret-file", str(folder.file("secrets"))),
        *("--var-file", str(folder.file("variables"))),
        *("--input-file", "/dev/null"),
    ]


def platforms(labels: Mapping[str, str]) -> list[str]:
    """act skips a job whose label it does not know and says that all is well: so each label is named."""
    return [argument for label, platform in labels.items() for argument in ("-P", f"{label}={platform}")]


def local_repositories(folders: Mapping[str, Path]) -> list[str]:
    """`owner/name@ref` → the folder that act takes for it."""
    return [argument for name, path in folders.items() for argument in ("--local-repository", f"{name}={path}")]


def parse_line(document: Mapping[str, Any]) -> Line:
    """A line of `--json` (already masked) as a value."""
    keys: Sequence[str] = document.get("stepID") or document.get("stepid") or ()
    return Line(
        job=str(document.get("job", "")).strip(),
        job_key=str(document.get("jobID", "")),
        message=str(document.get("msg", "")),
        matrix=document.get("matrix") or {},
        step=str(document.get("step", "")),
        # Steps within a composite action have longer ids; they are part of their step.
        step_key=keys[0] if len(keys) == 1 else None,
        is_inner=len(keys) > 1,
        stage=str(document.get("stage", "")),
        is_output=document.get("raw_output") is True,
        step_result=document.get("stepResult"),
        job_result=document.get("jobResult"),
        command=document.get("command"),
        argument=str(document.get("arg", "")),
        parameters=document.get("kvPairs") or {},
        level=str(document.get("level", "info")),
    )


def read_json(line: bytes) -> dict[str, Any] | None:
    """The object of a line; None for what is no JSON (act's own words before it starts)."""
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def annotation(line: Line) -> dict[str, Any] | None:
    """The annotation that `::error file=…,line=…,title=…::message` asks for, in the check run's shape."""
    level = _LEVELS.get(line.command or "")
    if level is None:
        return None
    start = _number(line.parameters.get("line"), 1)
    return {
        "path": line.parameters.get("file") or ".github",
        "start_line": start,
        "end_line": _number(line.parameters.get("endLine"), start),
        "annotation_level": level,
        "title": line.parameters.get("title", ""),
        "message": line.argument,
    }


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdigit() else default
