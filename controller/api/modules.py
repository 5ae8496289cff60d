"""What is installed and what may be."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from controller.access.given import LoopGiven
from controller.access.routes import API
from controller.api import answers
from controller.operations.catalog import list_modules

router = APIRouter(prefix=API)


@router.get("/modules")
def modules(loop: LoopGiven) -> list[dict[str, Any]]:
    """The manifest's modules and the catalog's."""
    with loop.lock:
        rows = list_modules(loop.platform, loop.look().view)
    return [answers.module(row) for row in rows]
