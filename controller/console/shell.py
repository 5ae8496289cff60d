"""What stands around every page: where one can go, and what everybody has to know now."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from controller.console.language import N_
from controller.core.errors import ControllerError
from controller.core.freezes import FreezeSpan, freezes_at
from controller.core.model import Unknown
from controller.reconcile.loop import Loop


@dataclass(frozen=True)
class Place:
    """An entry of the navigation; every path below `path` belongs to it."""

    path: str
    title: str
    icon: str


NAVIGATION = (
    Place("/modules", N_("Modules"), "modules"),
    Place("/changes", N_("Changes"), "changes"),
    Place("/environments", N_("Environments"), "environments"),
    Place("/releases", N_("Releases"), "releases"),
    Place("/builds", N_("Builds"), "builds"),
    Place("/holds", N_("Holds"), "holds"),
    Place("/freezes", N_("Freezes"), "freezes"),
    Place("/audit", N_("Audit"), "audit"),
    Place("/health", N_("Health"), "health"),
)


@dataclass(frozen=True)
class Notice:
    """One thing that stands above every page. `about` names it: `stop`, `freeze`, `forge-away`, `nothing-read`."""

    about: str
    why: str = ""
    freeze: FreezeSpan | None = None


def notices(request: Request) -> tuple[Notice, ...]:
    """What stops changes now, and what cannot be read."""
    loop: Loop = request.app.state.loop
    try:
        snapshot = loop.look().snapshot
    except ControllerError as error:
        return (Notice("nothing-read", why=str(error)),)
    away = snapshot.proposals
    found = [Notice("forge-away", why=away.reason)] if isinstance(away, Unknown) else []
    frozen = freezes_at(snapshot.configuration, snapshot.ledger, loop.platform.clock()).in_force
    return (*found, *(Notice("stop" if freeze.stop else "freeze", freeze.reason, freeze) for freeze in frozen))
