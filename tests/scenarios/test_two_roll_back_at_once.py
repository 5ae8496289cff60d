"""Two people who are on call press at once: the environment goes back by one release, not by two."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.core.errors import Denied
from controller.core.ledger.state import VerificationState
from controller.operations.decisions import record_verification
from controller.operations.roll_back import RolledBack, roll_back
from tests.scenarios.story import arrive
from tests.world.world import PRODUCTION, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.begin()
    arrive(made, "blog")
    arrive(made, "gallery")
    return made


def back(world: World, who: str, to: str | None = None) -> RolledBack:
    found = next((r for r in world.ledger.releases if r == to), None)
    return roll_back(world.platform, world.view(), PRODUCTION, to=found, by=world.person(who), reason="errors")


def test_the_second_is_told_that_somebody_was_quicker(world: World) -> None:
    first = back(world, "carol")
    with pytest.raises(Denied) as refused:
        back(world, "alice")
    assert refused.value.reason == "ReturningAlready"
    assert "carol" in refused.value.message
    assert world.ledger.environments[PRODUCTION].release == first.to.id


def test_who_names_the_release_goes_back_further_at_once(world: World) -> None:
    oldest = min(world.ledger.releases.values(), key=lambda release: release.created_at)
    back(world, "carol")
    assert back(world, "alice", oldest.id).to == oldest


def test_once_it_is_verified_it_may_go_back_by_one_more(world: World) -> None:
    first = back(world, "carol")
    ledger, passed = world.view().ledger, VerificationState.PASSED
    record_verification(world.platform, ledger, PRODUCTION, first.to.id, verdict=passed, findings=())
    assert back(world, "alice").leaving == first.to.id
