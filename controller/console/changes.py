"""The changes: a list, and the page on which people follow one of them from the request to the last environment."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from controller.access.callers import Caller, CallerGiven
from controller.access.given import LoopGiven, WebGiven, WritingGiven
from controller.console.language import N_, language_of, translations
from controller.console.rendering import page, url
from controller.core.model import Person, ProposalNumber
from controller.operations.override import override_proposal
from controller.operations.platform import Platform
from controller.operations.revert import find_change, revert
from controller.operations.view import View
from controller.operations.withdraw import withdraw
from controller.reconcile.loop import Loop
from controller.showing import changes as showing
from controller.showing.one_change import change as show_change
from controller.showing.policies import forbidden

router = APIRouter()
Number = Annotated[int, Path(ge=1, le=2**31)]
Reason = Annotated[str, Form(max_length=2000)]
ON_A_PAGE = 25
_NO_REASON = N_("Say why: the reason is missing.")
_STATES: tuple[showing.ListState, ...] = ("", "open", "merged", "closed")


@router.get("/changes")
def changes(
    request: Request,
    loop: LoopGiven,
    state: str = "",
    q: Annotated[str, Query(max_length=100)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=10000)] = 1,
) -> HTMLResponse:
    """Every change that was asked for here, the newest first, each with what it waits for."""
    wanted: showing.ListState = next((known for known in _STATES if known == state), "")
    found = showing.changes(loop, state=wanted, text=q, page=number, size=ON_A_PAGE)
    number = found.number
    return page(
        request,
        "changes.html",
        shown=found.lines,
        state=wanted,
        states=[known for known in _STATES if known],
        q=q,
        previous=url("changes", state=wanted, q=q, page=number - 1) if number > 1 else "",
        next=url("changes", state=wanted, q=q, page=number + 1) if number < found.last else "",
    )


@router.get("/changes/{number}")
def change(request: Request, number: Number, loop: LoopGiven, web: WebGiven, caller: CallerGiven) -> HTMLResponse:
    """One change."""
    return _page(request, loop, web, number, caller)


@router.post("/changes/{number}/withdraw")
def withdraw_change(
    request: Request,
    number: Number,
    loop: LoopGiven,
    web: WebGiven,
    caller: CallerGiven,
    writing: WritingGiven,
    reason: Reason = "",
) -> Response:
    """Closes the open proposal."""
    if not reason.strip():
        return _page(request, loop, web, number, caller, missing="withdraw")

    def act(platform: Platform, _view: View, by: Person) -> dict[str, Any]:
        withdraw(platform, ProposalNumber(number), by=by, reason=reason.strip())
        return {"number": number}

    writing.carry_out(act)
    return RedirectResponse(url("changes", number), status_code=303)


@router.post("/changes/{number}/undo")
def undo_change(
    request: Request,
    number: Number,
    loop: LoopGiven,
    web: WebGiven,
    caller: CallerGiven,
    writing: WritingGiven,
    reason: Reason = "",
) -> Response:
    """Takes a merged change back: a hold and the environments at once, the default branch by a proposal, which is shown."""
    if not reason.strip():
        return _page(request, loop, web, number, caller, missing="undo")

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        commit = find_change(platform, view.main, f"#{number}")
        done = revert(platform, view, commit, by=by, reason=reason.strip())
        opened = done.opened.proposal
        return {"number": opened.number if opened is not None else number}

    return RedirectResponse(url("changes", writing.carry_out(act)["number"]), status_code=303)


@router.post("/changes/{number}/override")
def override_policy(
    request: Request,
    number: Number,
    loop: LoopGiven,
    web: WebGiven,
    caller: CallerGiven,
    writing: WritingGiven,
    policy: Annotated[str, Form(max_length=100)],
    reason: Reason = "",
) -> Response:
    """Has a policy's denial not stand for the open change."""
    if not reason.strip():
        return _page(request, loop, web, number, caller, missing=f"override {policy}")

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        word = override_proposal(platform, view, ProposalNumber(number), policy, by=by, reason=reason.strip())
        return {"override": word.id}

    writing.carry_out(act)
    return RedirectResponse(url("changes", number), status_code=303)


def _page(request: Request, loop: Loop, web: str, number: int, caller: Caller, *, missing: str = "") -> HTMLResponse:
    """The page; `missing` is the form whose reason was left out, of several alike ones with its policy."""
    shown = show_change(loop, number)
    by = caller.person or Person(caller.login)
    problem = translations(language_of(request)).ugettext(_NO_REASON) if missing else ""
    return page(
        request,
        "change.html",
        status=422 if missing else 200,
        shown=shown,
        forbidden=forbidden(shown.proposal, loop.look().snapshot, by=by),
        now=loop.platform.clock(),
        web=f"{web}{number}" if web else "",
        missing=missing,
        problem=problem,
    )
