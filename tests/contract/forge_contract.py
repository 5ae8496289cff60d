"""
What every `Forge` does, as one suite.

A subclass gives a `world` fixture: the forge of one fresh repository (protected `main`, one commit, an image workflow)
and what people do there. It runs over the real adapter with the sandbox behind it, and over the in-memory world, so that
the stand-in cannot drift from the real thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import pytest

from controller.core.errors import Conflict, Terminal
from controller.core.model import (
    Annotation,
    BranchName,
    BuildStatus,
    ForgeProposal,
    GateReport,
    GateStatus,
    ProposalNumber,
    ProposalState,
    ReviewState,
    Sha,
    TreeId,
    UserId,
)
from controller.core.names import build_id
from controller.ports import CommitOnBranch, DeploymentNote, Forge, NewProposal

T = TypeVar("T")

MAIN = BranchName("main")
BRANCH = BranchName("modwright/install/blog-0a1b2c3d-1")
GOOD_TREE, BROKEN_TREE = TreeId("a" * 40), TreeId("b" * 40)
NOWHERE = Sha("0" * 40)


class ForgeWorld(Protocol):
    """A repository with its people. `login` is one of alice (1001, admin), bob (1002), carol (1003)."""

    forge: Forge

    def head(self, branch: str) -> str:
        """Where a branch stands."""

    def push(self, branch: str, path: str, content: str, *, login: str = "alice") -> str:
        """Somebody's own commit on a branch."""

    def review(self, number: int, event: str, *, login: str) -> None:
        """`APPROVE`, `REQUEST_CHANGES` or `COMMENT`."""

    def comment(self, number: int, body: str, *, login: str = "alice") -> int:
        """Somebody comments."""

    def file(self, branch: str, path: str) -> bytes | None:
        """A file on a branch."""

    def eventually(self, look: Callable[[], T | None]) -> T:
        """What `look` finds once the forge's own work (a run) has got that far. A tree of `b`s does not compile."""


@dataclass(frozen=True)
class Asked:
    """A proposal that the tests open."""

    branch: BranchName = BRANCH
    message: str = "Install blog\n\nAsked by alice.\n\nModwright-Kind: install\n"
    content: bytes = b"schema = 2\nblog = 1\n"

    def on(self, base: str) -> NewProposal:
        """The proposal on that commit of main."""
        waiting = GateReport(head=NOWHERE, status=GateStatus.WAITING, title="Waiting", summary="for a build")
        return NewProposal(
            branch=self.branch,
            base_branch=MAIN,
            base=Sha(base),
            commit=self.commit(),
            title="Install blog",
            body="What it changes",
            label="modwright",
            gate=waiting,
        )

    def commit(self) -> CommitOnBranch:
        """Its commit."""
        return CommitOnBranch(message=self.message, files={"modules.toml": self.content, "generated.rs": b"// x\n"})


