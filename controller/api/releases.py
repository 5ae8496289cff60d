"""Releases, as the ledger has them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from controller.access.given import LoopGiven
from controller.access.routes import API
from controller.api import answers
from controller.api.lists import PageGiven, when
from controller.core.errors import Denied
from controller.core.model import ReleaseId

router = APIRouter(prefix=API)


@router.get("/releases")
def releases(loop: LoopGiven, page: PageGiven) -> dict[str, Any]:
    """Every release, the newest first."""
    state = loop.look().view.state
    found, following = page.cut(state.releases.values(), key=lambda release: (when(release.created_at), release.id))
    return {"items": [answers.release(release, state) for release in found], "next": following}


@router.get("/releases/{release}")
def one(release: str, loop: LoopGiven) -> dict[str, Any]:
    """One release."""
    state = loop.look().view.state
    found = state.releases.get(ReleaseId(release))
    if found is None:
        raise Denied("NotFound", f"there is no release {release[:60]}", hint="see modwright releases")
    return answers.release(found, state)
