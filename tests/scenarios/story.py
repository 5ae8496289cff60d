"""The verbs in which scenarios are told."""

from __future__ import annotations

from codegen import Install, Uninstall
from controller.core.model import ForgeProposal, ProposalState
from controller.core.requests import Request
from tests.world.world import World, module


def install(world: World, name: str, *, by: str = "alice", reason: str = "people want it") -> ForgeProposal:
    """Somebody asks for a module; answers the open proposal."""
    return _open(world, Request("change", world.person(by), reason, (Install(module(name)),)))


def uninstall(world: World, name: str, *, by: str = "alice") -> ForgeProposal:
    """Somebody asks to take a module out."""
    return _open(world, Request("change", world.person(by), "nobody uses it", (Uninstall(module(name)),)))


def approve(world: World, proposal: ForgeProposal, *, by: str = "bob") -> None:
    """Somebody approves what the proposal shows now."""
    world.forge.review(proposal.number, by)


def arrive(world: World, name: str) -> ForgeProposal:
    """A module all the way to production."""
    proposal = install(world, name)
    world.settle()
    approve(world, proposal)
    world.settle()
    return world.forge.by_number[proposal.number]


def merged_titles(world: World) -> list[str]:
    """What is on the default branch, oldest first."""
    return [proposal.title for proposal in world.proposals(ProposalState.MERGED)]


def _open(world: World, request: Request) -> ForgeProposal:
    opened = world.ask(request)
    assert opened.proposal is not None
    return opened.proposal
