"""A freeze ends by itself, a weekend passes, and a stop holds everything but the way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from controller.core.errors import Denied
from controller.core.model import BranchName, ProposalState
from controller.operations.admit import admit
from controller.operations.freeze import freeze, lift
from controller.operations.promote import promote
from controller.operations.roll_back import roll_back
from tests.scenarios.story import approve, arrive, install
from tests.world.world import PRODUCTION, STAGING, World

HOUR = timedelta(hours=1)
WEEKEND = b"""\
freezes:
  - name: weekend
    environments: [production]
    timezone: Europe/Moscow
    reason: nobody looks
    weekly: { from: fri 16:00, to: mon 08:00 }
"""


def stop(world: World, *, until: datetime | None = None) -> str:
    """Carol stops everything."""
    return freeze(
        world.platform, world.view(), None, by=world.person("carol"), reason="incident", until=until, stop=True
    ).id


def let_go(world: World, identity: str) -> None:
    """Carol lifts a freeze."""
    lift(world.platform, world.view(), identity, by=world.person("carol"), reason="found it")


def test_a_freeze_with_an_end_is_waited_for_to_the_moment_and_nobody_lifts_it(world: World) -> None:
    until = world.clock.now + HOUR
    freeze(world.platform, world.view(), PRODUCTION, by=world.person("carol"), reason="sale", until=until)
    arrive(world, "blog")
    assert "blog" in world.serving(STAGING)
    assert "blog" not in world.serving(PRODUCTION)
    world.clock.advance(until - world.clock.now - timedelta(seconds=3))
    report = world.tick()
    assert timedelta(seconds=2) < report.wake_after <= timedelta(seconds=3), "shorter than a sweep"
    assert "blog" not in world.serving(PRODUCTION)
    world.clock.advance(report.wake_after)
    world.settle()
    assert "blog" in world.serving(PRODUCTION)
    assert next(iter(world.ledger.freezes.values())).lifted_at is None


def test_a_promotion_by_a_person_is_told_who_froze_why_and_until_when(world: World) -> None:
    arrive(world, "blog")
    until = datetime(2026, 1, 5, 20, tzinfo=UTC)
    freeze(world.platform, world.view(), PRODUCTION, by=world.person("carol"), reason="sale", until=until)
    with pytest.raises(Denied, match="frozen by carol until 2026-01-05 20:00 UTC: sale"):
        promote(
            world.platform,
            world.view(),
            PRODUCTION,
            world.release_in(STAGING).id,
            by=world.person("alice"),
            reason="now",
        )


def test_a_weekend_of_the_calendar_passes_and_what_waited_goes_on_monday(world: World) -> None:
    text = world.origin.file(world.origin.heads()[BranchName("main")], ".modwright/config.yaml")
    rest = world.push_to_main({".modwright/config.yaml": text + WEEKEND}, who="alice", message="Rest on weekends")
    admit(world.platform, world.view(), rest, by=world.person("bob"), reason="we all want it")
    world.clock.now = datetime(2026, 1, 9, 18, tzinfo=UTC)
    arrive(world, "blog")
    assert "blog" in world.serving(STAGING)
    assert "blog" not in world.serving(PRODUCTION)
    assert "Frozen" in world.conditions()
    world.clock.now = datetime(2026, 1, 12, 4, 59, 50, tzinfo=UTC)
    world.tick()
    assert "blog" not in world.serving(PRODUCTION)
    world.settle(for_at_least=timedelta(seconds=15))
    assert "blog" in world.serving(PRODUCTION)
    assert world.ledger.freezes == {}


def test_the_stop_holds_a_build_and_a_merge_and_a_person_s_change(world: World) -> None:
    ready, unbuilt = install(world, "blog"), install(world, "gallery")
    world.settle()
    runs = len(world.forge.runs)
    stopped = stop(world)
    late = world.push_to_main({"README.md": b"later\n"}, who="alice", message="Later")
    approve(world, ready)
    approve(world, unbuilt)
    world.settle(for_at_least=timedelta(minutes=1))
    assert len(world.forge.runs) == runs
    assert world.proposals(ProposalState.MERGED) == []
    assert "Stopped" in world.conditions()
    with pytest.raises(Denied, match="stopped by carol: incident"):
        install(world, "reviews")
    assert install(world, "blog").number == ready.number, "what is open already is only found"
    let_go(world, stopped)
    world.settle()
    assert {"blog", "gallery"} <= world.serving(PRODUCTION)
    assert late in world.view().main.index


def test_a_stop_that_ends_by_itself_needs_nobody(world: World) -> None:
    proposal = install(world, "blog")
    world.settle()
    stop(world, until=world.clock.now + timedelta(minutes=10))
    approve(world, proposal)
    world.settle()
    assert "blog" not in world.serving(STAGING)
    world.clock.advance(timedelta(minutes=10))
    world.settle()
    assert "blog" in world.serving(PRODUCTION)


def test_people_and_automation_roll_back_while_everything_is_stopped(world: World) -> None:
    arrive(world, "blog")
    stop(world)
    roll_back(world.platform, world.view(), PRODUCTION, to=None, by=world.person("carol"), reason="slow")
    world.settle()
    assert "blog" not in world.serving(PRODUCTION)
    assert len(world.proposals(ProposalState.OPEN)) == 1
    assert len(world.proposals(ProposalState.MERGED)) == 1, "the revert is open and waits"


def test_what_fails_while_everything_is_stopped_is_taken_back_and_its_revert_waits(world: World) -> None:
    proposal = install(world, "reviews")
    world.settle()
    world.prober.unwell.add(("production", "reviews"))
    approve(world, proposal)
    while "reviews" not in world.serving(PRODUCTION):
        world.clock.advance(timedelta(milliseconds=100))
        world.tick()
    stopped = stop(world)
    world.settle(for_at_least=timedelta(seconds=30))
    assert "reviews" not in world.serving(PRODUCTION)
    assert [hold.state.value for hold in world.ledger.holds.values()] == ["confirmed"]
    assert len(world.proposals(ProposalState.MERGED)) == 1
    (revert,) = world.proposals(ProposalState.OPEN)
    let_go(world, stopped)
    world.settle()
    assert world.forge.by_number[revert.number].state is ProposalState.MERGED
