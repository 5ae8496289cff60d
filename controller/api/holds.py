"""What stops promotions, and who vouches: holds, freezes, admissions."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from controller.access.given import LoopGiven, WritingGiven
from controller.access.routes import API
from controller.api import answers
from controller.api.bodies import CommitBody, FreezeBody, HoldBody, WithReason
from controller.api.lists import PageGiven, when
from controller.core.model import EnvironmentName, HoldId, Person, ReleaseId, Sha
from controller.operations import freeze as freezing
from controller.operations import hold as holding
from controller.operations.admit import admit, find_commit
from controller.operations.platform import Platform
from controller.operations.view import View

router = APIRouter(prefix=API)


@router.get("/holds")
def holds(loop: LoopGiven, page: PageGiven) -> dict[str, Any]:
    """Every hold, also those that were judged, the newest first."""
    known = loop.look().view.state.holds.values()
    found, following = page.cut(known, key=lambda hold: (when(hold.at), hold.id))
    return {"items": [answers.hold(hold) for hold in found], "next": following}


@router.post("/holds")
def put_hold(body: HoldBody, writing: WritingGiven) -> dict[str, Any]:
    """Holds a commit. No environment moves."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        commit = _held(view, body)
        return answers.hold(holding.hold(platform, view, commit, by=by, reason=body.reason))

    return writing.carry_out(act)


def _held(view: View, body: HoldBody) -> Sha:
    if body.commit is not None:
        return find_commit(view, body.commit).sha
    return holding.commit_of(view, ReleaseId(body.release or ""))


@router.post("/holds/{hold}:lift")
def lift_hold(hold: str, body: WithReason, writing: WritingGiven) -> dict[str, Any]:
    """Lets the held releases go on."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        return {"lifted": holding.lift(platform, view, HoldId(hold), by=by, reason=body.reason).id}

    return writing.carry_out(act)


@router.get("/freezes")
def freezes(loop: LoopGiven, page: PageGiven) -> dict[str, Any]:
    """Every freeze, also the lifted ones, the newest first."""
    known = loop.look().view.state.freezes.values()
    found, following = page.cut(known, key=lambda freeze: (when(freeze.at), freeze.id))
    return {"items": [answers.freeze(freeze) for freeze in found], "next": following}


@router.post("/freezes")
def put_freeze(body: FreezeBody, writing: WritingGiven) -> dict[str, Any]:
    """Stops forward promotion of one environment, or of all."""
    name = EnvironmentName(body.environment) if body.environment is not None else None

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        made = freezing.freeze(platform, view, name, by=by, reason=body.reason, until=body.until, stop=body.stop)
        return answers.freeze(made)

    return writing.carry_out(act)


@router.post("/freezes/{freeze}:lift")
def lift_freeze(freeze: str, body: WithReason, writing: WritingGiven) -> dict[str, Any]:
    """Lets promotions go on."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        return answers.freeze(freezing.lift(platform, view, freeze, by=by, reason=body.reason))

    return writing.carry_out(act)


@router.post("/admissions")
def put_admission(body: CommitBody, writing: WritingGiven) -> dict[str, Any]:
    """Keeps somebody's word for a commit that nobody approved."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        commit = find_commit(view, body.commit).sha
        admit(platform, view, commit, by=by, reason=body.reason)
        return {"commit": commit, "by": by.login, "reason": body.reason}

    return writing.carry_out(act)
