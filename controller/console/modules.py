"""The modules: which there are, where each runs, what is on its way."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse

from controller.access.given import LoopGiven
from controller.console.rendering import page
from controller.operations.catalog import list_modules

router = APIRouter()


@router.get("/")
def home() -> RedirectResponse:
    """The modules are what people come for."""
    return RedirectResponse("/modules", status_code=303)


@router.get("/modules")
def modules(request: Request, loop: LoopGiven) -> HTMLResponse:
    """Every module."""
    with loop.lock:
        rows = list_modules(loop.platform, loop.look().view)
    return page(request, "modules.html", rows=rows)
