"""On-call undoes a change: by the forge's Revert, by a comment, by a rollback; always on today's manifest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from controller.core.errors import Denied
from controller.core.ledger.state import Approval, HoldState
from controller.core.model import BranchName, Command, ForgeProposal, ProposalState
from controller.operations.hold import hold, lift
from controller.operations.revert import revert
from controller.operations.roll_back import roll_back
from tests.scenarios.story import approve, arrive, install
from tests.world.world import PRODUCTION, STAGING, World


def comment_revert(world: World, proposal: ForgeProposal, *, by: str) -> None:
    """Somebody comments `/modwright revert`."""
    at = world.clock()
    world.forge.asked.append(Command(7, proposal.number, world.person(by), "revert", "it is slow", at))


def test_a_comment_takes_out_an_older_change_and_what_came_along(world: World) -> None:
    blog = arrive(world, "blog")
    arrive(world, "gallery")
    runs = len(world.forge.runs)
    comment_revert(world, blog, by="carol")
    world.settle()
    assert world.serving(PRODUCTION) == {"auth", "events", "search", "gallery"}
    assert len(world.forge.runs) == runs + 1
    assert any("The revert is #" in body for number, body, _ in world.forge.comments if number == blog.number)


def test_what_came_along_stays_while_something_else_needs_it(world: World) -> None:
    blog = arrive(world, "blog")
    arrive(world, "comments")
    comment_revert(world, blog, by="carol")
    world.settle()
    assert world.serving(PRODUCTION) == {"auth", "events", "search", "content", "comments"}


def test_undoing_the_newest_change_returns_the_environment_at_once(world: World) -> None:
    blog = arrive(world, "blog")
    runs = len(world.forge.runs)
    comment_revert(world, blog, by="carol")
    world.tick()
    world.tick()
    assert "blog" not in world.serving(PRODUCTION)
    world.settle()
    assert world.serving(STAGING) == world.serving(PRODUCTION) == {"auth", "events", "search"}
    assert len(world.forge.runs) == runs, "a composition that was built before is not built again"


def test_somebody_without_the_role_is_told_no(world: World) -> None:
    blog = arrive(world, "blog")
    comment_revert(world, blog, by="dave")
    world.settle()
    assert "blog" in world.serving(PRODUCTION)
    assert any("dave may not revert" in body for number, body, _ in world.forge.comments if number == blog.number)


def press_revert(world: World, merged: ForgeProposal, *, by: str) -> ForgeProposal:
    """What the forge's Revert button does where the text reverts cleanly."""
    assert merged.merged_commit is not None
    main = world.origin.heads()[BranchName("main")]
    before = world.origin.repository[merged.merged_commit].parents[0].tree
    assert main == merged.merged_commit
    branch = BranchName(f"revert-{merged.number}-{merged.branch}")
    message = f'Revert "{merged.title}"\n\nThis reverts commit {merged.merged_commit}.\n'
    head = world.origin.commit({}, parent=main, message=message, author=by, time=1_800_000_000, tree=before.id)
    world.forge.push(branch, head, world.person(by))
    return world.forge.open_by(world.person(by), branch, head, title=f'Revert "{merged.title}"')


def test_the_forges_revert_needs_one_approver_whoever_opened_it(world: World) -> None:
    blog = arrive(world, "blog")
    runs = len(world.forge.runs)
    revert = press_revert(world, blog, by="carol")
    world.settle()
    assert world.forge.by_number[revert.number].state is ProposalState.OPEN
    approve(world, world.forge.by_number[revert.number], by="alice")
    world.settle()
    assert world.serving(PRODUCTION) == {"auth", "events", "search"}
    assert world.release_in(PRODUCTION).commits[-1].approval is Approval.REVIEWED
    assert len(world.forge.runs) == runs


def test_a_rollback_moves_at_once_and_the_change_is_reverted(world: World) -> None:
    arrive(world, "blog")
    done = roll_back(
        world.platform, world.view(), PRODUCTION, to=None, by=world.person("carol"), reason="customers complain"
    )
    assert "blog" not in world.serving(PRODUCTION)
    assert done.hold.state is HoldState.CONFIRMED
    world.settle()
    assert "blog" not in world.modules_at(world.view().main.head.sha)
    assert world.serving(STAGING) == {"auth", "events", "search"}


def test_a_rollback_without_a_predecessor_is_refused(world: World) -> None:
    with pytest.raises(Denied, match="no older release"):
        roll_back(world.platform, world.view(), PRODUCTION, to=None, by=world.person("carol"), reason="x")


def test_a_revert_that_a_person_closed_is_not_opened_again(world: World) -> None:
    world.prober.unwell.add(("production", "reviews"))
    world.loop.platform.forge.is_away = False
    proposal = install(world, "reviews")
    world.settle()
    approve(world, proposal)
    while not (reverts := [p for p in world.proposals(ProposalState.OPEN) if "revert" in p.branch]):
        world.tick()
        world.clock.advance(timedelta(milliseconds=100))
    world.forge.close_proposal(reverts[0], comment="no")
    world.settle(for_at_least=timedelta(minutes=1))
    assert not world.proposals(ProposalState.OPEN)
    assert "RevertNotMerged" in world.conditions()


def test_lifting_a_hold_lets_the_release_go_again(world: World) -> None:
    world.prober.unwell.add(("production", "reviews"))
    proposal = install(world, "reviews")
    world.settle()
    approve(world, proposal)
    while not (reverts := [p for p in world.proposals(ProposalState.OPEN) if "revert" in p.branch]):
        world.tick()
        world.clock.advance(timedelta(milliseconds=100))
    hold = world.ledger.standing_holds[0]
    world.prober.unwell.clear()
    lift(world.platform, world.view(), hold.id, by=world.person("carol"), reason="the relay is configured now")
    world.settle(for_at_least=timedelta(seconds=5))
    assert "reviews" in world.serving(PRODUCTION)
    assert world.forge.by_number[reverts[0].number].state is ProposalState.CLOSED


def test_a_persons_hold_only_waits_until_somebody_undoes_the_change(world: World) -> None:
    proposal = install(world, "blog")
    world.settle()
    approve(world, proposal)
    while world.forge.by_number[proposal.number].merged_commit is None:
        world.tick()
    commit = world.view().main.head
    hold(world.platform, world.view(), commit.sha, by=world.person("carol"), reason="legal looks at it")
    world.settle(for_at_least=timedelta(seconds=3))
    assert "blog" not in world.serving(PRODUCTION)
    assert not [p for p in world.forge.by_number.values() if "revert" in p.branch]
    revert(world.platform, world.view(), commit, by=world.person("carol"), reason="legal says no")
    world.settle(for_at_least=timedelta(seconds=3))
    assert "blog" not in world.modules_at(world.view().main.head.sha)
