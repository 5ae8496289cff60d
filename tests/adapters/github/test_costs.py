"""What the forge is asked: few writes for a proposal, nothing that counts while nothing changes."""

from __future__ import annotations

import time
from datetime import timedelta

from controller.adapters.github import AppCredentials, GitHubForge
from controller.core.model import BranchName
from tests.contract.forge_contract import GOOD_TREE, Asked
from tests.support.sandbox_world import SandboxWorld


def test_a_proposal_is_at_most_five_calls_that_create(world: SandboxWorld) -> None:
    base = world.head("main")
    world.sandbox.calls()
    world.forge.open_proposal(Asked().on(base))
    counted = world.sandbox.calls()
    assert counted["content_creating"] <= 5, counted


def test_a_look_at_a_forge_where_nothing_changed_is_four_free_calls(world: SandboxWorld) -> None:
    proposal = world.forge.open_proposal(Asked().on(world.head("main")))
    world.comment(proposal.number, "/modwright revert")
    world.forge.dispatch_build(commit=proposal.head, input_tree=GOOD_TREE)
    world.eventually(lambda: next((one for one in world.forge.builds() if one.digest), None))

    def look() -> tuple[object, ...]:
        forge = world.forge
        return forge.heads(), forge.proposals(), forge.builds(), forge.commands()

    first = look()
    world.sandbox.calls()
    assert look() == first
    counted = world.sandbox.calls()
    assert (counted["free"], counted["counted"], counted["graphql"]) == (4, 0, 0), counted


def test_writes_wait_for_each_other_and_reads_do_not(world: SandboxWorld) -> None:
    pacing = timedelta(milliseconds=80)
    forge = GitHubForge(
        repository=world.repository,
        credentials=AppCredentials(app_id=7, private_key=world.sandbox.key),
        default_branch=BranchName("main"),
        api=world.sandbox.api,
        pacing=pacing,
    )
    begun = time.monotonic()
    forge.open_proposal(Asked().on(world.head("main")))
    assert time.monotonic() - begun >= 3 * pacing.total_seconds()
