"""Undoing a merged change."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from controller.access.given import WebGiven, WritingGiven
from controller.access.routes import API
from controller.api.accepted import follow
from controller.api.answers.changes import OpenedState, ProposalLink, Reverted
from controller.api.bodies import RevertBody
from controller.core.model import Person
from controller.operations.platform import Platform
from controller.operations.revert import find_change, revert
from controller.operations.view import View

router = APIRouter(prefix=API, tags=["changes"])


@router.post("/reverts", status_code=202, response_model=Reverted)
def revert_change(body: RevertBody, writing: WritingGiven, web: WebGiven, response: Response) -> dict[str, Any]:
    """Holds the change, returns the environments that have it as their newest, proposes its revert."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        commit = find_change(platform, view.main, str(body.change))
        done = revert(platform, view, commit, by=by, reason=body.reason)
        proposal = done.opened.proposal
        return Reverted(
            commit=done.commit,
            hold=done.hold,
            returned=list(done.returned),
            proposal=ProposalLink.of(proposal, web=web) if proposal is not None else None,
            state=OpenedState(done.opened.state),
        ).plain()

    answer = writing.carry_out(act)
    if answer["proposal"] is not None:
        follow(response, "changes", answer["proposal"]["number"])
    return answer
