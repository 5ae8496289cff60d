"""
Requests that another site has a browser make: a form of ours carries a word that only its own session has.

Beside the word the browser's own account counts: `Origin` must be ours where it is sent, and `Sec-Fetch-Site` must not
name another site. A request with a bearer token needs none of it, since no browser adds one by itself.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import Request

from codegen import Sentence
from controller.access.routes import WEBHOOK
from controller.access.sessions import Sessions, is_loopback, recognize
from controller.core.errors import Denied

FIELD = "csrf"
HEADER = "modwright-csrf"
SAFE = ("GET", "HEAD", "OPTIONS")
_HINT = Sentence("load the page again and send its form")


def csrf_of(request: Request) -> str:
    """The word that a form on this page carries in the field `csrf`."""
    sessions: Sessions = request.app.state.access.sessions
    recognize(request, sessions)
    return next(iter(sessions.stamps("csrf", _bound_to(request))), "")


async def guard(request: Request) -> None:
    """Stands before every route, after the caller is known. `Denied` (`ForgedRequest`) for what another site sent."""
    if request.method in SAFE or request.url.path == WEBHOOK or request.state.by_token:
        return
    refuse_other_sites(request)
    given = request.headers.get(HEADER, "") or await _field(request)
    sessions: Sessions = request.app.state.access.sessions
    wanted = sessions.stamps("csrf", _bound_to(request))
    # Each is compared, and as bytes, so that neither time nor strange text tells anything.
    matches = [hmac.compare_digest(given.encode("utf-8", "replace"), word.encode()) for word in wanted]
    if not any(matches):
        raise Denied("ForgedRequest", Sentence("the form does not belong to this session"), hint=_HINT)


def refuse_other_sites(request: Request) -> None:
    """`Denied` where the browser says that another site's page asks."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none"):
        raise Denied("ForgedRequest", Sentence("another site asks"), hint=_HINT)
    origin = request.headers.get("origin")
    if origin is not None and origin != own_origin(request):
        raise Denied("ForgedRequest", Sentence("another origin asks"), hint=_HINT)


def own_origin(request: Request) -> str:
    """
    `scheme://host` of this service: `public_url`, or on loopback what the browser asked for.

    Without `public_url` another name than loopback's is refused, so that no name that was pointed here counts as ours.
    """
    public: str = request.app.state.access.public_url
    if public:
        parts = urlsplit(public)
        return f"{parts.scheme}://{parts.netloc}"
    asked = f"http://{request.headers.get('host', '')}"
    if not is_loopback(asked):
        raise Denied(
            "ForgedRequest",
            Sentence("this name is not known to be ours"),
            hint=Sentence("set public_url in the settings"),
        )
    return asked


def _bound_to(request: Request) -> str:
    """The session, or for who is not signed in the visit, which begins with the first form that is shown."""
    session = request.state.session
    if session is not None:
        return f"session {session.id}"
    if not request.state.visit:
        request.state.visit = secrets.token_urlsafe(18)
        request.state.visit_begins = True
    return f"visit {request.state.visit}"


async def _field(request: Request) -> str:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return ""
    form = await request.form(max_fields=500)
    found = form.get(FIELD, "")
    return found if isinstance(found, str) else ""
