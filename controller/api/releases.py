"""Releases, as the ledger has them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from controller.access.given import LoopGiven
from controller.access.routes import API
from controller.api.answers.releases import Release, ReleaseDiff, Releases
from controller.api.lists import PageGiven, when
from controller.showing.releases import difference, find_release
from controller.showing.retained import retained

router = APIRouter(prefix=API, tags=["releases"])
Identity = Annotated[str, Path(min_length=1, max_length=80)]


@router.get("/releases")
def list_releases(loop: LoopGiven, page: PageGiven) -> Releases:
    """Every release, the newest first."""
    state = loop.look().view.state
    found, following = page.cut(state.releases.values(), key=lambda release: (when(release.created_at), release.id))
    known = retained(loop, found)
    items = [Release.of(release, state, is_retained=known[release.id]) for release in found]
    return Releases(items=items, next=following)


@router.get("/releases/{release}")
def get_release(release: Identity, loop: LoopGiven) -> Release:
    """One release with the evidence for each of its commits."""
    view = loop.look().view
    found = find_release(view, release)
    return Release.of(found, view.state, is_retained=retained(loop, (found,))[found.id])


@router.get("/releases/{release}/diff/{other}")
def compare_releases(release: Identity, other: Identity, loop: LoopGiven) -> ReleaseDiff:
    """What one has to do to get from the first release to the other, in modules."""
    with loop.turn():
        view = loop.look().view
        before, after = find_release(view, release), find_release(view, other)
        return ReleaseDiff.of(difference(loop.platform, view, before, after))
