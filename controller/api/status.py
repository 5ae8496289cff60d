"""What runs where, and what waits for what."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from controller.access.given import LoopGiven, WebGiven
from controller.access.routes import API
from controller.api import answers
from controller.showing import status as showing
from controller.showing.status import EnvironmentStatus

router = APIRouter(prefix=API)


@router.get("/status")
def status(loop: LoopGiven, web: WebGiven) -> dict[str, Any]:
    """Everything at once, as the last pass saw it."""
    found = showing.status(loop)
    return {
        "main": found.main,
        "environments": [_environment(environment) for environment in found.environments],
        "holds": [answers.hold(hold) for hold in found.holds],
        "freezes": [answers.freeze(freeze) for freeze in found.freezes],
        "proposals": [answers.change(proposal, at, web=web) for proposal, at in found.proposals],
        "conditions": [answers.condition(condition) for condition in found.conditions],
    }


def _environment(found: EnvironmentStatus) -> dict[str, Any]:
    state = found.state
    return {
        "name": found.name,
        **_released(found),
        **_running(found),
        "verification": {
            "state": state.verification.state.value,
            "findings": [answers.finding(finding) for finding in state.verification.findings],
        },
        "since": answers.moment(state.since),
        "by": state.by.login if state.by is not None else None,
        "reason": state.reason,
        "direction": state.direction.value,
        "conditions": [answers.condition(condition) for condition in found.conditions],
    }


def _released(found: EnvironmentStatus) -> dict[str, Any]:
    """What should run, and where it would return to."""
    release, before = found.release, found.predecessor
    return {
        "release": release.id if release is not None else None,
        "commit": release.commit if release is not None else None,
        "digest": release.digest if release is not None else None,
        "modules": list(release.modules) if release is not None else [],
        "predecessor": before.id if before is not None else None,
    }


def _running(found: EnvironmentStatus) -> dict[str, Any]:
    """What does run, as the cluster says; `unknown` where it does not say."""
    running = found.running
    if running is None:
        return {"url": None, "serving": None, "phase": "unknown"}
    return {"url": running.url, "serving": running.serving, "phase": running.phase.value}
