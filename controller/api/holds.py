"""What stops promotions, and who vouches: holds, freezes, admissions."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Path

from controller.access.given import LoopGiven, WritingGiven
from controller.access.routes import API
from controller.api.answers.holds import Admission, Admissions, Freeze, Freezes, FreezeWindow, Hold, Holds, LiftedHold
from controller.api.bodies import CommitBody, FreezeBody, HoldBody, WithReason
from controller.api.lists import PageGiven, when
from controller.core.model import EnvironmentName, HoldId, Person, ReleaseId, Sha
from controller.operations import freeze as freezing
from controller.operations import hold as holding
from controller.operations.admit import admit, find_commit
from controller.operations.platform import Platform
from controller.operations.view import View
from controller.showing.freezes import freezes as freezes_now

router = APIRouter(prefix=API)
Identity = Annotated[str, Path(min_length=1, max_length=120)]
_HOLDS: list[str | Enum] = ["holds"]
_FREEZES: list[str | Enum] = ["freezes"]
_ADMISSIONS: list[str | Enum] = ["admissions"]


@router.get("/holds", tags=_HOLDS)
def list_holds(loop: LoopGiven, page: PageGiven) -> Holds:
    """Every hold, also those that were judged, the newest first."""
    known = loop.look().view.state.holds.values()
    found, following = page.cut(known, key=lambda hold: (when(hold.at), hold.id))
    return Holds(items=[Hold.of(hold) for hold in found], next=following)


@router.post("/holds", tags=_HOLDS, response_model=Hold)
def put_hold(body: HoldBody, writing: WritingGiven) -> dict[str, Any]:
    """Holds a commit. No environment moves."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        commit = _held(view, body)
        return Hold.of(holding.hold(platform, view, commit, by=by, reason=body.reason)).plain()

    return writing.carry_out(act)


def _held(view: View, body: HoldBody) -> Sha:
    if body.commit is not None:
        return find_commit(view, body.commit).sha
    return holding.commit_of(view, ReleaseId(body.release or ""))


@router.post("/holds/{hold}:lift", tags=_HOLDS, response_model=LiftedHold)
def lift_hold(hold: Identity, body: WithReason, writing: WritingGiven) -> dict[str, Any]:
    """Lets the held releases go on."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        return LiftedHold(lifted=holding.lift(platform, view, HoldId(hold), by=by, reason=body.reason).id).plain()

    return writing.carry_out(act)


@router.get("/freezes", tags=_FREEZES)
def list_freezes(loop: LoopGiven, page: PageGiven) -> Freezes:
    """Every freeze, also the lifted and ended ones, the newest first; and the calendars' windows."""
    known = loop.look().view.state.freezes.values()
    found, following = page.cut(known, key=lambda freeze: (when(freeze.at), freeze.id))
    now = freezes_now(loop)
    calendars = [FreezeWindow.of(window) for window in (*now.in_calendars, *now.to_come)]
    return Freezes(items=[Freeze.of(freeze) for freeze in found], next=following, calendars=calendars)


@router.post("/freezes", tags=_FREEZES, response_model=Freeze)
def put_freeze(body: FreezeBody, writing: WritingGiven) -> dict[str, Any]:
    """Stops forward promotion of one environment, or of all."""
    name = EnvironmentName(body.environment) if body.environment is not None else None

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        made = freezing.freeze(platform, view, name, by=by, reason=body.reason, until=body.until, stop=body.stop)
        return Freeze.of(made).plain()

    return writing.carry_out(act)


@router.post("/freezes/{freeze}:lift", tags=_FREEZES, response_model=Freeze)
def lift_freeze(freeze: Identity, body: WithReason, writing: WritingGiven) -> dict[str, Any]:
    """Lets promotions go on."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        return Freeze.of(freezing.lift(platform, view, freeze, by=by, reason=body.reason)).plain()

    return writing.carry_out(act)


@router.get("/admissions", tags=_ADMISSIONS)
def list_admissions(loop: LoopGiven, page: PageGiven) -> Admissions:
    """Every admission, the newest first."""
    known = loop.look().view.state.admissions.values()
    found, following = page.cut(known, key=lambda admission: (when(admission.at), admission.commit))
    return Admissions(items=[Admission.of(admission) for admission in found], next=following)


@router.post("/admissions", tags=_ADMISSIONS, response_model=Admission)
def put_admission(body: CommitBody, writing: WritingGiven) -> dict[str, Any]:
    """Keeps somebody's word for a commit that nobody approved."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        commit = find_commit(view, body.commit).sha
        ledger = admit(platform, view, commit, by=by, reason=body.reason)
        return Admission.of(ledger.state.admissions[commit]).plain()

    return writing.carry_out(act)
