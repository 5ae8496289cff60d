"""An image registry that does not answer holds a promotion up; no release is blamed for it."""

from __future__ import annotations

from tests.scenarios.story import approve, install
from tests.world.world import PRODUCTION, STAGING, World


def test_a_promotion_waits_for_the_image_registry_and_then_goes_through(world: World) -> None:
    proposal = install(world, "gallery")
    world.settle()
    before, releases = world.environment(STAGING).release, len(world.ledger.releases)
    world.images.is_away = True
    approve(world, proposal)
    failed = [message for _ in range(12) for _, message in world.tick().failed]
    assert len(world.ledger.releases) == releases + 1
    assert world.environment(STAGING).release == before
    assert world.ledger.holds == {}
    assert set(failed) == {"Transient: the image registry does not answer"}
    world.images.is_away = False
    world.settle()
    assert "gallery" in world.serving(PRODUCTION)
