"""What a controller that was killed has left behind is taken up, and nobody's work is lost over it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from controller.core.errors import Conflict
from controller.core.model import BuildStatus, Sha
from tests.contract.forge_contract import BRANCH, GOOD_TREE, Asked
from tests.support.sandbox_world import SandboxWorld


def test_a_branch_that_got_no_commit_is_moved_to_the_new_base(world: SandboxWorld) -> None:
    world.somebody("alice").branch(BRANCH, world.head("main"))
    base = world.push("main", "other.txt", "1")
    proposal = world.forge.open_proposal(Asked().on(base))
    compared = world.somebody("alice").ask("GET", f"/compare/main...{BRANCH}")
    assert (compared["ahead_by"], compared["behind_by"], proposal.head) == (1, 0, world.head(BRANCH))


def test_a_commit_that_got_no_pull_request_is_adopted_though_main_moved(world: SandboxWorld) -> None:
    old = world.head("main")
    first = world.forge.open_proposal(Asked().on(old))
    world.somebody("alice").ask("PATCH", f"/pulls/{first.number}", {"state": "closed"})
    base = world.push("main", "other.txt", "1")
    second = world.another_forge().open_proposal(Asked().on(base))
    assert (second.head, second.number) == (first.head, first.number + 1)


def test_a_scratch_branch_that_was_left_is_used_and_removed(world: SandboxWorld) -> None:
    proposal = world.forge.open_proposal(Asked().on(world.head("main")))
    base = Sha(world.push("main", "other.txt", "1"))
    world.somebody("alice").branch(f"modwright/scratch/{proposal.number}-{base[:12]}", base)
    head = world.forge.refresh_proposal(proposal, base=base, commit=Asked().commit(), body="Anew")
    assert world.head(BRANCH) == head
    assert not [name for name in world.forge.heads() if "scratch" in name]


def test_another_message_on_the_branch_is_not_adopted(world: SandboxWorld) -> None:
    base = world.head("main")
    world.forge.open_proposal(Asked().on(base))
    with pytest.raises(Conflict):
        world.forge.open_proposal(replace(Asked(), message="Install something else").on(base))


def test_a_run_that_a_person_dispatched_is_no_build(world: SandboxWorld) -> None:
    commit = world.head("main")
    body = {"ref": "main", "inputs": {"commit": commit, "input_tree": GOOD_TREE}}
    world.somebody("alice").ask("POST", "/actions/workflows/modwright-image.yml/dispatches", body)
    assert world.forge.builds() == ()
    build = world.forge.dispatch_build(commit=Sha(commit), input_tree=GOOD_TREE)
    ended = world.eventually(lambda: next((one for one in world.forge.builds() if one.status.has_ended), None))
    assert (ended.id, ended.status) == (build.id, BuildStatus.SUCCEEDED)
