"""A release that fails in production is taken back, held, and reverted; what was good stays."""

from __future__ import annotations

from datetime import timedelta

from controller.core.ledger.state import HoldState, VerificationState
from controller.core.model import ProposalState, RolloutPhase
from controller.operations.hold import lift
from controller.operations.roll_back import roll_back
from controller.showing.one_change import change
from tests.scenarios.story import approve, arrive, install, merged_titles
from tests.world.world import PRODUCTION, STAGING, World


def fail_reviews(world: World) -> None:
    """`reviews` arrives and turns out unwell in production."""
    world.prober.unwell.add(("production", "reviews"))
    arrive(world, "reviews")


def test_production_answers_with_the_predecessor_and_the_change_is_reverted(world: World) -> None:
    arrive(world, "blog")
    fail_reviews(world)
    assert "reviews" not in world.serving(PRODUCTION)
    assert {"blog", "content"} <= world.serving(PRODUCTION)
    holds = list(world.ledger.holds.values())
    assert [hold.state for hold in holds] == [HoldState.CONFIRMED]
    assert "reviews" in world.modules_at(holds[0].commits[0])
    assert merged_titles(world)[-1].startswith("Revert")
    assert "reviews" not in world.modules_at(world.view().main.head.sha)


def test_the_reverted_composition_is_not_built_again(world: World) -> None:
    arrive(world, "blog")
    runs = len(world.forge.runs)
    fail_reviews(world)
    assert len(world.forge.runs) == runs + 1


def test_neither_a_pass_nor_a_restart_promotes_it_again(world: World) -> None:
    fail_reviews(world)
    before = list(world.cluster.rollouts)
    world.restart()
    world.settle(for_at_least=timedelta(minutes=30))
    assert world.cluster.rollouts == before


def test_a_rollback_behind_the_revert_does_not_bring_the_failure_back(world: World) -> None:
    arrive(world, "blog")
    fail_reviews(world)
    repaired = world.view().main.head.sha
    done = roll_back(world.platform, world.view(), STAGING, to=None, by=world.person("carol"), reason="it is slow")
    world.settle(for_at_least=timedelta(minutes=1))
    assert world.view().main.head.sha == repaired
    assert "RevertReturnsHeld" in world.conditions()
    lift(world.platform, world.view(), done.hold.id, by=world.person("carol"), reason="it was the network")
    world.settle(for_at_least=timedelta(minutes=1))
    assert "RevertReturnsHeld" not in world.conditions()
    assert world.serving(STAGING) == world.serving(PRODUCTION) == world.modules_at(repaired)


def test_a_later_good_install_waits_until_the_revert_is_merged(world: World) -> None:
    world.prober.unwell.add(("production", "reviews"))
    proposal = install(world, "reviews")
    later = install(world, "gallery")
    world.settle()
    approve(world, proposal)
    approve(world, later)
    world.settle()
    assert {"gallery"} <= world.serving(PRODUCTION)
    assert "reviews" not in world.serving(PRODUCTION)
    assert world.serving(STAGING) == world.serving(PRODUCTION)


def test_a_rollout_that_fails_is_taken_back(world: World) -> None:
    proposal = install(world, "blog")
    world.settle()
    digest = next(run.digest for run in world.forge.runs if run.commit == proposal.head)
    assert digest is not None
    world.cluster.refuses.add(digest)
    approve(world, proposal)
    world.settle()
    assert world.cluster.running[STAGING].phase is RolloutPhase.SERVING
    assert "blog" not in world.serving(STAGING)
    assert [hold.state for hold in world.ledger.holds.values()] == [HoldState.CONFIRMED]


def test_a_check_that_cannot_tell_rolls_nothing_back(world: World) -> None:
    proposal = install(world, "blog")
    world.settle()
    approve(world, proposal)
    world.prober.cannot_tell.add("staging")
    world.run_for(timedelta(seconds=40))
    assert "blog" not in world.serving(STAGING), "nothing is promoted onto an environment that cannot be asked"
    world.prober.cannot_tell.clear()
    world.settle(for_at_least=timedelta(seconds=10))
    assert "blog" in world.serving(PRODUCTION)
    assert not world.ledger.holds


