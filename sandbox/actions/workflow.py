"""A workflow file as values. Only what the runs' records and the preparations need; act reads the file itself."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

_DEFAULT_TIMEOUT = timedelta(minutes=360)  # GitHub's "jobs.<job_id>.timeout-minutes"


class WorkflowError(Exception):
    """The workflow file cannot be used; the message says why, in GitHub's words where they are known."""


@dataclass(frozen=True)
class Step:
    """A step: the key by which act names it (its id or its index), its name, the action it uses."""

    key: str
    name: str
    uses: str | None


@dataclass(frozen=True)
class Job:
    """A job, or a call of a reusable workflow (then `uses` is set and it has no steps)."""

    key: str
    name: str
    labels: tuple[str, ...]
    uses: str | None
    steps: tuple[Step, ...]
    permissions: Mapping[str, str] | None
    timeout: timedelta
    continues_on_error: bool
    has_matrix: bool


@dataclass(frozen=True)
class Workflow:
    """A workflow file."""

    name: str
    run_name: str | None
    triggers: Mapping[str, Mapping[str, Any]]
    jobs: tuple[Job, ...]
    permissions: Mapping[str, str] | None
    concurrency: str | None
    cancels_in_progress: bool


@functools.lru_cache(maxsize=256)
def parse_workflow(content: bytes, *, path: str) -> Workflow:
    """Reads a workflow file. Cached by content, because every push asks what the files want."""
    try:
        document = YAML(typ="safe", pure=True).load(content.decode())
    except (YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise WorkflowError(f"{path}: is no YAML: {error}") from error
    try:
        return _workflow(_table(document, "the file"), path)
    except WorkflowError as error:
        raise WorkflowError(f"{path}: {error}") from error


def _workflow(document: Mapping[str, Any], path: str) -> Workflow:
    concurrency = document.get("concurrency")
    settings = concurrency if isinstance(concurrency, dict) else {"group": concurrency}
    group = settings.get("group")
    run_name = document.get("run-name")
    return Workflow(
        name=str(document.get("name") or path),
        run_name=None if run_name is None else str(run_name),
        triggers=_triggers(document.get("on")),
        jobs=tuple(
            _job(str(key), _table(job, f"jobs.{key}")) for key, job in _table(document.get("jobs"), "jobs").items()
        ),
        permissions=_permissions(document.get("permissions")),
        concurrency=None if group is None else str(group),
        cancels_in_progress=settings.get("cancel-in-progress") is True,
    )


def _table(found: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(found, Mapping):
        raise WorkflowError(f"{where}: found {type(found).__name__}, expected a table")
    return found


def _rows(found: Any, where: str) -> list[Any]:
    if found is not None and not isinstance(found, list):
        raise WorkflowError(f"{where}: found {type(found).__name__}, expected a list")
    return found or []


def _triggers(found: Any) -> dict[str, Mapping[str, Any]]:
    """Event names with their filters; a filter that is one text stands for a list of one, as on GitHub."""
    if isinstance(found, str):
        return {found: {}}
    if isinstance(found, list):
        return {str(name): {} for name in found}
    rules = _table(found, "on")
    return {str(name): _table(rule, f"on.{name}") if isinstance(rule, Mapping) else {} for name, rule in rules.items()}


def _job(key: str, found: Mapping[str, Any]) -> Job:
    minutes = found.get("timeout-minutes")
    strategy = found.get("strategy")
    uses = found.get("uses")
    return Job(
        key=key,
        name=str(found.get("name") or key),
        labels=_labels(found.get("runs-on")),
        uses=None if uses is None else str(uses),
        steps=tuple(_step(index, step) for index, step in enumerate(_rows(found.get("steps"), f"jobs.{key}.steps"))),
        permissions=_permissions(found.get("permissions")),
        timeout=timedelta(minutes=minutes) if isinstance(minutes, int | float) else _DEFAULT_TIMEOUT,
        continues_on_error=found.get("continue-on-error") is True,
        has_matrix=isinstance(strategy, Mapping) and "matrix" in strategy,
    )


def _labels(found: Any) -> tuple[str, ...]:
    if isinstance(found, Mapping):
        found = found.get("labels")
    return tuple(map(str, found)) if isinstance(found, list) else (() if found is None else (str(found),))


def _step(index: int, found: Any) -> Step:
    step = _table(found, f"step {index + 1}")
    uses = None if step.get("uses") is None else str(step["uses"])
    first_line = str(step.get("run") or "").strip().partition("\n")[0]
    return Step(str(step.get("id") or index), str(step.get("name") or f"Run {uses or first_line}"), uses)


def _permissions(found: Any) -> dict[str, str] | None:
    """The permissions as a table; `read-all` and `write-all` are spelt out as what they mean for us."""
    if found is None:
        return None
    if isinstance(found, str):
        level = found.removesuffix("-all")
        return dict.fromkeys(("contents", "actions", "checks", "statuses", "pull-requests", "deployments"), level)
    return {str(name): str(level) for name, level in _table(found, "permissions").items()}
