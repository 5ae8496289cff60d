"""Words against policies, each for one change."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from controller.access.given import LoopGiven, WritingGiven
from controller.access.routes import API
from controller.api.answers.overrides import Override, Overrides
from controller.api.bodies import OverrideBody
from controller.api.lists import PageGiven, when
from controller.core.ledger.state import Override as Word
from controller.core.model import Fingerprint, Person, ProposalNumber
from controller.operations.override import override_change, override_proposal
from controller.operations.platform import Platform
from controller.operations.view import View

router = APIRouter(prefix=API, tags=["overrides"])


@router.get("/overrides")
def list_overrides(loop: LoopGiven, page: PageGiven) -> Overrides:
    """Every override, the newest first."""
    known = loop.look().view.state.overrides.values()
    found, following = page.cut(known, key=lambda word: (when(word.at), word.id))
    return Overrides(items=[Override.of(word) for word in found], next=following)


@router.post("/overrides", response_model=Override)
def put_override(body: OverrideBody, writing: WritingGiven) -> dict[str, Any]:
    """Has a policy's denial not stand for one change."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        return Override.of(_word(platform, view, body, by)).plain()

    return writing.carry_out(act)


def _word(platform: Platform, view: View, body: OverrideBody, by: Person) -> Word:
    if body.proposal is not None:
        number = ProposalNumber(body.proposal)
        return override_proposal(platform, view, number, body.policy, by=by, reason=body.reason)
    fingerprint = Fingerprint(body.fingerprint or "")
    return override_change(platform, view, fingerprint, body.policy, by=by, reason=body.reason)
