"""Who is at the browser, and whether a form was sent by a page of ours.

Three things together keep foreign sites from acting for somebody who signed in: the cookie is `SameSite=Lax`, the form holds
a token that only this browser's pages know, and the browser itself says where the form stood. The last counts because a
port is no border for cookies: whatever else listens on this machine is the same site.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from sandbox.forge.forge import Forge
from sandbox.forge.pages.answers import Visit, is_loopback, path_of
from sandbox.forge.refusals import Refusal, not_found
from sandbox.forge.sessions import Session

_LARGEST_FORM = 256 * 1024
FORM_TOKEN = "authenticity_token"


def visit(forge: Forge, request: Request, full_name: str | None = None) -> Visit:
    """The visit that a request makes; who it is is told by the cookie."""
    session = forge.sessions.find(request.cookies.get(cookie_name(forge)))
    return Visit(forge=forge, session=session, path=path_of(request), full_name=full_name)


def check_host(request: Request) -> None:
    """Raise `Refusal` 404 for a foreign name: a web site may point its own at 127.0.0.1 to read along."""
    if not is_loopback(request.url.hostname):
        raise not_found()


def cookie_name(forge: Forge) -> str:
    """Holds the port: browsers share cookies between the ports of a host, and two sandboxes must not."""
    return f"sandbox_session_{urlsplit(forge.url).port}"


def remember(forge: Forge, response: Response, session: Session) -> Response:
    """Let the browser send this session along from here on. Loopback has no TLS, so the cookie is not `Secure`."""
    response.set_cookie(cookie_name(forge), session.secret, httponly=True, samesite="lax", path="/")
    return response


async def form(request: Request, session: Session) -> Mapping[str, str]:
    """The fields of a form. Raises `Refusal` 403 unless a page of this forge, made for this browser, has sent it."""
    _check_sender(request)
    body = await _body(request)
    try:
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=30))
    except ValueError as error:
        raise Refusal(400, "The form cannot be read.") from error
    if not session.owns(fields.get(FORM_TOKEN, "")):
        raise Refusal(403, "This form is not of your session. Reload the page and try again.")
    return fields


def _check_sender(request: Request) -> None:
    """By `Sec-Fetch-Site` where the browser sends it, and by `Origin`; one of them must be there."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    own = f"{request.url.scheme}://{request.headers.get('host')}"
    if (origin, site) == (None, None) or origin not in (None, own) or site not in (None, "same-origin"):
        raise Refusal(403, "This form was not sent by a page of this forge.")


async def _body(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _LARGEST_FORM:
            raise Refusal(413, "The form is too large.")
        parts.append(part)
    return b"".join(parts)
