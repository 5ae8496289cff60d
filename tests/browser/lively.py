"""A world in which everything happens at once, so that every page has something to show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from controller.access.routes import OPEN_PAGES, PAGES
from controller.core.ledger.state import HoldState
from controller.operations.freeze import freeze
from tests.scenarios.story import approve, arrive, install
from tests.world.world import PRODUCTION, STAGING, World

_NOT_PAGES = {"/static/{name}", "/auth/callback"}
"""What a browser fetches beside pages."""
_DOWNLOAD = re.compile(r"\.(csv|json)$")


@dataclass(frozen=True)
class Lively:
    """The world, and what stands for each parameter of a page's path."""

    world: World
    named: Mapping[str, str]
    queries: Mapping[str, str]

    def addresses(self) -> Iterator[str]:
        """One address for each page that there is; `KeyError` where a new parameter has nothing that stands for it."""
        for method, path in sorted({*PAGES, *OPEN_PAGES}):
            if method == "GET" and path not in _NOT_PAGES and not _DOWNLOAD.search(path):
                filled = re.sub(r"\{(\w+)\}", lambda found: self.named[found[1]], path)
                yield filled + self.queries.get(path, "")


def lively(folder: Path) -> Lively:
    """
    `blog` runs everywhere, `reviews` was taken back and is on hold, `gallery` waits for it, `broken` does not compile,
    `forum` waits for approval, and staging is frozen.
    """
    world = World(folder)
    world.begin()
    first = world.release_in(PRODUCTION).id
    arrive(world, "blog")
    world.prober.unwell.add((PRODUCTION, "reviews"))
    _taken_back(world)
    install(world, "broken", reason="to see what happens")
    world.settle()
    waiting = install(world, "gallery", reason="pictures, side by side")
    world.settle()
    refreshed = world.view()
    freeze(world.platform, refreshed, STAGING, by=world.person("carol"), reason="the fair is on")
    world.loop.wrote()
    world.settle()
    hold = next(iter(world.ledger.holds.values()))
    assert hold.state is HoldState.CONFIRMED
    named = {
        "slug": "blog",
        "number": str(waiting.number),
        "release": world.release_in(PRODUCTION).id,
        "name": PRODUCTION,
        "environment": PRODUCTION,
        "build": world.forge.runs[-1].id,
        "hold": hold.id,
        "freeze": next(iter(world.ledger.freezes)),
    }
    newest = world.release_in(PRODUCTION).id
    queries = {
        "/plan": "?install=forum&uninstall=search",
        "/releases/compare": f"?from={first}&to={newest}",
    }
    return Lively(world, named, queries)


def _taken_back(world: World) -> None:
    """`reviews` fails in production; its revert is on the default branch and the hold stands."""
    proposal = install(world, "reviews", reason="customers shall speak")
    world.settle()
    approve(world, proposal)
    world.settle()
