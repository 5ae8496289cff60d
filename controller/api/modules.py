"""What is installed and what may be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Path

from controller.access.given import LoopGiven
from controller.access.routes import API
from controller.api.answers.modules import Module, Modules, ModuleState
from controller.api.lists import PageAsked, PageGiven
from controller.core.errors import Denied
from controller.operations import catalog
from controller.operations.catalog import CatalogRow
from controller.reconcile.loop import Loop

router = APIRouter(prefix=API, tags=["modules"])
Slug = Annotated[str, Path(min_length=1, max_length=64)]


@router.get("/modules")
def list_modules(loop: LoopGiven, page: PageGiven, state: ModuleState | None = None) -> Modules:
    """The manifest's modules and the catalog's, by name; with `state` those in it alone."""
    return _page(page, (row for row in _rows(loop) if state is None or state.value == row.state))


@router.get("/modules/{slug}")
def get_module(slug: Slug, loop: LoopGiven) -> Module:
    """One module."""
    found = next((row for row in _rows(loop) if row.slug == slug), None)
    if found is None:
        raise Denied("NotFound", f"there is no module {slug[:60]!r}", hint="see modwright modules")
    return Module.of(found)


@router.get("/catalog")
def list_catalog(loop: LoopGiven, page: PageGiven) -> Modules:
    """What may be installed and is not, by name."""
    return _page(page, (row for row in _rows(loop) if row.state == "available"))


def _rows(loop: Loop) -> tuple[CatalogRow, ...]:
    with loop.lock:
        return catalog.list_modules(loop.platform, loop.look().view)


def _page(page: PageAsked, rows: Iterable[CatalogRow]) -> Modules:
    found, following = page.cut(rows, key=lambda row: (row.slug,), newest_first=False)
    return Modules(items=[Module.of(row) for row in found], next=following)
