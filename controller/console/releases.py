"""Releases: the list, one with its evidence, two compared."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from controller.access.given import LoopGiven, WebGiven
from controller.console.fields import commits_of, key_field
from controller.console.rendering import page
from controller.core.model import ReleaseId
from controller.showing.releases import (
    difference,
    find_release,
    list_releases,
    newest_first,
    show_release,
    stays_of,
)
from controller.showing.retained import retained
from controller.showing.timeline import told

router = APIRouter()
Identity = Annotated[str, Path(max_length=80)]
Name = Annotated[str, Query(max_length=80)]
CHOICES = 50
"""Releases that a list to choose from offers; any other can be named in the address."""


@router.get("/releases")
def releases(request: Request, loop: LoopGiven, after: Name = "", module: Name = "") -> Response:
    """Every release, the newest first."""
    view, timeline = loop.look().view, told(loop).timeline
    found = list_releases(view, timeline, after=ReleaseId(after) if after else None, module=module or None)
    kept = retained(loop, (row.release for row in found.rows))
    return page(request, "releases.html", found=found, after=after, module=module, kept=kept)


@router.get("/releases/compare")
def compare(
    request: Request,
    loop: LoopGiven,
    before: Annotated[str, Query(alias="from", max_length=80)] = "",
    after: Annotated[str, Query(alias="to", max_length=80)] = "",
) -> Response:
    """What differs between two releases, in modules and commits."""
    view = loop.look().view
    found = None
    if before and after:
        one, other = find_release(view, before), find_release(view, after)
        with loop.turn():
            found = difference(loop.platform, view, one, other)
    choices = [release.id for release in newest_first(view.state)[:CHOICES]]
    return page(request, "compare.html", found=found, before=before, after=after, choices=choices)


@router.get("/releases/{release}")
def one(request: Request, release: Identity, loop: LoopGiven, web: WebGiven) -> Response:
    """One release, with what proves each of its commits."""
    view, timeline = loop.look().view, told(loop).timeline
    found = find_release(view, release)
    others = [other.id for other in newest_first(view.state)[:CHOICES] if other.id != found.id]
    return page(
        request,
        "release.html",
        row=show_release(view, timeline, found),
        holds=view.state.holds,
        stays=stays_of(found, timeline),
        subjects={commit.sha: commit.subject for commit in (view.main.get(e.commit) for e in found.commits) if commit},
        kept=retained(loop, (found,))[found.id],
        others=others,
        environments=[each.name for each in view.configuration.environments],
        commits=commits_of(web),
        key_field=key_field,
    )
