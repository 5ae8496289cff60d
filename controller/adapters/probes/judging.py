"""
What an answer comes to, by the kind of its check.

The shapes are the platform's (`/health/ready`, `/health/modules`): statuses are `ok`, `healthy`, `degraded` and
`unhealthy`. Sound platforms say `degraded` for ever, so only `unhealthy` and unknown words count as unwell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from codegen import ModuleName
from controller.adapters.probes.asking import Seen
from controller.core.configuration import CheckDefinition
from controller.core.model import CheckResult, Outcome
from controller.ports import Expectation
from controller.redaction import remote_text

_WELL = {"ok", "healthy", "degraded"}
_CANNOT_TELL = {401, 403, 407, 408, 429}
"""We may not ask, or not now: that says nothing of the platform."""

Document = Mapping[str, Any]


@dataclass(frozen=True)
class _Component:
    """One line of a readiness answer."""

    name: str
    kind: str
    is_critical: bool
    status: str
    reason: str

    @property
    def is_well(self) -> bool:
        return self.status in _WELL

    @property
    def module(self) -> ModuleName | None:
        """The module that it is about: its name is `module:<slug>`."""
        return ModuleName(self.name.removeprefix("module:")) if self.kind == "module" else None

    def __str__(self) -> str:
        return f"{self.name} is {self.status}" + (f" ({self.reason})" if self.reason else "")


def http(check: CheckDefinition, seen: Seen) -> CheckResult:
    """Status and text are what was asked for; a page where JSON is asked for is not."""
    if seen.status != check.status:
        outcome = Outcome.ERRORED if seen.status in _CANNOT_TELL else Outcome.FAILED
        return _result(check, outcome, f"answered {seen.status} instead of {check.status}")
    if check.contains and check.contains not in seen.text:
        return _result(check, Outcome.FAILED, f"the answer does not contain {check.contains[:80]!r}")
    if check.contains.startswith(("{", '"')) and "json" not in seen.content_type:
        return _result(check, Outcome.FAILED, f"the answer is {seen.content_type or 'of no type'}, not JSON")
    return _result(check, Outcome.PASSED, f"answered {seen.status}")


def release(check: CheckDefinition, seen: Seen, expected: Expectation) -> CheckResult:
    """The process that answers is the app, the tree and the image of the release."""
    document = _document(check, seen)
    if isinstance(document, CheckResult):
        return document
    if seen.status >= 500 and not document.keys() & {"tree", "digest"}:
        # A proxy with nothing behind it may speak JSON, too.
        return _result(check, Outcome.ERRORED, f"answered {seen.status} without tree and digest")
    wanted = {"tree": expected.input_tree, "digest": expected.digest}
    if expected.app:
        wanted = {"app": expected.app, **wanted}
    wrong = [
        f"{key} is {remote_text(document.get(key, 'missing'), limit=80)} instead of {value}"
        for key, value in wanted.items()
        if document.get(key) != value
    ]
    if wrong:
        return _result(check, Outcome.FAILED, "; ".join(wrong))
    return _result(check, Outcome.PASSED, "serves this release")


def readiness(check: CheckDefinition, seen: Seen, expected: Expectation) -> CheckResult:
    """
    Every critical part is well.

    A dependency that is down leaves it open, also where modules fail beside it: they may fail because of it.
    """
    document = _document(check, seen)
    if isinstance(document, CheckResult):
        return document
    parts = _components(document)
    if parts is None:
        return _result(check, Outcome.ERRORED, f"answered {seen.status} without its list of checks")
    unwell = [part for part in parts if not part.is_well]
    modules = tuple(sorted({part.module for part in unwell if part.module is not None}))
    if any(part.kind == "dependency" for part in unwell):
        return _result(check, Outcome.ERRORED, _told(unwell), modules)
    grave = [part for part in unwell if part.is_critical and part.module not in expected.unwell_before]
    if grave:
        return _result(check, Outcome.FAILED, _told(grave), modules)
    if not unwell and str(document.get("status")) not in _WELL:
        return _result(check, Outcome.FAILED, f"says {document.get('status')!s:.40} and names no part that is unwell")
    notes = [part for part in parts if part.status not in ("ok", "healthy")]
    return _result(check, Outcome.PASSED, _told(notes) if notes else "ready", modules)


def modules(check: CheckDefinition, seen: Seen, expected: Expectation) -> CheckResult:
    """
    The modules are those of the release, and none is unhealthy that was well before it.

    The order says nothing, and the status of the whole neither.
    """
    document = _document(check, seen)
    if isinstance(document, CheckResult):
        return document
    found = _module_statuses(document)
    if found is None:
        return _result(check, Outcome.ERRORED, f"answered {seen.status} without its list of modules")
    unwell = {name for name, status in found.items() if status not in _WELL}
    missing, unexpected = expected.modules - set(found), set(found) - expected.modules
    new = unwell - expected.unwell_before
    told = [
        *_listed("missing", missing),
        *_listed("not in the release", unexpected),
        *_listed("unhealthy", new),
        *_listed("unhealthy as before", unwell - new),
    ]
    outcome = Outcome.FAILED if missing or unexpected or new else Outcome.PASSED
    names = tuple(sorted(ModuleName(name) for name in unwell | missing))
    return _result(check, outcome, "; ".join(told) or f"all {len(found)} modules are well", names)


def _document(check: CheckDefinition, seen: Seen) -> Document | CheckResult:
    """The JSON object, whatever the status: a platform that is unwell says so with 503. Else what its lack comes to."""
    if seen.status in _CANNOT_TELL:
        return _result(check, Outcome.ERRORED, f"answered {seen.status}")
    try:
        document = json.loads(seen.body)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict) and (seen.status == 200 or seen.status >= 500):
        return document
    if seen.status >= 500:
        return _result(check, Outcome.ERRORED, f"answered {seen.status} without JSON")
    what = seen.content_type.split(";")[0][:40] or "something"
    sentence = f"answered {seen.status}" if seen.status != 200 else f"answered {what} that is no JSON object"
    return _result(check, Outcome.FAILED, sentence)


def _components(document: Document) -> list[_Component] | None:
    """The checks and modules of a readiness answer, `None` where it has not that shape."""
    lines = [*_list(document.get("checks")), *_list(document.get("modules"))]
    if not isinstance(document.get("checks"), list) or not all(isinstance(line, dict) for line in lines):
        return None
    return [_component(line) for line in lines]


def _component(line: Document) -> _Component:
    return _Component(
        name=str(line.get("name", "")),
        kind=str(line.get("kind", "")),
        is_critical=line.get("criticality") == "critical",
        status=str(line.get("status", "")),
        reason=remote_text(line.get("reason") or "", limit=120),
    )


def _module_statuses(document: Document) -> dict[str, str] | None:
    lines = document.get("modules")
    if not isinstance(lines, list) or not all(isinstance(line, dict) and "slug" in line for line in lines):
        return None
    return {str(line["slug"]): str(line.get("status", "")) for line in lines}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _told(parts: Iterable[_Component]) -> str:
    return remote_text("; ".join(dict.fromkeys(str(part) for part in parts)), limit=500)


def _listed(word: str, names: Iterable[str]) -> list[str]:
    found = ", ".join(sorted(names))
    return [remote_text(f"{word}: {found}", limit=500)] if found else []


def _result(check: CheckDefinition, outcome: Outcome, seen: str, names: tuple[ModuleName, ...] = ()) -> CheckResult:
    return CheckResult(check=check.name, outcome=outcome, seen=seen, modules=names)
