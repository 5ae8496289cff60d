"""The way of a change, from asking to production."""

from __future__ import annotations

from controller.core.ledger.state import Approval, VerificationState
from controller.core.model import GateStatus, ProposalState
from tests.scenarios.story import approve, arrive, install
from tests.world.world import PRODUCTION, STAGING, World


def test_the_first_release_runs_everywhere(world: World) -> None:
    assert world.serving(STAGING) == world.serving(PRODUCTION) == {"auth", "events", "search"}
    assert world.environment(PRODUCTION).verification.state is VerificationState.PASSED


def test_an_approved_install_reaches_production_with_what_it_needs(world: World) -> None:
    arrive(world, "blog")
    assert {"blog", "content"} <= world.serving(PRODUCTION)
    assert world.serving(STAGING) == world.serving(PRODUCTION)


def test_nothing_merges_before_somebody_else_approved(world: World) -> None:
    proposal = install(world, "blog")
    approve(world, proposal, by="alice")
    world.settle()
    assert world.forge.by_number[proposal.number].state is ProposalState.OPEN
    gate = world.forge.gate(world.forge.by_number[proposal.number].head)
    assert gate is not None
    assert gate.status is GateStatus.WAITING
    assert "other than alice" in gate.title


def test_the_image_of_the_candidate_is_the_image_of_the_release(world: World) -> None:
    runs = len(world.forge.runs)
    arrive(world, "blog")
    assert len(world.forge.runs) == runs + 1


def test_the_release_keeps_the_evidence(world: World) -> None:
    proposal = arrive(world, "blog")
    evidence = world.release_in(PRODUCTION).commits[-1]
    assert evidence.approval is Approval.REVIEWED
    assert evidence.proposal == proposal.number
    assert [review.reviewer.login for review in evidence.reviews] == ["bob"]
    assert evidence.requested_by == world.person("alice")


def test_the_same_request_is_the_same_proposal(world: World) -> None:
    first = install(world, "blog")
    assert install(world, "blog", by="bob").number == first.number
