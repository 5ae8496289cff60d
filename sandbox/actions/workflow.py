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
    triggers: Mapping[str, Any]
    jobs: tuple[Job, ...]
    permissions: Mapping[str, str] | None
    concurrency: str | None
    cancels_in_progress: bool


@functools.lru_cache(maxsize=256)
def parse_workflow(content: bytes, *, path: str) -> Workflow:
    """Reads a workflow file. Cached by content, because every push asks what the files want."""
    try:
        document = YAML(typ="safe", pure=True).load(content.decode())
    except (YAMLError, UnicodeDecodeError) as error:
        raise WorkflowError(f"{path}: is no YAML: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("jobs"), dict):
        raise WorkflowError(f"{path}: No jobs defined in `jobs`")
    concurrency = document.get("concurrency")
    return Workflow(
        name=str(document.get("name") or path),
        run_name=document.get("run-name"),
        triggers=_triggers(document.get("on")),
        jobs=tuple(_job(str(key), found or {}) for key, found in document["jobs"].items()),
        permissions=_permissions(document.get("permissions")),
        concurrency=concurrency.get("group") if isinstance(concurrency, dict) else concurrency,
        cancels_in_progress=isinstance(concurrency, dict) and concurrency.get("cancel-in-progress") is True,
    )


def _triggers(found: Any) -> dict[str, Any]:
    if isinstance(found, str):
        return {found: None}
    if isinstance(found, list):
        return {str(name): None for name in found}
    return dict(found or {})


def _job(key: str, found: Mapping[str, Any]) -> Job:
    minutes = found.get("timeout-minutes")
    return Job(
        key=key,
        name=str(found.get("name") or key),
        labels=_labels(found.get("runs-on")),
        uses=found.get("uses"),
        steps=tuple(_step(index, step) for index, step in enumerate(found.get("steps") or ())),
        permissions=_permissions(found.get("permissions")),
        timeout=timedelta(minutes=minutes) if isinstance(minutes, int | float) else _DEFAULT_TIMEOUT,
        continues_on_error=found.get("continue-on-error") is True,
        has_matrix="matrix" in (found.get("strategy") or {}),
    )


def _labels(found: Any) -> tuple[str, ...]:
    if isinstance(found, Mapping):
        found = found.get("labels")
    return tuple(map(str, found)) if isinstance(found, list) else (() if found is None else (str(found),))


def _step(index: int, found: Mapping[str, Any]) -> Step:
    uses = found.get("uses")
    first_line = str(found.get("run") or "").strip().partition("\n")[0]
    return Step(str(found.get("id") or index), str(found.get("name") or f"Run {uses or first_line}"), uses)


def _permissions(found: Any) -> dict[str, str] | None:
    """The permissions as a table; `read-all` and `write-all` are spelt out as what they mean for us."""
    if found is None:
        return None
    if isinstance(found, str):
        level = found.removesuffix("-all")
        return dict.fromkeys(("contents", "actions", "checks", "statuses", "pull-requests", "deployments"), level)
    return {str(name): str(level) for name, level in found.items()}
