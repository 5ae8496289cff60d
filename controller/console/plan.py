"""Plan before act: what a change would do, and the one button that asks for it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from codegen import Change, Install, ModuleName, Uninstall, Upgrade
from controller.access.callers import CallerGiven
from controller.access.given import LoopGiven, WritingGiven
from controller.console.fields import key_field
from controller.console.language import N_, language_of, translations
from controller.console.modules import Chosen, ChosenGiven
from controller.console.rendering import page, url
from controller.core.errors import Denied, Terminal, Transient
from controller.core.model import Fingerprint, Person
from controller.core.requests import Request as ChangeRequest
from controller.operations.override import override_change
from controller.operations.planning import RequestRefused, make_plan
from controller.operations.platform import Platform
from controller.operations.propose import propose
from controller.operations.view import View
from controller.reconcile.loop import Loop
from controller.showing import plans as showing

router = APIRouter()
Name = Annotated[str, Form(max_length=64)]
Names = Annotated[list[Name], Form(max_length=100)]
LONGEST_REASON = 2000
_AWAY = N_("The other side does not answer. Try again in a moment: what was asked twice is opened once.")
_NO_REASON = N_("Say why: the reason is missing.")


@router.get("/plan")
def plan(request: Request, loop: LoopGiven, caller: CallerGiven, ticked: ChosenGiven) -> Response:
    """The plan of what was ticked; nothing ticked leads back to the list, which says so."""
    if not ticked.count:
        return RedirectResponse(url("modules", ticked="none"), status_code=303)
    return _planned(request, loop, Person(caller.login), ticked)


@router.post("/changes")
def open_change(
    request: Request,
    loop: LoopGiven,
    caller: CallerGiven,
    writing: WritingGiven,
    install: Names = [],  # noqa: B006 - FastAPI copies it
    uninstall: Names = [],  # noqa: B006
    upgrade: Names = [],  # noqa: B006
    reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "",
    fingerprint: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """
    Opens the proposal, or finds the one that carries the same request, and leads to its page.

    What was shown is what is asked for: where the default branch went on and the plan is another one, it is shown again.
    """
    ticked, person = Chosen(tuple(install), tuple(uninstall), tuple(upgrade)), Person(caller.login)
    if not reason.strip():
        return _planned(request, loop, person, ticked, status=422, problem=_NO_REASON)

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        asked = ChangeRequest(kind="change", requested_by=by, reason=reason.strip(), changes=changes_of(ticked))
        if fingerprint and make_plan(platform, asked, base=view.main.head.sha).fingerprint != fingerprint:
            raise Denied("PlanMoved", "the plan is another one now than the one that was shown")
        opened = propose(platform, asked, base=view.main.head.sha)
        return {"number": opened.proposal.number if opened.proposal is not None else None, "state": opened.state}

    try:
        done = writing.carry_out(act)
    except Denied as denied:
        if denied.reason != "PlanMoved" and not isinstance(denied, RequestRefused):
            raise
        has_moved = denied.reason == "PlanMoved"
        return _planned(request, loop, person, ticked, status=409, reason=reason, has_moved=has_moved)
    except Transient:
        return _planned(request, loop, person, ticked, status=503, reason=reason, problem=_AWAY)
    if done["state"] == "already" or done["number"] is None:
        return _planned(request, loop, person, ticked, reason=reason)
    return RedirectResponse(url("changes", done["number"]), status_code=303)


@router.post("/plan/override")
def override_policy(
    request: Request,
    loop: LoopGiven,
    caller: CallerGiven,
    writing: WritingGiven,
    policy: Annotated[str, Form(max_length=100)],
    fingerprint: Annotated[str, Form(max_length=100)],
    install: Names = [],  # noqa: B006 - FastAPI copies it
    uninstall: Names = [],  # noqa: B006
    upgrade: Names = [],  # noqa: B006
    reason: Annotated[str, Form(max_length=LONGEST_REASON)] = "",
) -> Response:
    """Has a policy's denial not stand for the change that was shown, and leads back to its plan."""
    ticked = Chosen(tuple(install), tuple(uninstall), tuple(upgrade))
    if not reason.strip():
        return _planned(request, loop, Person(caller.login), ticked, status=422, unsaid=policy)

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        word = override_change(platform, view, Fingerprint(fingerprint), policy, by=by, reason=reason.strip())
        return {"override": word.id}

    writing.carry_out(act)
    return RedirectResponse(_plan_address(ticked), status_code=303)


def changes_of(ticked: Chosen) -> tuple[Change, ...]:
    """The changes that were ticked; an upgrade is written `module@version`."""
    upgrades = (name.partition("@") for name in ticked.upgrade)
    return (
        *(Install(ModuleName(name)) for name in ticked.install),
        *(Uninstall(ModuleName(name)) for name in ticked.uninstall),
        *(Upgrade(ModuleName(name), version) for name, _, version in upgrades),
    )


def address_of(changes: tuple[Change, ...]) -> str:
    """The plan's address for these changes; empty where one of them is none that a form can name."""
    asked: dict[str, list[str]] = {"install": [], "uninstall": [], "upgrade": []}
    for change in changes:
        match change:
            case Install(module=module, version=None):
                asked["install"].append(module)
            case Uninstall(module=module):
                asked["uninstall"].append(module)
            case Upgrade(module=module, version=version):
                asked["upgrade"].append(f"{module}@{version}")
            case _:
                return ""
    return url("plan", **asked)


def _planned(
    request: Request,
    loop: Loop,
    by: Person,
    ticked: Chosen,
    *,
    status: int = 200,
    reason: str = "",
    problem: str = "",
    has_moved: bool = False,
    unsaid: str = "",
) -> HTMLResponse:
    """The page; `unsaid` is the policy whose override lacks its reason."""
    texts = translations(language_of(request))
    around = {"ticked": ticked, "reason": reason, "has_moved": has_moved, "back": _back(ticked), "unsaid": unsaid}
    try:
        shown = showing.plan(loop, changes_of(ticked), by=by, reason=reason)
    except Terminal as refused:
        return _refused(request, refused, around)
    said = texts.ugettext(problem) if problem else ""
    return page(request, "plan.html", status=status, shown=shown, problem=said, key_field=key_field, **around)


def _refused(request: Request, refused: Terminal, around: dict[str, Any]) -> HTMLResponse:
    """A change that cannot be: why, by its table, and the nearest one that can."""
    rows = refused.rows if isinstance(refused, RequestRefused) else ()
    instead = address_of(refused.suggestion) if isinstance(refused, RequestRefused) and refused.suggestion else ""
    return page(request, "plan_refused.html", status=409, refused=refused, rows=rows, instead=instead, **around)


def _plan_address(ticked: Chosen) -> str:
    return url("plan", install=ticked.install, uninstall=ticked.uninstall, upgrade=ticked.upgrade)


def _back(ticked: Chosen) -> str:
    """The list with everything still ticked."""
    return url("modules", install=ticked.install, uninstall=ticked.uninstall, upgrade=ticked.upgrade)
