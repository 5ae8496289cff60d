"""The modules: which there are, where each runs, what is on its way; and one of them with its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse

from controller.access.given import LoopGiven
from controller.console.rendering import page, url
from controller.showing import modules as showing
from controller.showing.deeds import deeds
from controller.showing.modules import ModuleFilter, ModuleShown

router = APIRouter()
ON_A_PAGE = 50
"""Rows that are shown at once: what a person reads, and few enough that the page stays quick and small."""
State = Literal["", "installed", "available", "upgradable", "on-its-way", "unwell"]
Name = Annotated[str, Query(max_length=64)]
Names = Annotated[list[Name], Query(max_length=100)]


@dataclass(frozen=True)
class Chosen:
    """What was ticked so far, also on other pages of the list."""

    install: tuple[str, ...]
    uninstall: tuple[str, ...]
    upgrade: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.install) + len(self.uninstall) + len(self.upgrade)


def chosen(install: Names = [], uninstall: Names = [], upgrade: Names = []) -> Chosen:  # noqa: B006 - FastAPI copies it
    """What a form or an address names, each once."""
    return Chosen(*(tuple(dict.fromkeys(filter(None, names))) for names in (install, uninstall, upgrade)))


ChosenGiven = Annotated[Chosen, Depends(chosen)]


@router.get("/")
def home() -> RedirectResponse:
    """The modules are what people come for."""
    return RedirectResponse("/modules", status_code=303)


@router.get("/modules")
def modules(
    request: Request,
    loop: LoopGiven,
    ticked: ChosenGiven,
    q: Annotated[str, Query(max_length=100)] = "",
    category: Annotated[str, Query(max_length=100)] = "",
    state: str = "",
    nothing: Annotated[str, Query(alias="ticked", max_length=10)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=1000)] = 1,
) -> HTMLResponse:
    """The list, filtered; a form over it gathers what goes together as one change. `ticked=none`: nothing was."""
    every = showing.modules(loop)
    wanted = ModuleFilter(text=q, category=category, state=_state(state))
    found = every.chosen(wanted)
    last = max(1, -(-len(found) // ON_A_PAGE))
    number = min(number, last)
    shown = found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    return page(
        request,
        "modules.html",
        shown=shown,
        found=len(found),
        total=len(every.modules),
        wanted=wanted,
        categories=every.categories,
        states=[state for state in get_args(State) if state],
        ticked=ticked,
        nothing_ticked=nothing == "none" and not ticked.count,
        elsewhere=_elsewhere(ticked, shown),
        number=number,
        last=last,
    )


def _state(text: str) -> State:
    return next((known for known in get_args(State) if known == text), "")


def _elsewhere(ticked: Chosen, shown: tuple[ModuleShown, ...]) -> tuple[tuple[str, str], ...]:
    """What was ticked and has no row on this page, so that the form carries it on."""
    here = {module.row.slug for module in shown}
    named = [("install", name) for name in ticked.install] + [("uninstall", name) for name in ticked.uninstall]
    named += [("upgrade", name) for name in ticked.upgrade]
    return tuple((kind, name) for kind, name in named if name.partition("@")[0] not in here)


@router.get("/modules/{slug}")
def module(request: Request, slug: str, loop: LoopGiven) -> HTMLResponse:
    """One module: what it is, needs and is needed by, where it runs, and who did what to it."""
    every = showing.modules(loop)
    found = every.find(slug)
    ledger = loop.look().snapshot.ledger
    return page(
        request,
        "module.html",
        module=found,
        known={other.row.slug for other in every.modules},
        deeds=deeds(found.row.slug, ledger),
        environments=every.environments,
        plan_address=_plan_address(found),
    )


def _plan_address(module: ModuleShown) -> str:
    slug = module.row.slug
    return url("plan", uninstall=slug) if module.is_installed else url("plan", install=slug)
