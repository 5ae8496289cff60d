"""What is installed and what may be."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from controller.access.given import LoopGiven
from controller.access.routes import API
from controller.api import answers
from controller.api.lists import PageGiven
from controller.operations.catalog import list_modules

router = APIRouter(prefix=API)


@router.get("/modules")
def modules(loop: LoopGiven, page: PageGiven) -> dict[str, Any]:
    """The manifest's modules and the catalog's, by name."""
    with loop.lock:
        rows = list_modules(loop.platform, loop.look().view)
    found, following = page.cut(rows, key=lambda row: (row.slug,), newest_first=False)
    return {"items": [answers.module(row) for row in found], "next": following}
