"""Routes of the pages, the headers that go with each, and the page of what is not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandbox.forge.forge import Forge
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.pages import commit, pull, rendering, repository, run
from sandbox.forge.refusals import Refusal, not_found

Page = Callable[[Forge, GitRepository, Mapping[str, Any]], tuple[str, dict[str, Any]]]

_STYLE = "/_pages/style.css"
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_PAGES: dict[str, Page] = {
    "": repository.page,
    "/pull/{number:int}": pull.page,
    "/actions/runs/{run:int}": run.page,
    "/actions/runs/{run:int}/job/{job:int}": run.page,
    "/runs/{check:int}": commit.check_page,
    "/commit/{sha}": commit.page,
}


def routes(forge: Forge) -> list[Route]:
    """The pages of every repository; none where the forge listens on anything but loopback.

    There is no login, so reaching the address is the permission. Each repository has routes of its own, so that no page
    can stand in the way of an address of the API.
    """
    if not _is_loopback(urlsplit(forge.url).hostname):
        return []
    found = [Route(_STYLE, _style, methods=["GET"])]
    for one in forge.repositories():
        found += [_route(forge, one, path, page) for path, page in _PAGES.items()]
    return found


def _route(forge: Forge, repository: GitRepository, path: str, page: Page) -> Route:
    async def answer(request: Request) -> Response:
        try:
            _check_host(request)
            template, values = page(forge, repository, request.path_params)
        except Refusal as refusal:
            return _page("refusal.html", repository, {"refusal": refusal}, refusal.status)
        return _page(template, repository, values, 200)

    return Route(f"/{repository.full_name}{path}", answer, methods=["GET"])


def _page(template: str, repository: GitRepository, values: dict[str, Any], status: int) -> Response:
    html = rendering.render(template, {**values, "full_name": repository.full_name, "style": _STYLE})
    return HTMLResponse(html, status, _HEADERS)


async def _style(request: Request) -> Response:
    del request
    return Response(rendering.stylesheet(), 200, _HEADERS, "text/css")


def _check_host(request: Request) -> None:
    """Raise `Refusal` 404 for a foreign name: a web site may point its own at 127.0.0.1 to read along."""
    if not _is_loopback(request.url.hostname):
        raise not_found()


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
