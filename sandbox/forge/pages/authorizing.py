"""`/login/oauth/authorize`: a person lets the App know who they are.

GitHub asks once for each App; here the page comes every time, so that whoever plays can change who they are.
"""

from __future__ import annotations

import dataclasses
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.forge.authorizations import Wish, explained
from sandbox.forge.forge import Forge
from sandbox.forge.pages import visits
from sandbox.forge.pages.answers import SIGN_IN, Visit, see_other
from sandbox.forge.pages.signing_in import choose
from sandbox.forge.refusals import Refusal

PATH = "/login/oauth/authorize"


def routes(forge: Forge) -> list[Route]:
    """The page and its form; the form's address holds the same query, so that both are judged alike."""

    async def show(request: Request) -> Response:
        visit = visits.visit(forge, request)
        try:
            visits.check_host(request)
            wish = forge.authorizations.wish(request.query_params)
        except Refusal as refusal:
            return visit.refused(refusal)
        return _asked(visit, wish)

    async def decide(request: Request) -> Response:
        visit = visits.visit(forge, request)
        try:
            visits.check_host(request)
            wish = forge.authorizations.wish(request.query_params)
            fields = await visits.form(request, visit.session)
            return _decided(visit, wish, fields.get("decision", ""))
        except Refusal as refusal:
            return visit.refused(refusal)

    return [Route(PATH, show, methods=["GET"]), Route(PATH, decide, methods=["POST"])]


def _asked(visit: Visit, wish: Wish) -> Response:
    app, user = visit.forge.settings.app, visit.session.user
    assert app is not None  # noqa: S101 - a wish is only made for the App that there is
    if user is None or wish.login.lower() not in ("", user["login"].lower()):
        return choose(visit, return_to=_without_suggestion(visit.path), first=wish.login, application=app.name)
    parts = urlsplit(wish.redirect)
    # Browsers hold the policy against where a form's answer leads to as well: here, back to the App.
    leaving = dataclasses.replace(visit, form_target=f"{parts.scheme}://{parts.netloc}")
    other = f"{SIGN_IN}?return_to={quote(_without_suggestion(visit.path), safe='')}"
    return leaving.page("authorize.html", {"application": app.name, "redirect": wish.redirect, "other": other})


def _without_suggestion(address: str) -> str:
    """The same address without `login`: whoever is chosen here is chosen."""
    parts = urlsplit(address)
    kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "login"]
    return f"{parts.path}?{urlencode(kept)}"


def _decided(visit: Visit, wish: Wish, decision: str) -> Response:
    if decision == "cancel":
        return see_other(wish.answered(explained("access_denied")), status=302)
    if decision != "authorize":
        raise Refusal(422, "Choose to authorize or to cancel.")
    if visit.session.user is None:
        raise Refusal(403, "Sign in first: nobody is signed in any more.")
    code = visit.forge.authorizations.grant(wish, visit.session.user)
    return see_other(wish.answered({"code": code}), status=302)
