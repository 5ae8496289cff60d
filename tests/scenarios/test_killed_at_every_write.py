"""The story with the controller killed at each of its writes in turn, before and after the effect: the end is the same."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import pytest

from controller.core.ledger.state import HoldState
from controller.core.model import BuildStatus, ProposalState
from tests.scenarios.story import approve, install
from tests.world.kills import Executioner, Killed
from tests.world.world import PRODUCTION, STAGING, World


def surviving(world: World, step: Callable[[], None]) -> None:
    """Does a step; where the controller dies in it, a new one starts with no memory and the step is done again."""
    try:
        step()
    except Killed:
        world.restart()
        step()


def tell(world: World) -> None:
    """reviews fails in production and is taken back; gallery arrives after it."""
    for name in ("reviews", "gallery"):
        surviving(world, lambda name=name: _ask(world, name))  # type: ignore[misc]
        surviving(world, world.settle)
        for proposal in world.proposals(ProposalState.OPEN):
            approve(world, proposal)
        surviving(world, world.settle)


def _ask(world: World, name: str) -> None:
    install(world, name)


def outcome(world: World) -> dict[str, object]:
    """Everything that has to be the same however often the controller died, and that nothing exists twice."""
    merged = [proposal.title.split(" (#")[0] for proposal in world.proposals(ProposalState.MERGED)]
    comments = [(number, body.splitlines()[0][:40]) for number, body, _ in world.forge.comments]
    ledger = world.ledger
    return {
        "staging": sorted(world.serving(STAGING)),
        "production": sorted(world.serving(PRODUCTION)),
        "merged": merged,
        "open": len(world.proposals(ProposalState.OPEN)),
        "closed": len(world.proposals(ProposalState.CLOSED)),
        "holds": [hold.state for hold in ledger.holds.values()],
        "releases": len(ledger.releases),
        "builds": len([run for run in world.forge.runs if run.status is BuildStatus.SUCCEEDED]),
        "comments": sorted(comments),
        "environment": {name: state.verification.state for name, state in ledger.environments.items()},
        "frozen": ledger.is_frozen_for_good(PRODUCTION),
    }


def made(folder: Path) -> World:
    """A world at the beginning of the story."""
    folder.mkdir()
    world = World(folder)
    world.begin()
    world.prober.unwell.add(("production", "reviews"))
    return world


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], list[str]]:
    """How the story ends when nobody dies, and its writes."""
    world = made(tmp_path_factory.mktemp("untouched") / "world")
    counter = Executioner()
    world.executioner = counter
    world.restart()
    tell(world)
    return outcome(world), counter.names


def test_the_story_ends_as_it_should(untouched: tuple[dict[str, object], list[str]]) -> None:
    end, writes = untouched
    assert end["production"] == ["auth", "events", "gallery", "search"]
    assert end["holds"] == [HoldState.CONFIRMED]
    assert end["open"] == 0
    assert len(writes) > 30


def killed_at(folder: str, at: int, when: Literal["before", "after"]) -> dict[str, object]:
    """The end of a story in which the controller dies at one write."""
    world = made(Path(folder))
    world.executioner = Executioner(at=at, when=when)
    world.restart()
    tell(world)
    return outcome(world)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_at_any_write_changes_nothing_in_the_end(
    untouched: tuple[dict[str, object], list[str]], tmp_path: Path, when: Literal["before", "after"]
) -> None:
    expected, writes = untouched
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        ends = {at: pool.submit(killed_at, str(tmp_path / str(at)), at, when) for at in range(1, len(writes) + 1)}
        differing = [f"{when} write {at} ({writes[at - 1]})" for at, end in ends.items() if end.result() != expected]
    assert differing == []
