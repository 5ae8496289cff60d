"""Undoing a merged change."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from controller.access.given import WebGiven, WritingGiven
from controller.access.routes import API
from controller.api import answers
from controller.api.bodies import RevertBody
from controller.core.model import Person
from controller.operations.platform import Platform
from controller.operations.revert import find_change, revert
from controller.operations.view import View

router = APIRouter(prefix=API)


@router.post("/reverts")
def revert_change(body: RevertBody, writing: WritingGiven, web: WebGiven) -> dict[str, Any]:
    """Holds the change, returns the environments that have it as their newest, proposes its revert."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        commit = find_change(platform, view.main, str(body.change))
        done = revert(platform, view, commit, by=by, reason=body.reason)
        return {
            "commit": done.commit,
            "hold": done.hold,
            "returned": list(done.returned),
            "proposal": answers.proposal(done.opened.proposal, web=web),
            "state": done.opened.state,
        }

    return writing.carry_out(act)
