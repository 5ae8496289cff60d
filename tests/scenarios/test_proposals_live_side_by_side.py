"""Several proposals at once, pushes of other people, direct pushes, a platform of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pygit2.enums import FileMode, ObjectType

from controller.core.errors import Denied
from controller.core.ledger.state import Approval
from controller.core.model import BranchName, ProposalState, Sha
from controller.operations.admit import admit
from controller.operations.planning import RequestRefused
from tests.scenarios.story import approve, arrive, install, uninstall
from tests.world.platform_files import configuration
from tests.world.world import PRODUCTION, World


def test_neighbours_are_applied_anew_and_keep_their_approval(world: World) -> None:
    arrive(world, "content")
    blog, comments = install(world, "blog"), install(world, "comments")
    world.settle()
    approve(world, blog)
    approve(world, comments)
    world.settle()
    assert {"blog", "comments"} <= world.serving(PRODUCTION)
    second = world.release_in(PRODUCTION)
    evidence = {e.proposal: e for e in second.commits}[comments.number]
    assert evidence.reviews[0].head == comments.head
    assert evidence.head != comments.head, "it was refreshed after the approval"


def test_somebody_elses_push_voids_the_approval(world: World) -> None:
    blog = install(world, "blog")
    world.settle()
    approve(world, blog)
    files = {"README.md": b"mine\n"}
    head = world.origin.commit(files, parent=blog.head, message="Sneak", author="alice", time=1_800_000_000)
    world.forge.push(blog.branch, head, world.person("alice"))
    world.settle()
    assert world.forge.by_number[blog.number].state is ProposalState.OPEN
    gate = world.forge.gate(head)
    assert gate is not None
    assert "alice pushed to it" in gate.summary


@pytest.mark.parametrize(
    ("ask", "module", "words"),
    [(install, "nowhere", "nowhere"), (uninstall, "auth", "required"), (uninstall, "search", "")],
)
def test_what_cannot_be_is_refused_before_anything_is_opened(world: World, ask, module: str, words: str) -> None:
    if module == "search":
        arrive(world, "blog")
        module, words = "content", "blog"
    with pytest.raises(RequestRefused) as refused:
        ask(world, module)
    assert refused.value.rows
    assert words in f"{refused.value.message} {refused.value.rows}"
    assert not world.proposals(ProposalState.OPEN)


def test_a_conflict_with_an_installed_module_is_refused(world: World) -> None:
    arrive(world, "comments")
    with pytest.raises(RequestRefused) as refused:
        install(world, "forum")
    assert "comments" in f"{refused.value.message} {refused.value.rows}"


def test_a_fork_with_the_bots_branch_name_is_not_taken_for_the_proposal(world: World) -> None:
    first = install(world, "blog")
    world.forge.close_proposal(first, comment="not now")
    head = world.origin.commit({"x": b"x"}, parent=first.head, message="Mine", author="mallory", time=1_800_000_000)
    branch = BranchName(first.branch.removesuffix("-1") + "-2")
    fork = world.forge.open_by(world.person("dave"), branch, head, title="Install blog")
    world.forge.by_number[fork.number] = replace(fork, from_fork=True)
    runs = len(world.forge.runs)
    own = install(world, "blog")
    assert own.number != fork.number
    assert own.author.is_bot
    world.settle()
    assert [run.commit for run in world.forge.runs[runs:]] == [own.head], "a stranger's commit is never built"


@pytest.mark.parametrize("folder", ["crates", "anywhere"])
def test_a_stranger_s_folders_without_end_keep_nobody_waiting(world: World, folder: str) -> None:
    head = nest_folders(world, folder)
    world.forge.open_by(world.person("dave"), BranchName("deep"), head, title="Deep")
    arrive(world, "blog")


def nest_folders(world: World, name: str) -> Sha:
    """A commit on dave's branch whose folders nest deeper than a program may call itself."""
    repository, main = world.origin.repository, world.origin.heads()[BranchName("main")]
    inner = repository.odb.write(ObjectType.TREE, b"100644 Cargo.toml\0" + repository.create_blob(b"x").raw)
    for _ in range(1_500):
        inner = repository.odb.write(ObjectType.TREE, b"40000 a\0" + inner.raw)
    root = repository.TreeBuilder(repository[main].tree)
    root.insert(name, inner, FileMode.TREE)
    head = world.origin.commit({}, parent=main, message="Deep", author="dave", time=1_800_000_000, tree=root.write())
    world.origin.move("deep", head)
    return head


