"""The evidence beside a forge and an image registry that agree, have forgotten, say otherwise, or do not answer."""

from __future__ import annotations

from dataclasses import replace

from controller.core.audit.verifying import Gap, GapKind, Standing
from controller.core.model import ReviewState
from controller.operations.audit import Witnesses, compare_online
from tests.audit.judging import facts_of, kinds
from tests.scenarios.story import arrive
from tests.world.world import PRODUCTION, World


def compared(world: World) -> tuple[Gap, ...]:
    """What comes of asking both."""
    witnesses = Witnesses(forge=world.forge, images=world.images)
    return compare_online(witnesses, facts_of(world), image_repository="acme/platform")


def test_a_forge_and_an_image_registry_that_agree_leave_no_gap(world: World) -> None:
    arrive(world, "blog")
    assert compared(world) == ()


def test_a_review_by_somebody_else_or_taken_back_is_a_gap(world: World) -> None:
    proposal = arrive(world, "blog")
    (review,) = world.forge.reviews_of[proposal.number]
    for other in (replace(review, reviewer=world.person("carol")), replace(review, state=ReviewState.DISMISSED)):
        world.forge.reviews_of[proposal.number] = [other]
        assert kinds(compared(world)) == {GapKind.FORGE_DISAGREES}


def test_another_head_or_merger_is_a_gap(world: World) -> None:
    proposal = arrive(world, "blog")
    world.forge.by_number[proposal.number] = replace(proposal, head=proposal.merged_commit or proposal.head)
    assert "the head is" in compared(world)[0].says
    world.forge.by_number[proposal.number] = replace(proposal, merged_by=world.person("dave"))
    assert "who merged it is" in compared(world)[0].says


def test_what_the_forge_forgot_is_unknown(world: World) -> None:
    proposal = arrive(world, "blog")
    world.forge.reviews_of.clear()
    assert kinds(compared(world), Standing.UNKNOWN) == {GapKind.FORGE_DISAGREES}
    del world.forge.by_number[proposal.number]
    found = compared(world)
    assert [gap.standing for gap in found] == [Standing.UNKNOWN]
    assert "knows no proposal" in found[0].says


def test_an_image_that_is_gone_is_a_gap(world: World) -> None:
    arrive(world, "blog")
    release = world.release_in(PRODUCTION)
    del world.images.modules[release.digest]
    assert [(gap.kind, gap.about) for gap in compared(world)] == [(GapKind.IMAGE_GONE, release.id)]


def test_who_does_not_answer_is_asked_once_and_unknown(world: World) -> None:
    arrive(world, "blog")
    arrive(world, "gallery")
    world.forge.is_away = world.images.is_away = True
    found = compared(world)
    assert [(gap.kind, gap.standing) for gap in found] == [
        (GapKind.FORGE_DISAGREES, Standing.UNKNOWN),
        (GapKind.IMAGE_GONE, Standing.UNKNOWN),
    ]
