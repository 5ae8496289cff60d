"""Changes: what one would do, its proposal, how far it is."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from controller.access.callers import CallerGiven
from controller.access.given import LoopGiven, WebGiven, WritingGiven
from controller.access.routes import API
from controller.api.accepted import follow
from controller.api.answers.changes import (
    Change,
    Changes,
    ForgeView,
    OpenedChange,
    ProposalLink,
    Proposals,
    WithdrawnChange,
)
from controller.api.answers.plans import Plan
from controller.api.bodies import ChangesBody, WithReason
from controller.api.lists import PageGiven
from controller.core.errors import Denied, Transient
from controller.core.model import Known, Person, Proposal, ProposalNumber, Unknown
from controller.core.names import BRANCH_PREFIX
from controller.core.requests import Request
from controller.core.snapshot import Snapshot
from controller.operations.planning import make_plan
from controller.operations.platform import Platform
from controller.operations.propose import propose
from controller.operations.view import View
from controller.operations.withdraw import withdraw
from controller.reconcile.writing import fresh_view
from controller.showing.changes import follow as follow_change

router = APIRouter(prefix=API)
Number = Annotated[int, Path(ge=1, le=2**31)]
_CHANGES: list[str | Enum] = ["changes"]
_PROPOSALS: list[str | Enum] = ["proposals"]


@router.post("/changes:plan", tags=_CHANGES)
def plan_change(body: ChangesBody, loop: LoopGiven, caller: CallerGiven) -> Plan:
    """What the changes would do on today's default branch. Writes nothing, so the forge may be away."""
    request = _request(body, Person(caller.login))
    with loop.lock:
        view = fresh_view(loop.platform, without_forge=True)
        made = make_plan(loop.platform, request, base=view.main.head.sha, overrides=view.state.overrides)
        return Plan.of(made)


@router.post("/changes", status_code=202, tags=_CHANGES, response_model=OpenedChange)
def open_change(body: ChangesBody, writing: WritingGiven, web: WebGiven, response: Response) -> dict[str, Any]:
    """Opens the proposal, or finds the one that carries the same request."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        opened = propose(platform, _request(body, by), base=view.main.head.sha)
        return OpenedChange.of(opened, web=web).plain()

    answer = writing.carry_out(act)
    if answer["proposal"] is not None:
        follow(response, "changes", answer["proposal"]["number"])
    return answer


@router.get("/changes", tags=_CHANGES)
def list_changes(loop: LoopGiven, web: WebGiven, page: PageGiven) -> Changes:
    """The bot's proposals, the newest first."""
    snapshot, now = loop.look().snapshot, loop.platform.clock()
    ours = [p for p in _proposals(snapshot) if p.forge.branch.startswith(BRANCH_PREFIX)]
    found, following = page.cut(ours, key=lambda proposal: (proposal.number,))
    return Changes(items=[Change.of(follow_change(p, snapshot, now), web=web) for p in found], next=following)


@router.get("/changes/{number}", tags=_CHANGES)
def get_change(number: Number, loop: LoopGiven, web: WebGiven) -> Change:
    """One proposal with how far it is, whoever opened it."""
    snapshot = loop.look().snapshot
    found = _proposal(snapshot, number)
    return Change.of(follow_change(found, snapshot, loop.platform.clock()), web=web)


@router.post("/changes/{number}:withdraw", tags=_CHANGES, response_model=WithdrawnChange)
def withdraw_change(number: Number, body: WithReason, writing: WritingGiven, web: WebGiven) -> dict[str, Any]:
    """Closes an open proposal of the bot."""

    def act(platform: Platform, _view: View, by: Person) -> dict[str, Any]:
        closed = withdraw(platform, ProposalNumber(number), by=by, reason=body.reason)
        return WithdrawnChange(proposal=ProposalLink.of(closed, web=web)).plain()

    return writing.carry_out(act)


@router.get("/proposals", tags=_PROPOSALS)
def list_proposals(loop: LoopGiven, web: WebGiven, page: PageGiven) -> Proposals:
    """Pull requests onto the default branch as the forge has them, whoever opened them, the newest first."""
    found, following = page.cut(_proposals(loop.look().snapshot), key=lambda proposal: (proposal.number,))
    return Proposals(items=[ForgeView.of(proposal, web=web) for proposal in found], next=following)


@router.get("/proposals/{number}", tags=_PROPOSALS)
def get_proposal(number: Number, loop: LoopGiven, web: WebGiven) -> ForgeView:
    """One pull request as the forge has it."""
    return ForgeView.of(_proposal(loop.look().snapshot, number), web=web)


def _request(body: ChangesBody, by: Person) -> Request:
    return Request(kind="change", requested_by=by, reason=body.reason, changes=body.values())


def _proposal(snapshot: Snapshot, number: int) -> Proposal:
    found = next((p for p in _proposals(snapshot) if p.number == number), None)
    if found is None:
        raise Denied("NotFound", f"there is no proposal #{number}", hint="modwright status lists the open ones")
    return found


def _proposals(snapshot: Snapshot) -> tuple[Proposal, ...]:
    match snapshot.proposals:
        case Known(value=proposals):
            return proposals
        case Unknown(reason=reason):
            raise Transient(reason)
