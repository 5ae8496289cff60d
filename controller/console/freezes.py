"""Freezes: what is frozen, the global stop, calendars; putting and lifting."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from controller.access.given import LoopGiven, WritingGiven
from controller.console.ends import end_of
from controller.console.fields import Fields, Refusal, Typed, attempt, key_field, reason_of
from controller.console.rendering import page, url
from controller.core.freezes import freezes_at
from controller.core.model import EnvironmentName, Person
from controller.core.moments import told_moment
from controller.operations import freeze as freezing
from controller.operations.platform import Platform
from controller.operations.view import View
from controller.reconcile.loop import Loop

router = APIRouter()
Identity = Annotated[str, Path(max_length=120)]
SHOWN = 50
ZONES = ("UTC", "Europe/Moscow", "Europe/Berlin", "Asia/Yekaterinburg", "America/New_York", "Asia/Tokyo")
"""What the field for the zone suggests; any name of the time-zone database may be typed."""


@router.get("/freezes")
def freezes(request: Request, loop: LoopGiven, after: Annotated[int, Query(ge=0)] = 0) -> Response:
    """What is frozen now and by whom, what will be, and what was."""
    return _freezes(request, loop, after=after)


@router.post("/freezes")
def put_freeze(request: Request, typed: Typed, loop: LoopGiven, writing: WritingGiven) -> Response:
    """Stops forward promotion of one environment or of all; with `stop` everything that moves forward."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        made = freezing.freeze(
            platform,
            view,
            EnvironmentName(typed["environment"]) if typed.get("environment") else None,
            by=by,
            reason=reason_of(typed),
            until=end_of(typed, platform.clock()),
            stop=typed.get("stop") == "yes",
        )
        return {"freeze": made.id}

    refusal = attempt(lambda: writing.carry_out(act))
    if refusal is not None:
        return _freezes(request, loop, typed=typed, refusal=refusal)
    return RedirectResponse(url("freezes"), status_code=303)


@router.post("/freezes/{freeze}/lift")
def lift_freeze(request: Request, freeze: Identity, typed: Typed, loop: LoopGiven, writing: WritingGiven) -> Response:
    """Lets promotions go on."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        return {"lifted": freezing.lift(platform, view, freeze, by=by, reason=reason_of(typed)).id}

    refusal = attempt(lambda: writing.carry_out(act))
    if refusal is not None:
        return _freezes(request, loop, typed=typed, refusal=refusal, lifting=freeze)
    return RedirectResponse(url("freezes"), status_code=303)


def _freezes(
    request: Request,
    loop: Loop,
    *,
    typed: Fields | None = None,
    refusal: Refusal | None = None,
    lifting: str = "",
    after: int = 0,
) -> Response:
    view, now = loop.look().view, loop.platform.clock()
    at = freezes_at(view.configuration, view.state, now)
    in_force = {freeze.id for freeze in at.in_force}
    past = [freeze for freeze in view.state.freezes.values() if freeze.id not in in_force]
    past.sort(key=lambda freeze: freeze.at, reverse=True)
    return page(
        request,
        "freezes.html",
        status=refusal.status if refusal is not None else 200,
        at=at,
        calendars=view.configuration.freezes,
        past=past[after : after + SHOWN],
        past_count=len(past),
        behind=after,
        shown_count=SHOWN,
        environments=[each.name for each in view.configuration.environments],
        zones=ZONES,
        typed=typed or Fields(),
        refusal=refusal,
        lifting=lifting,
        key_field=key_field,
        in_zone=told_moment,
    )
