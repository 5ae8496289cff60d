"""How a page leaves: its headers, and what stands on every one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sandbox.forge.forge import Forge
from sandbox.forge.pages import rendering
from sandbox.forge.refusals import Refusal
from sandbox.forge.sessions import Session

STYLE = "/_pages/style.css"
SIGN_IN = "/_sandbox/login"
SIGN_OUT = "/_sandbox/logout"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who looks at which page. `form_target` is the one origin beside this one that a form of the page may lead to."""

    forge: Forge
    session: Session
    path: str
    full_name: str | None = None
    form_target: str = ""

    def page(self, template: str, values: Mapping[str, Any], status: int = 200) -> Response:
        """A page with all that belongs to it."""
        around = {
            "style": STYLE,
            "full_name": self.full_name,
            "session": self.session,
            "sign_in": f"{SIGN_IN}?return_to={quote(self.path, safe='')}",
            "sign_out": SIGN_OUT,
            "here": self.path,
        }
        html = rendering.render(template, {**values, **around})
        return HTMLResponse(html, status, headers(form_target=self.form_target))

    def refused(self, refusal: Refusal) -> Response:
        """The page of what is not there, or may not be done."""
        return self.page("refusal.html", {"refusal": refusal}, refusal.status)


def headers(*, form_target: str = "") -> dict[str, str]:
    """Neither scripts nor anything from elsewhere. A browser names the sender of a form only to who gets referrers."""
    targets = " ".join(["'self'", form_target]).strip()
    policy = f"default-src 'none'; style-src 'self'; base-uri 'none'; form-action {targets}; frame-ancestors 'none'"
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def see_other(address: str, *, status: int = 303) -> Response:
    """Go on at another address."""
    return RedirectResponse(address, status, headers())


def is_loopback(host: str | None) -> bool:
    """Whether a name is one of this machine for itself."""
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def path_of(request: Request) -> str:
    """The address of a request within the forge, with its query."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
