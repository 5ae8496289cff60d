"""Changes: what one would do, its proposal, how far it is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from controller.access.callers import CallerGiven
from controller.access.given import LoopGiven, WebGiven, WritingGiven
from controller.access.routes import API
from controller.api import answers
from controller.api.bodies import ChangesBody, WithReason
from controller.api.lists import PageGiven
from controller.core.errors import Denied, Transient
from controller.core.model import Known, Person, Proposal, ProposalNumber, Unknown
from controller.core.names import BRANCH_PREFIX
from controller.core.progress import progress
from controller.core.requests import Request
from controller.core.snapshot import Snapshot
from controller.operations.planning import make_plan
from controller.operations.platform import Platform
from controller.operations.propose import propose
from controller.operations.view import View
from controller.operations.withdraw import withdraw
from controller.reconcile.writing import fresh_view

router = APIRouter(prefix=API)
Number = Annotated[int, Path(ge=1, le=2**31)]


@router.post("/changes:plan")
def plan(body: ChangesBody, loop: LoopGiven, caller: CallerGiven) -> dict[str, Any]:
    """What the changes would do on today's default branch. Writes nothing, so the forge may be away."""
    request = _request(body, Person(caller.login))
    with loop.lock:
        base = fresh_view(loop.platform, without_forge=True).main.head.sha
        return answers.plan(make_plan(loop.platform, request, base=base))


@router.post("/changes", status_code=202)
def open_change(body: ChangesBody, writing: WritingGiven, web: WebGiven) -> dict[str, Any]:
    """Opens the proposal, or finds the one that carries the same request."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        opened = propose(platform, _request(body, by), base=view.main.head.sha)
        return {"proposal": answers.proposal(opened.proposal, web=web), "state": opened.state}

    return writing.carry_out(act)


@router.get("/changes")
def changes(loop: LoopGiven, web: WebGiven, page: PageGiven) -> dict[str, Any]:
    """The bot's proposals, the newest first."""
    snapshot = loop.look().snapshot
    ours = [p for p in _proposals(snapshot) if p.forge.branch.startswith(BRANCH_PREFIX)]
    found, following = page.cut(ours, key=lambda proposal: (proposal.number,))
    return {"items": [answers.change(p, progress(p, snapshot), web=web) for p in found], "next": following}


@router.get("/changes/{number}")
def change(number: Number, loop: LoopGiven, web: WebGiven) -> dict[str, Any]:
    """One proposal, whoever opened it."""
    snapshot = loop.look().snapshot
    found = next((p for p in _proposals(snapshot) if p.number == number), None)
    if found is None:
        raise Denied("NotFound", f"there is no proposal #{number}", hint="modwright status lists the open ones")
    return answers.change(found, progress(found, snapshot), web=web)


@router.post("/changes/{number}:withdraw")
def withdraw_change(number: Number, body: WithReason, writing: WritingGiven, web: WebGiven) -> dict[str, Any]:
    """Closes an open proposal of the bot."""

    def act(platform: Platform, _view: View, by: Person) -> dict[str, Any]:
        closed = withdraw(platform, ProposalNumber(number), by=by, reason=body.reason)
        return {"proposal": answers.proposal(closed, web=web), "state": "closed"}

    return writing.carry_out(act)


def _request(body: ChangesBody, by: Person) -> Request:
    return Request(kind="change", requested_by=by, reason=body.reason, changes=body.values())


def _proposals(snapshot: Snapshot) -> tuple[Proposal, ...]:
    match snapshot.proposals:
        case Known(value=proposals):
            return proposals
        case Unknown(reason=reason):
            raise Transient(reason)
