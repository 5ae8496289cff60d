"""What readers choose for themselves: language and theme, kept in cookies that say nothing else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse

from controller.console import language
from controller.console.forms import way_back
from controller.console.rendering import THEME_COOKIE, THEMES

router = APIRouter()
Back = Annotated[str, Form(alias="next", max_length=2000)]
_YEAR = 365 * 24 * 3600


@router.post("/language")
def choose_language(
    request: Request, chosen: Annotated[str, Form(alias="language")], back: Back = ""
) -> RedirectResponse:
    """Keeps the language and returns to the page."""
    return _kept(request, language.COOKIE, chosen if chosen in language.NAMES else None, back)


@router.post("/theme")
def choose_theme(request: Request, chosen: Annotated[str, Form(alias="theme")], back: Back = "") -> RedirectResponse:
    """Keeps the theme and returns to the page."""
    return _kept(request, THEME_COOKIE, chosen if chosen in THEMES else None, back)


def _kept(request: Request, name: str, value: str | None, back: str) -> RedirectResponse:
    answer = RedirectResponse(way_back(back), status_code=303)
    if value is not None:
        is_secure = request.url.scheme == "https"
        answer.set_cookie(name, value, max_age=_YEAR, httponly=True, samesite="lax", secure=is_secure)
    return answer