class ForgeContract:
    """The suite."""

    @pytest.fixture
    def world(self) -> ForgeWorld:
        """Given by the subclass."""
        raise NotImplementedError

    def open(self, world: ForgeWorld, asked: Asked | None = None) -> ForgeProposal:
        return world.forge.open_proposal((asked or Asked()).on(world.head("main")))

    def pass_gate(self, world: ForgeWorld, head: Sha) -> GateReport:
        report = GateReport(head=head, status=GateStatus.PASSED, title="Agrees", summary="all is well")
        return world.forge.write_gate(report)

    def merged(self, world: ForgeWorld) -> tuple[ForgeProposal, Sha]:
        opened = self.open(world)
        self.pass_gate(world, opened.head)
        return opened, world.forge.merge_proposal(opened, title="Install blog", message="Asked by alice.")

    def test_heads_are_all_branches(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        assert world.forge.heads() == {MAIN: world.head("main"), BRANCH: opened.head}

    def test_an_opened_proposal_is_listed_with_its_commit_and_gate(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        assert (opened.branch, opened.base_branch, opened.state) == (BRANCH, MAIN, ProposalState.OPEN)
        assert (opened.title, opened.body, opened.from_fork) == ("Install blog", "What it changes", False)
        assert opened.author == world.forge.bot
        assert opened.author.is_bot
        assert world.forge.proposals() == (opened,)
        assert world.file(BRANCH, "modules.toml") == Asked().content
        gate = world.forge.gate(opened.head)
        assert gate is not None
        assert (gate.status, gate.title, gate.summary, gate.head) == (
            GateStatus.WAITING,
            "Waiting",
            "for a build",
            opened.head,
        )

    def test_opening_the_same_proposal_again_adopts_it(self, world: ForgeWorld) -> None:
        base = world.head("main")
        first = world.forge.open_proposal(Asked().on(base))
        assert world.forge.open_proposal(Asked().on(base)) == first
        assert len(world.forge.proposals()) == 1

    def test_opening_on_a_branch_with_somebody_elses_commit_is_a_conflict(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        world.push(BRANCH, "modules.toml", "mine", login="alice")
        with pytest.raises(Conflict):
            world.forge.open_proposal(Asked().on(world.head("main")))
        assert world.head(BRANCH) != opened.head

    def test_reviews_tell_who_what_and_for_which_head(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        world.review(opened.number, "APPROVE", login="bob")
        world.review(opened.number, "REQUEST_CHANGES", login="carol")
        reviews = world.forge.reviews(opened.number)
        assert [(one.reviewer.login, one.reviewer.id, one.state, one.commit) for one in reviews] == [
            ("bob", UserId(1002), ReviewState.APPROVED, opened.head),
            ("carol", UserId(1003), ReviewState.CHANGES_REQUESTED, opened.head),
        ]

    def test_pushes_tell_who_moved_the_branch_whatever_a_commit_says(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        pushed = world.push(BRANCH, "x.txt", "1", login="bob")
        moves = world.forge.pushes(BRANCH)
        assert (moves[-1].after, moves[-1].actor.id) == (pushed, UserId(1002))
        assert (moves[-2].after, moves[-2].actor) == (opened.head, world.forge.bot)

    def test_a_refresh_puts_the_commit_onto_the_new_base(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        base = Sha(world.push("main", "other.txt", "1", login="alice"))
        head = world.forge.refresh_proposal(opened, base=base, commit=Asked().commit(), body="Anew")
        assert world.head(BRANCH) == head
        assert world.file(BRANCH, "other.txt") == b"1"
        assert set(world.forge.heads()) == {MAIN, BRANCH}
        (found,) = world.forge.proposals()
        assert (found.number, found.head, found.body) == (opened.number, head, "Anew")

    def test_a_refresh_that_was_done_is_done(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        base = Sha(world.push("main", "other.txt", "1", login="alice"))
        head = world.forge.refresh_proposal(opened, base=base, commit=Asked().commit(), body="Anew")
        assert world.forge.refresh_proposal(opened, base=base, commit=Asked().commit(), body="Anew") == head

    def test_a_refresh_over_somebodys_push_is_a_conflict_and_keeps_it(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        base = Sha(world.push("main", "other.txt", "1", login="alice"))
        pushed = world.push(BRANCH, "x.txt", "1", login="bob")
        with pytest.raises(Conflict):
            world.forge.refresh_proposal(opened, base=base, commit=Asked().commit(), body="Anew")
        assert world.head(BRANCH) == pushed

    def test_a_merge_is_a_squash_and_its_proposal_is_found_by_its_commit(self, world: ForgeWorld) -> None:
        opened, commit = self.merged(world)
        assert world.head("main") == commit
        found = world.forge.proposal_of(commit)
        assert found is not None
        assert (found.number, found.state, found.merged_commit) == (opened.number, ProposalState.MERGED, commit)
        assert found.merged_by == world.forge.bot
        assert found.closed_at is not None
        assert world.forge.proposal_of(Sha(world.push("main", "y.txt", "1", login="alice"))) is None

    def test_a_merge_that_was_done_answers_its_commit(self, world: ForgeWorld) -> None:
        opened, commit = self.merged(world)
        assert world.forge.merge_proposal(opened, title="Install blog", message="x") == commit

    def test_a_merge_of_another_head_is_a_conflict(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        self.pass_gate(world, opened.head)
        world.push(BRANCH, "x.txt", "1", login="bob")
        with pytest.raises(Conflict):
            world.forge.merge_proposal(opened, title="Install blog", message="x")

    def test_a_merge_without_the_required_gate_is_refused(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        with pytest.raises(Terminal) as refused:
            world.forge.merge_proposal(opened, title="Install blog", message="x")
        assert refused.value.reason == "BranchProtected"
        assert world.forge.proposals()[0].state is ProposalState.OPEN

    def test_a_closed_proposal_has_no_branch_and_closing_again_does_nothing(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        world.forge.close_proposal(opened, comment="Not wanted any more.")
        world.forge.close_proposal(opened, comment="Not wanted any more.")
        (found,) = world.forge.proposals()
        assert found.state is ProposalState.CLOSED
        assert set(world.forge.heads()) == {MAIN}

    def test_the_gate_is_changed_and_the_newest_counts(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        failed = GateReport(
            head=opened.head,
            status=GateStatus.FAILED,
            title="Does not compile",
            summary="blog: src/lib.rs:3",
            annotations=(Annotation(path="modules.toml", line=1, title="E0308", message="mismatched types"),),
        )
        written = world.forge.write_gate(failed)
        assert written.id is not None
        assert written.says_the_same(failed)
        assert self.pass_gate(world, opened.head).status is GateStatus.PASSED
        again = world.forge.write_gate(replace(failed, status=GateStatus.WAITING, annotations=()))
        found = world.forge.gate(opened.head)
        assert found is not None
        assert found == again
        assert found.status is GateStatus.WAITING

    def test_there_is_no_gate_where_none_was_written(self, world: ForgeWorld) -> None:
        assert world.forge.gate(Sha(world.head("main"))) is None

    def test_a_command_is_told_until_it_is_answered(self, world: ForgeWorld) -> None:
        opened = self.open(world)
        world.comment(opened.number, "please /modwright revert", login="bob")
        asked = world.comment(opened.number, "/modwright revert it is slow\nand more", login="bob")
        world.comment(opened.number, "/modwright dance", login="bob")
        (command,) = world.forge.commands()
        assert (command.comment, command.proposal, command.verb, command.reason, command.author.id) == (
            asked,
            opened.number,
            "revert",
            "it is slow",
            UserId(1002),
        )
        marker = f"<!-- modwright:command:{asked} -->"
        world.comment(opened.number, f"I say it is done {marker}", login="carol")
        assert len(world.forge.commands()) == 1
        world.forge.comment(ProposalNumber(opened.number), "Reverting.", marker=marker)
        assert world.forge.commands() == ()

    def test_a_person_is_known_by_number(self, world: ForgeWorld) -> None:
        assert world.forge.person("bob").id == 1002
        with pytest.raises(Terminal) as refused:
            world.forge.person("nobody-at-all")
        assert refused.value.reason == "NotFound"

    def test_a_team_has_members_and_one_that_is_not_there_has_not_none(self, world: ForgeWorld) -> None:
        assert world.forge.members_of("acme/platform") == {"alice", "carol"}
        with pytest.raises(Terminal) as refused:
            world.forge.members_of("acme/nobody")
        assert refused.value.reason == "NotFound"

    def test_a_build_is_dispatched_once_and_tells_its_digest(self, world: ForgeWorld) -> None:
        commit = Sha(world.head("main"))
        build = world.forge.dispatch_build(commit=commit, input_tree=GOOD_TREE)
        assert (build.input_tree, build.commit, build.digest) == (GOOD_TREE, commit, None)
        if not build.status.has_ended:
            assert world.forge.dispatch_build(commit=commit, input_tree=GOOD_TREE).id == build.id
        ended = world.eventually(lambda: next((one for one in world.forge.builds() if one.status.has_ended), None))
        assert (ended.id, ended.status) == (build.id, BuildStatus.SUCCEEDED)
        assert ended.digest is not None
        assert ended.digest.startswith("sha256:")
        assert ended.finished_at is not None
        whole = world.forge.build_log(build.id)
        assert b"compiling" in whole
        assert world.forge.build_log(build.id, offset=10) == whole[10:]

    def test_a_builds_stages_are_told_with_their_steps_and_times(self, world: ForgeWorld) -> None:
        build = world.forge.dispatch_build(commit=Sha(world.head("main")), input_tree=GOOD_TREE)
        world.eventually(lambda: next((one for one in world.forge.builds() if one.status.has_ended), None))
        stages = world.forge.build_stages(build.id)
        assert [stage.name for stage in stages] == ["build", "publish"]
        assert all(stage.status is BuildStatus.SUCCEEDED and stage.steps for stage in stages)
        assert all(stage.started_at and stage.finished_at for stage in stages)
        assert world.forge.build_stages(build_id(999_999_999, 1)) == ()

    def test_a_build_that_does_not_compile_names_the_place(self, world: ForgeWorld) -> None:
        build = world.forge.dispatch_build(commit=Sha(world.head("main")), input_tree=BROKEN_TREE)
        ended = world.eventually(lambda: next((one for one in world.forge.builds() if one.status.has_ended), None))
        assert (ended.id, ended.status, ended.digest) == (build.id, BuildStatus.FAILED, None)
        assert [(one.path, one.line, one.title, one.message) for one in ended.errors] == [
            ("src/lib.rs", 3, "E0308", "mismatched types")
        ]
        world.forge.cancel_build(build.id)

    def test_a_promotion_is_announced_as_often_as_wanted(self, world: ForgeWorld) -> None:
        _opened, commit = self.merged(world)
        note = DeploymentNote(
            environment="staging",  # type: ignore[arg-type]
            release="rel_20260301_0123456789ab",
            commit=commit,
            state="in_progress",
            description="Rolling out",
            url="http://127.0.0.1:1/",
        )
        world.forge.announce(note)
        world.forge.announce(note)
        world.forge.announce(replace(note, state="success", description="Verified"))

    def test_a_push_token_is_given(self, world: ForgeWorld) -> None:
        assert world.forge.push_token()
