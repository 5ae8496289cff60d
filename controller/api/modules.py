"""What is installed and what may be."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Path, Query

from controller.access.given import LoopGiven
from controller.access.routes import API
from controller.api.answers.modules import Module, ModuleDetail, Modules
from controller.api.lists import PageAsked, PageGiven
from controller.showing import modules as showing
from controller.showing.deeds import deeds
from controller.showing.modules import ModuleFilter, ModuleShown

router = APIRouter(prefix=API, tags=["modules"])
Slug = Annotated[str, Path(min_length=1, max_length=64)]
Text = Annotated[str, Query(max_length=120, description="Words that stand in the name or the description.")]
Category = Annotated[str, Query(max_length=64)]


class ModulesIn(StrEnum):
    """Which modules somebody wants to see."""

    INSTALLED = "installed"
    AVAILABLE = "available"
    UPGRADABLE = "upgradable"
    ON_ITS_WAY = "on-its-way"
    UNWELL = "unwell"


@router.get("/modules")
def list_modules(
    loop: LoopGiven, page: PageGiven, text: Text = "", category: Category = "", state: ModulesIn | None = None
) -> Modules:
    """The manifest's modules and the catalog's, by name: where each runs, and what is on its way."""
    wanted = ModuleFilter(text=text, category=category, state=state.value if state is not None else "")
    return _page(page, showing.modules(loop).chosen(wanted))


@router.get("/modules/{slug}")
def get_module(slug: Slug, loop: LoopGiven) -> ModuleDetail:
    """One module with what was done to it."""
    found = showing.modules(loop).find(slug)
    return ModuleDetail.with_history(found, deeds(found.row.slug, loop.look().view.state))


@router.get("/catalog")
def list_catalog(loop: LoopGiven, page: PageGiven, text: Text = "", category: Category = "") -> Modules:
    """What may be installed and is not, by name."""
    wanted = ModuleFilter(text=text, category=category, state="available")
    return _page(page, showing.modules(loop).chosen(wanted))


def _page(page: PageAsked, shown: Iterable[ModuleShown]) -> Modules:
    found, following = page.cut(shown, key=lambda module: (module.row.slug,), newest_first=False)
    return Modules(items=[Module.of(module) for module in found], next=following)
