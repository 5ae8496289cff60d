"""Routes of the pages: whose they are, and what leads where."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.forge.forge import Forge
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.pages import authorizing, commit, pull, rendering, repository, run, signing_in, visits
from sandbox.forge.pages.answers import STYLE, headers, is_loopback, see_other
from sandbox.forge.pages.deeds import DEEDS, Deed, in_words
from sandbox.forge.refusals import Refusal

Page = Callable[[Forge, GitRepository, Mapping[str, Any]], tuple[str, dict[str, Any]]]

_PULL = "/pull/{number:int}"
_PAGES: dict[str, Page] = {
    "": repository.page,
    _PULL: pull.page,
    "/actions/runs/{run:int}": run.page,
    "/actions/runs/{run:int}/job/{job:int}": run.page,
    "/runs/{check:int}": commit.check_page,
    "/commit/{sha}": commit.page,
}
_REFRESH_SECONDS = 3


def routes(forge: Forge) -> list[Route]:
    """The pages of every repository, and signing in; none where the forge listens on anything but loopback.

    There are no passwords, so reaching the address is the permission. Each repository has routes of its own, so that no
    page can stand in the way of an address of the API.
    """
    if not is_loopback(urlsplit(forge.url).hostname):
        return []
    found = [
        Route(STYLE, _style, methods=["GET"]),
        _first(forge),
        *signing_in.routes(forge),
        *authorizing.routes(forge),
    ]
    for one in forge.repositories():
        found += [_route(forge, one, path, page) for path, page in _PAGES.items()]
        found += [_form(forge, one, name) for name in DEEDS]
    return found


def _first(forge: Forge) -> Route:
    async def answer(request: Request) -> Response:
        visit = visits.visit(forge, request)
        try:
            visits.check_host(request)
        except Refusal as refusal:
            return visit.refused(refusal)
        return visit.page("home.html", {"repositories": [one.full_name for one in forge.repositories()]})

    return Route("/", answer, methods=["GET"])


def _route(forge: Forge, repository: GitRepository, path: str, page: Page) -> Route:
    async def answer(request: Request) -> Response:
        visit = visits.visit(forge, request, repository.full_name)
        try:
            visits.check_host(request)
            template, values = page(forge, repository, request.path_params)
        except Refusal as refusal:
            return visit.refused(refusal)
        still = "refresh" not in request.query_params
        response = visit.page(template, {"refusal": None, "draft": "", "still": still, **values})
        if values.get("changes") and still:
            # A header and not an element of the page: it is the address that is asked again, and it can be turned off.
            response.headers["Refresh"] = str(_REFRESH_SECONDS)
        return response

    return Route(f"/{repository.full_name}{path}", answer, methods=["GET"])


def _form(forge: Forge, repository: GitRepository, name: str) -> Route:
    async def answer(request: Request) -> Response:
        number = request.path_params["number"]
        visit = visits.visit(forge, request, repository.full_name)
        visit = dataclasses.replace(visit, path=f"/{repository.full_name}/pull/{number}")
        try:
            visits.check_host(request)
            fields = await visits.form(request, visit.session)
        except Refusal as refusal:
            return visit.refused(refusal)
        return _done(Deed(visit=visit, repository=repository, number=number, fields=fields), name)

    return Route(f"/{repository.full_name}{_PULL}/{name}", answer, methods=["POST"])


def _done(deed: Deed, name: str) -> Response:
    """What follows a form: the page where its effect is seen, or its own page with the refusal in words."""
    try:
        return see_other(DEEDS[name](deed))
    except Refusal as refused:
        return _told(deed, refused)


def _told(deed: Deed, refused: Refusal) -> Response:
    try:
        template, values = pull.page(deed.visit.forge, deed.repository, {"number": deed.number})
    except Refusal as refusal:
        return deed.visit.refused(refusal)
    told = {"refusal": in_words(refused), "draft": deed.fields.get("body", ""), "still": False}
    return deed.visit.page(template, {**values, **told}, refused.status)


async def _style(request: Request) -> Response:
    del request
    return Response(rendering.stylesheet(), 200, headers(), "text/css")
