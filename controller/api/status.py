"""What runs where, and what waits for what."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from controller.access.given import LoopGiven, WebGiven
from controller.access.routes import API
from controller.api import answers
from controller.core.decision import Condition
from controller.core.ledger.state import EnvironmentState
from controller.core.model import EnvironmentName, Known, Proposal, ProposalState, Running
from controller.core.progress import progress
from controller.core.snapshot import Snapshot
from controller.core.spans import predecessor
from controller.reconcile.loop import Loop

router = APIRouter(prefix=API)


@router.get("/status")
def status(loop: LoopGiven, web: WebGiven) -> dict[str, Any]:
    """Everything at once, as the last pass saw it."""
    snapshot, conditions = loop.look().snapshot, _conditions(loop)
    ledger = snapshot.ledger
    return {
        "main": snapshot.main.head.sha,
        "environments": [_environment(e.name, snapshot, conditions) for e in snapshot.configuration.environments],
        "holds": [answers.hold(hold) for hold in ledger.standing_holds],
        "freezes": [answers.freeze(freeze) for freeze in ledger.freezes.values() if freeze.lifted_at is None],
        "proposals": [answers.change(p, progress(p, snapshot), web=web) for p in _open(snapshot)],
        "conditions": [answers.condition(condition) for condition in conditions],
    }


def _conditions(loop: Loop) -> tuple[Condition, ...]:
    """The last decision's, and what of it could not be done, also while it is backed off from."""
    last, report = loop.memory.last, loop.last
    decided = last.conditions if last is not None else ()
    failing = ((i.target, loop.memory.failure_of(i)) for i in (last.intents if last is not None else ()))
    retried = tuple(
        Condition("Retrying", target, f"{failure.message} (tried {failure.times} times)")
        for target, failure in failing
        if failure is not None
    )
    broken = (Condition("PassFailed", "controller", report.problem),) if report is not None and report.problem else ()
    return (*decided, *retried, *broken)


def _open(snapshot: Snapshot) -> tuple[Proposal, ...]:
    proposals = snapshot.proposals.value if isinstance(snapshot.proposals, Known) else ()
    return tuple(p for p in proposals if p.forge.state is ProposalState.OPEN)


def _environment(name: EnvironmentName, snapshot: Snapshot, conditions: tuple[Condition, ...]) -> dict[str, Any]:
    state = snapshot.ledger.environments.get(name, EnvironmentState(name=name))
    about = [answers.condition(condition) for condition in conditions if condition.about == name]
    return {
        "name": name,
        **_released(state, snapshot),
        **_running(name, snapshot),
        "verification": {
            "state": state.verification.state.value,
            "findings": [answers.finding(found) for found in state.verification.findings],
        },
        "since": answers.moment(state.since),
        "by": state.by.login if state.by is not None else None,
        "reason": state.reason,
        "direction": state.direction.value,
        "conditions": about,
    }


def _released(state: EnvironmentState, snapshot: Snapshot) -> dict[str, Any]:
    """What should run, and where it would return to."""
    release = snapshot.ledger.releases.get(state.release) if state.release is not None else None
    if release is None:
        return {"release": None, "commit": None, "digest": None, "modules": [], "predecessor": None}
    before = predecessor(snapshot.main, snapshot.ledger, passed=state.passed, current=release)
    return {
        "release": release.id,
        "commit": release.commit,
        "digest": release.digest,
        "modules": list(release.modules),
        "predecessor": before.id if before is not None else None,
    }


def _running(name: EnvironmentName, snapshot: Snapshot) -> dict[str, Any]:
    """What does run, as the cluster says; `unknown` where it does not say."""
    running: Running | None = snapshot.running.value.get(name) if isinstance(snapshot.running, Known) else None
    if running is None:
        return {"url": None, "serving": None, "phase": "unknown"}
    return {"url": running.url, "serving": running.serving, "phase": running.phase.value}
