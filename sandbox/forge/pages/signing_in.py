"""Sign in as one of the configured people, and out again. There are no passwords: the sandbox is a stage, not a vault."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.forge.forge import Forge
from sandbox.forge.pages import visits
from sandbox.forge.pages.answers import SIGN_IN, SIGN_OUT, Visit, see_other
from sandbox.forge.refusals import Refusal
from sandbox.forge.store import Document

# A path of this forge; `//host` and `/\\host` are addresses of other machines to a browser.
_OWN_ADDRESS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


def routes(forge: Forge) -> list[Route]:
    """The page of who there is, and the two forms."""

    async def show(request: Request) -> Response:
        visit = visits.visit(forge, request)
        try:
            visits.check_host(request)
        except Refusal as refusal:
            return visit.refused(refusal)
        return choose(visit, return_to=request.query_params.get("return_to", "/"))

    async def sign_in(request: Request) -> Response:
        return await _changed(forge, request, _begin)

    async def sign_out(request: Request) -> Response:
        return await _changed(forge, request, _end)

    return [
        Route(SIGN_IN, show, methods=["GET"]),
        Route(SIGN_IN, sign_in, methods=["POST"]),
        Route(SIGN_OUT, sign_out, methods=["POST"]),
    ]


def choose(visit: Visit, *, return_to: str, first: str = "", application: str = "") -> Response:
    """The page with a button for each person; `first` is who is suggested, `application` who asks."""
    forge = visit.forge
    people = sorted(forge.settings.users, key=lambda one: one.login.lower() != first.lower())
    shown = [_person(forge, one.login, one.permission) for one in people]
    values = {"people": shown, "return_to": own_address(return_to), "application": application}
    return visits.remember(forge, visit.page("login.html", values), visit.session)


def own_address(address: str) -> str:
    """The address, or the first page where it leads away from here."""
    return address if _OWN_ADDRESS.fullmatch(address) else "/"


def _person(forge: Forge, login: str, rights: Mapping[str, str]) -> Document:
    account = forge.accounts.by_login(login) or {}
    return {"login": login, "name": account.get("name"), "rights": dict(rights)}


async def _changed(forge: Forge, request: Request, change: Callable[[Visit, Mapping[str, str]], Response]) -> Response:
    visit = visits.visit(forge, request)
    try:
        visits.check_host(request)
        fields = await visits.form(request, visit.session)
        return change(visit, fields)
    except Refusal as refusal:
        return visit.refused(refusal)


def _begin(visit: Visit, fields: Mapping[str, str]) -> Response:
    user = visit.forge.accounts.person(fields.get("login", ""))
    if user is None:
        raise Refusal(422, "There is no such user in the sandbox.")
    session = visit.forge.sessions.begin(visit.session, user)
    answer = see_other(own_address(fields.get("return_to", "/")))
    return visits.remember(visit.forge, answer, session)


def _end(visit: Visit, fields: Mapping[str, str]) -> Response:
    visit.forge.sessions.end(visit.session)
    answer = see_other(own_address(fields.get("return_to", "/")))
    answer.delete_cookie(visits.cookie_name(visit.forge), path="/")
    return answer