def test_errored_after_the_rollout_waits_and_then_passes(world: World) -> None:
    proposal = install(world, "blog")
    world.settle()
    approve(world, proposal)
    while "blog" not in world.serving(STAGING):
        world.tick()
    world.prober.cannot_tell.add("staging")
    world.run_for(timedelta(seconds=25))
    assert world.environment(STAGING).verification.state is VerificationState.ERRORED
    world.prober.cannot_tell.clear()
    world.settle(for_at_least=timedelta(seconds=10))
    assert "blog" in world.serving(PRODUCTION)
    assert not world.ledger.holds


def test_a_failure_that_comes_from_outside_clears_the_hold_and_calls_a_person(world: World) -> None:
    proposal = install(world, "blog")
    world.settle()
    approve(world, proposal)
    while "blog" not in world.serving(PRODUCTION):
        world.tick()
    world.prober.unwell.add(("production", "search"))
    world.run_for(timedelta(seconds=10))
    assert "blog" not in world.serving(PRODUCTION)
    assert [hold.state for hold in world.ledger.holds.values()] == [HoldState.CLEARED]
    assert not [title for title in merged_titles(world) if title.startswith("Revert")]
    assert any("person is needed" in body for number, body, _ in world.forge.comments if number == proposal.number)
    assert "RunningUnwell" in world.conditions()

    world.prober.unwell.clear()
    world.settle(for_at_least=timedelta(seconds=10))
    assert "blog" in world.serving(PRODUCTION)
    assert world.environment(PRODUCTION).verification.state is VerificationState.PASSED


def test_a_release_cleared_twice_freezes_the_environment(world: World) -> None:
    proposal = install(world, "blog")
    world.settle()
    approve(world, proposal)
    for _ in range(2):
        while "blog" not in world.serving(PRODUCTION):
            world.clock.advance(timedelta(milliseconds=100))
            world.tick()
        world.prober.unwell.add(("production", "search"))
        world.run_for(timedelta(seconds=5))
        world.prober.unwell.clear()
    world.settle(for_at_least=timedelta(seconds=10))
    assert world.ledger.is_frozen_for_good(PRODUCTION)
    assert "blog" not in world.serving(PRODUCTION)


def test_nothing_but_its_cure_goes_to_an_environment_that_is_unwell_already(world: World) -> None:
    proposal = install(world, "blog")
    world.settle()
    world.prober.unwell.add(("production", "search"))
    approve(world, proposal)
    world.run_for(timedelta(seconds=10))
    assert "blog" in world.serving(STAGING)
    assert "blog" not in world.serving(PRODUCTION)
    assert "RunningUnwell" in world.conditions()
    assert not world.ledger.holds


def test_a_broken_module_is_named_with_file_line_and_error(world: World) -> None:
    proposal = install(world, "broken")
    world.settle()
    gate = world.forge.gate(proposal.head)
    assert gate is not None
    assert "module broken: crates/platform-broken/src/lib.rs:21: error[E0308]" in gate.title
    assert gate.annotations[0].line == 21
    approve(world, proposal)
    world.settle()
    assert world.forge.by_number[proposal.number].state is ProposalState.OPEN


def test_an_image_that_cannot_be_pulled_now_is_asked_for_again(world: World) -> None:
    proposal = install(world, "blog")
    world.settle()
    digest = next(run.digest for run in world.forge.runs if run.commit == proposal.head)
    assert digest is not None
    world.cluster.unreachable.add(digest)
    approve(world, proposal)
    world.run_for(timedelta(seconds=5))
    assert "CannotPull" in world.conditions()
    assert not world.ledger.holds
    world.cluster.unreachable.clear()
    world.run_for(timedelta(minutes=2))
    assert "blog" in world.serving(PRODUCTION)
    assert not world.ledger.holds


def test_people_are_told_where_and_why_it_was_taken_back_also_after_the_revert(world: World) -> None:
    world.prober.unwell.add(("production", "reviews"))
    told = change(world.loop, arrive(world, "reviews").number)
    assert (told.waiting.what, told.waiting.environment) == ("reverted", PRODUCTION)
    assert "unhealthy: reviews" in told.waiting.text
    environments = [(stage.about, stage.state) for stage in told.stages if stage.part == "environment"]
    assert environments == [(STAGING, "passed"), (PRODUCTION, "failed")]
