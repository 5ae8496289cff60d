"""Values as the API says them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from codegen import ModuleEntry, plan_document
from controller.core.decision import Condition
from controller.core.ledger.state import Freeze, Hold, LedgerState, Release
from controller.core.model import CheckResult, ForgeProposal, GateReport, Person, Proposal
from controller.core.progress import Progress
from controller.operations.catalog import CatalogRow
from controller.operations.planning import Plan


def moment(at: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return at.isoformat() if at is not None else None


def _login(person: Person | None) -> str | None:
    return person.login if person is not None else None


def module(row: CatalogRow) -> dict[str, Any]:
    """One module of the catalog."""
    return {
        "slug": row.slug,
        "state": row.state,
        "version": row.version,
        "description": row.description,
        "depends_on": list(row.depends_on),
        "required": row.required,
    }


def plan(made: Plan) -> dict[str, Any]:
    """What a request would do."""
    delta = made.delta
    return {
        "delta": {
            "added": _slugs(delta.added),
            "removed": _slugs(delta.removed),
            "changed": _slugs(after for _, after in delta.changed),
        },
        "because": dict(made.because),
        "files": [{"path": path, "diff": diff} for path, diff in made.diffs],
        "verdicts": [{"policy": v.policy, "effect": v.effect, "message": v.message} for v in made.verdicts],
        "warnings": list(made.warnings),
        "fingerprint": made.fingerprint,
        "already": not made.files,
        **_effects(made),
    }


def _effects(made: Plan) -> dict[str, Any]:
    """What the code generator tells beside the files, as its own documents have it."""
    if made.effects is None:
        return {}
    document = plan_document(made.effects)
    return {key: document[key] for key in ("features", "migrations", "rebuild", "undo", "kept", "by_hand", "dropped")}


def _slugs(entries: Iterable[ModuleEntry]) -> list[str]:
    return [entry.slug for entry in entries]


def proposal(found: ForgeProposal | None, *, web: str) -> dict[str, Any] | None:
    """A proposal in short; `web` is the address under which the forge shows pull requests."""
    if found is None:
        return None
    return {"number": found.number, "url": f"{web}{found.number}", "branch": found.branch, "title": found.title}


def change(found: Proposal, at: Progress, *, web: str) -> dict[str, Any]:
    """A proposal with how far it is."""
    return {
        "number": found.number,
        "title": found.forge.title,
        "state": found.forge.state.value,
        "stage": at.stage,
        "steps": [{"name": s.name, "state": s.state, "detail": s.detail, "at": moment(s.at)} for s in at.steps],
        "environments": dict(at.environments),
        "gate": _gate(found.gate),
        "url": f"{web}{found.number}",
    }


def _gate(report: GateReport | None) -> dict[str, Any] | None:
    if report is None:
        return None
    return {"title": report.title, "summary": report.summary, "status": report.status.value}


def finding(result: CheckResult) -> dict[str, Any]:
    """One check of one probe."""
    return {
        "check": result.check,
        "outcome": result.outcome.value,
        "seen": result.seen,
        "modules": list(result.modules),
    }


def hold(found: Hold) -> dict[str, Any]:
    """A hold, standing or judged."""
    return {
        "id": found.id,
        "state": found.state.value,
        "commits": list(found.commits),
        "release": found.release,
        "environment": found.environment,
        "findings": [finding(result) for result in found.findings],
        "by": found.by.login,
        "reason": found.reason,
        "at": moment(found.at),
        "judged_at": moment(found.judged_at),
        "judgement": found.judgement,
    }


def freeze(found: Freeze) -> dict[str, Any]:
    """A freeze, standing or lifted."""
    return {
        "id": found.id,
        "environment": found.environment,
        "by": found.by.login,
        "reason": found.reason,
        "at": moment(found.at),
        "lifted_at": moment(found.lifted_at),
        "lifted_by": _login(found.lifted_by),
        "until": moment(found.until),
        "stop": found.stop,
    }


def condition(found: Condition) -> dict[str, Any]:
    """Why something waits."""
    return {
        "reason": found.reason,
        "about": found.about,
        "message": found.message,
        "needs_person": found.needs_person,
    }


def release(found: Release, ledger: LedgerState) -> dict[str, Any]:
    """A release with the evidence for each of its commits, and where it runs."""
    return {
        "id": found.id,
        "commit": found.commit,
        "input_tree": found.input_tree,
        "digest": found.digest,
        "manifest_hash": found.manifest_hash,
        "modules": list(found.modules),
        "created_at": moment(found.created_at),
        "build": found.build,
        "reused_from": found.reused_from,
        "environments": [state.name for state in ledger.environments.values() if state.release == found.id],
        "commits": [
            {
                "commit": evidence.commit,
                "proposal": evidence.proposal,
                "approval": evidence.approval.value,
                "detail": evidence.detail,
                "requested_by": _login(evidence.requested_by),
                "reason": evidence.reason,
                "reviewers": [review.reviewer.login for review in evidence.reviews],
                "merged_by": _login(evidence.merged_by),
                "added": list(evidence.added),
                "removed": list(evidence.removed),
                "changed": list(evidence.changed),
                "reverts": evidence.reverts,
            }
            for evidence in found.commits
        ],
    }