def push_module(world: World) -> Sha:
    """alice writes a consistent install straight onto the default branch."""
    proposal = install(world, "gallery")
    repository = world.origin.repository
    tree = repository[proposal.head].tree
    paths = (
        "modules.toml",
        "Cargo.toml",
        "Cargo.lock",
        "apps/server/Cargo.toml",
        "apps/server/src/modules/generated.rs",
    )
    files: dict[str, bytes | None] = {path: repository[tree[path].id].data for path in paths}
    world.forge.close_proposal(world.forge.by_number[proposal.number], comment="by hand then")
    return world.push_to_main(files, who="alice", message="Install gallery by hand")


def test_a_direct_push_waits_until_somebody_admits_it_with_a_reason(world: World) -> None:
    commit = push_module(world)
    world.settle()
    assert "gallery" not in world.serving(PRODUCTION)
    assert "AwaitsAdmission" in world.conditions()
    with pytest.raises(Denied, match="somebody else has to admit"):
        admit(world.platform, world.view(), commit, by=world.person("alice"), reason="I know it")
    admit(world.platform, world.view(), commit, by=world.person("bob"), reason="looked at it")
    world.settle()
    assert "gallery" in world.serving(PRODUCTION)
    assert world.ledger.admissions[commit].reason == "looked at it"


def test_a_commit_with_half_an_install_gets_a_repair_and_no_release(world: World) -> None:
    text = world.origin.file(world.view().main.head.sha, "modules.toml").decode()
    line = 'gallery = { crate = "platform-gallery", source = "path", path = "crates/platform-gallery" }'
    lines = text.splitlines()
    at = next(i for i, content in enumerate(lines) if content.startswith("search ="))
    half = "\n".join([*lines[: at + 1], line, *lines[at + 1 :]]) + "\n"
    world.push_to_main({"modules.toml": half.encode()}, who="alice", message="Half")
    world.settle()
    assert "GeneratedSourceDiffers" in world.conditions()
    repair = world.proposals(ProposalState.OPEN)[0]
    approve(world, repair)
    world.settle()
    assert world.forge.by_number[repair.number].state is ProposalState.MERGED


def test_one_maintainer_alone_gets_through_where_the_platform_says_solo(world: World) -> None:
    text = configuration(signer=world.signer.public_key, mode="solo")
    world.push_to_main({".modwright/config.yaml": text}, who="alice", message="One maintainer")
    admit(world.platform, world.view(), world.view().main.head.sha, by=world.person("bob"), reason="agreed")
    proposal = install(world, "blog")
    world.settle()
    approve(world, proposal, by="alice")
    world.settle(for_at_least=timedelta(seconds=3))
    assert "blog" in world.serving(PRODUCTION)
    assert world.release_in(PRODUCTION).commits[-1].approval is Approval.SELF_APPROVED


def test_a_ledger_commit_by_no_allowed_key_is_never_state(world: World) -> None:
    arrive(world, "blog")
    head = world.origin.heads()[world.platform.ledger_branch]
    path = f"environments/{PRODUCTION}/state.yaml"
    forged = world.origin.file(head, path).replace(b"forward", b"back")
    commit = world.origin.commit({path: forged}, parent=head, message="Mine", author="mallory", time=1_800_000_000)
    world.origin.move("environments", commit)
    before = world.environment(PRODUCTION)
    assert before.direction.value == "forward"
    arrive(world, "gallery")
    assert "gallery" in world.serving(PRODUCTION)
    log = world.platform.mirror.first_parents(world.origin.heads()[world.platform.ledger_branch])
    assert any(f"Modwright-Recovers: {commit}" in record.message for record in log)


def test_with_the_forge_away_nothing_moves_and_nothing_is_lost(world: World) -> None:
    proposal = install(world, "blog")
    world.settle()
    approve(world, proposal)
    world.forge.is_away = True
    for _ in range(5):
        world.loop.tick()
    assert "ForgeUnknown" in world.conditions()
    world.forge.is_away = False
    world.settle()
    assert "blog" in world.serving(PRODUCTION)
    assert replace(proposal).number == proposal.number
