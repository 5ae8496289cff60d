"""Holds: those that stand, those that were judged; putting and lifting one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from codegen import Sentence
from controller.access.given import LoopGiven, WritingGiven
from controller.console.fields import Fields, Refusal, Typed, attempt, key_field, reason_of
from controller.console.rendering import page, url
from controller.core.errors import Denied
from controller.core.holds import is_undone
from controller.core.model import HoldId, Person, ReleaseId, Sha
from controller.operations import hold as holding
from controller.operations.admit import find_commit
from controller.operations.platform import Platform
from controller.operations.view import View
from controller.reconcile.loop import Loop

router = APIRouter()
Identity = Annotated[str, Path(max_length=120)]
Named = Annotated[str, Query(max_length=80)]
SHOWN = 50


@router.get("/holds")
def holds(request: Request, loop: LoopGiven, release: Named = "", after: Annotated[int, Query(ge=0)] = 0) -> Response:
    """Every hold, the standing ones first; `release` is put into the form."""
    return _holds(request, loop, typed=Fields(what=release), after=after)


@router.post("/holds")
def put_hold(request: Request, typed: Typed, loop: LoopGiven, writing: WritingGiven) -> Response:
    """Holds a commit or a release's commit. No environment moves."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        made = holding.hold(platform, view, _commit(view, typed), by=by, reason=reason_of(typed))
        return {"hold": made.id}

    refusal = attempt(lambda: writing.carry_out(act))
    if refusal is not None:
        return _holds(request, loop, typed=typed, refusal=refusal)
    return RedirectResponse(url("holds"), status_code=303)


@router.post("/holds/{hold}/lift")
def lift_hold(request: Request, hold: Identity, typed: Typed, loop: LoopGiven, writing: WritingGiven) -> Response:
    """Lets the held releases go on."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        return {"lifted": holding.lift(platform, view, HoldId(hold), by=by, reason=reason_of(typed)).id}

    refusal = attempt(lambda: writing.carry_out(act))
    if refusal is not None:
        return _holds(request, loop, typed=typed, refusal=refusal, lifting=hold)
    return RedirectResponse(url("holds"), status_code=303)


def _commit(view: View, typed: Fields) -> Sha:
    what = typed.get("what", "")
    if not what:
        raise Denied("NotFound", Sentence("no release and no commit was named"))
    return holding.commit_of(view, ReleaseId(what)) if what.startswith("rel_") else find_commit(view, what).sha


def _holds(
    request: Request,
    loop: Loop,
    *,
    typed: Fields,
    refusal: Refusal | None = None,
    lifting: str = "",
    after: int = 0,
) -> Response:
    view = loop.look().view
    found = sorted(view.state.holds.values(), key=lambda hold: hold.at, reverse=True)
    judged = [hold for hold in found if not hold.state.holds]
    standing = [hold for hold in found if hold.state.holds]
    return page(
        request,
        "holds.html",
        status=refusal.status if refusal is not None else 200,
        # What still keeps releases waiting comes first.
        standing=sorted(standing, key=lambda hold: is_undone(view.main, hold)),
        undone={hold.id for hold in standing if is_undone(view.main, hold)},
        judged=judged[after : after + SHOWN],
        judged_count=len(judged),
        behind=after,
        shown_count=SHOWN,
        subjects=_subjects(view),
        typed=typed,
        refusal=refusal,
        lifting=lifting,
        key_field=key_field,
    )


def _subjects(view: View) -> dict[Sha, str]:
    held = {commit for hold in view.state.holds.values() for commit in hold.commits}
    return {commit.sha: commit.subject for commit in (view.main.get(sha) for sha in held) if commit is not None}
