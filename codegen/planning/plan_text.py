"""A plan and a check as JSON documents and as texts for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from codegen.errors import Refused
from codegen.manifest.model import ModuleEntry
from codegen.planning.plan import Plan
from codegen.resolution.undo import Undo
from codegen.wiring.drift import Drift

FORMAT = 1
_SHOWN = 12


def plan_document(plan: Plan) -> dict[str, Any]:
    """The plan as plain data; `files` are `{path, text, diff}`, and a text of `null` is a file that goes."""
    return {
        "format": FORMAT,
        "host": plan.host,
        "delta": json.loads(plan.delta.canonical_json()),
        "because": dict(plan.because),
        "files": [asdict(file) for file in plan.files],
        "features": [asdict(feature) for feature in plan.features],
        "migrations": [asdict(one) for one in plan.migrations],
        "rebuild": asdict(plan.rebuild) if plan.rebuild else None,
        "undo": _undo_document(plan.undo) if plan.undo else None,
        "kept": [asdict(one) for one in plan.kept],
        "by_hand": [asdict(one) for one in plan.by_hand],
        "dropped": [asdict(one) for one in plan.dropped],
        "warnings": list(plan.warnings),
    }


def plan_text(plan: Plan, *, diffs: bool = True) -> str:
    """The plan as a person reads it: modules first, files last."""
    if plan.is_empty:
        return "already so\n"
    return "".join(f"{line}\n" for line in _sections(plan)) + (
        "".join(file.diff for file in plan.files) if diffs else ""
    )


def drift_document(drift: Iterable[Drift]) -> dict[str, Any]:
    """What `check` found as plain data."""
    return {"format": FORMAT, "drift": [asdict(one) for one in drift]}


def refusal_document(refused: Refused) -> dict[str, Any]:
    """A refusal as plain data: the table of what is wanted and what is there."""
    return {
        "refused": refused.reason,
        "message": refused.message,
        "rows": [asdict(row) for row in refused.rows],
        "hint": refused.hint,
    }


def _sections(plan: Plan) -> Iterator[str]:
    yield from _modules(plan)
    yield from (f"feature {one.feature} {one.what} ({one.path})" for one in plan.features)
    yield from (f"migrations of {one.module} {one.what}: {one.why}" for one in plan.migrations)
    yield from _rebuild(plan)
    yield from _undo(plan.undo) if plan.undo else ()
    yield from (f"warning: {warning}" for warning in plan.warnings)
    yield f"{len(plan.files)} files: {', '.join(file.path for file in plan.files)}"


def _modules(plan: Plan) -> Iterator[str]:
    yield from (f"+ {_named(entry)}{_why(plan, entry)}" for entry in plan.delta.added)
    yield from (f"- {_named(entry)}{_why(plan, entry)}" for entry in plan.delta.removed)
    yield from (f"~ {_named(after)}{_why(plan, after)}" for _, after in plan.delta.changed)
    if plan.delta.is_empty:
        yield "the manifest says so already; the host's files are brought in step"


def _named(entry: ModuleEntry) -> str:
    return f"{entry.slug} {entry.version}" if entry.version else entry.slug


def _why(plan: Plan, entry: ModuleEntry) -> str:
    why = plan.because.get(entry.slug, "")
    return f": {why}" if why else ""


def _rebuild(plan: Plan) -> Iterator[str]:
    if plan.rebuild is not None:
        shown = ", ".join(plan.rebuild.members[:_SHOWN])
        more = f" and {len(plan.rebuild.members) - _SHOWN} more" if len(plan.rebuild.members) > _SHOWN else ""
        yield f"to compile: at most {len(plan.rebuild.crates)} of {plan.rebuild.of} crates ({shown}{more})"


def _undo(undo: Undo) -> Iterator[str]:
    """What taking the change back would do, where that is more than the change the other way round."""
    if undo.refused is not None:
        yield f"cannot be taken back as it is: {undo.refused.message}"
    yield from (f"taken back, {slug} {why}" for slug, why in undo.stays.items())


def _undo_document(undo: Undo) -> dict[str, Any]:
    return {
        "goes": list(undo.goes),
        "returns": list(undo.returns),
        "set_back": list(undo.set_back),
        "stays": dict(undo.stays),
        "refused": refusal_document(undo.refused) if undo.refused else None,
    }
