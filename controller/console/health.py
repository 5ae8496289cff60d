"""How the controller itself is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from controller.access.given import LoopGiven
from controller.console.rendering import page
from controller.showing.health import health as shown

router = APIRouter()


@router.get("/health")
def health(request: Request, loop: LoopGiven) -> Response:
    """What it last looked at, what it cannot read, what does not go through."""
    return page(request, "health.html", health=shown(loop))
