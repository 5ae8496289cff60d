"""Who listens again after a restart is told from where the ledger was: found by what differs, at the cost of that alone."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from controller.core.ledger.documents import read
from controller.core.ledger.state import LedgerState
from controller.core.ledger.steps import advance
from tests.scenarios.story import arrive
from tests.world.world import World


def test_going_back_by_what_differs_comes_to_the_same_as_reading_all_of_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.begin()
    world.prober.unwell.add(("production", "blog"))
    arrive(world, "blog")
    view, mirror = world.view(), world.platform.mirror
    accepted = view.ledger.accepted
    assert accepted is not None
    now = mirror.commit(accepted).tree
    line = mirror.first_parents(accepted)
    assert len(line) > 8
    for then in line:
        back = advance(view.state, mirror.changed_files(now, then.tree))
        assert plain(back) == plain(read(mirror.files(then.sha)))


def plain(state: LedgerState) -> dict[str, object]:
    return {each.name: getattr(state, each.name) for each in fields(state)}
