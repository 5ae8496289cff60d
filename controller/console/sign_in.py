"""The page that asks who somebody is. Signing in itself is `access.sign_in`'s."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from controller.access.callers import Access
from controller.access.sign_in import safe_path
from controller.console.language import N_
from controller.console.rendering import page

router = APIRouter()
_PROBLEMS = {
    "NotAuthenticated": N_("This token is not known, or it was taken back."),
    "TokenExpired": N_("This token has expired."),
    "SignInStale": N_("This sign-in was begun elsewhere or too long ago. Begin again."),
    "SignInRefused": N_("The forge did not let you in."),
    "SignInOff": N_("Signing in is not set up here."),
    "RoleMissing": N_("You have no role on this platform. Its administrators give roles in .modwright/config.yaml."),
    "Transient": N_("The forge does not answer. Try again in a moment, or sign in with a token."),
}
_OTHER = N_("Signing in did not work.")


@router.get("/sign-in")
def sign_in(
    request: Request,
    onward: Annotated[str, Query(alias="next", max_length=2000)] = "/",
    problem: Annotated[str, Query(max_length=60)] = "",
    ended: Annotated[str, Query(max_length=1)] = "",
) -> Response:
    """Two ways in, and what went wrong with the last try. Who is in already goes on."""
    onward = safe_path(onward)
    if request.state.caller is not None and not problem:
        return RedirectResponse(onward, status_code=303)
    return _page(request, onward, _PROBLEMS.get(problem, _OTHER) if problem else "", has_ended=bool(ended))


def _page(request: Request, onward: str, problem: str, *, has_ended: bool) -> HTMLResponse:
    access: Access = request.app.state.access
    return page(
        request,
        "sign_in.html",
        onward=onward,
        problem=problem,
        has_ended=has_ended,
        has_forge=access.sign_in is not None,
    )
