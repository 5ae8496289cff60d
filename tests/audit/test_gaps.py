"""Each kind of gap, in a world whose git history has it; and an honest one that has none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pygit2

from controller.adapters.git import Author
from controller.core.audit.verifying import GapKind, Standing
from controller.core.holds import on_a_persons_word
from controller.core.ledger import transitions
from controller.core.ledger.state import Approval, LedgerState
from controller.core.model import BranchName, ForgeProposal, MainCommit, ReleaseId, Sha
from controller.operations.admit import admit
from controller.operations.roll_back import roll_back
from tests.audit.judging import (
    LEDGER,
    changed,
    digest,
    evidence_of,
    judged,
    keep,
    kinds,
    move,
    push_tree,
    release_of,
    the,
)
from tests.audit.judging import write as write_step
from tests.scenarios.story import approve, arrive, install, uninstall
from tests.world.world import PRODUCTION, STAGING, World

_AUTHOR = Author("modwright", "modwright@example.invalid")
GENERATED = "apps/server/src/modules/generated.rs"


def ready(world: World, name: str) -> ForgeProposal:
    """A proposal that is built and waits for its approval."""
    proposal = install(world, name)
    world.settle()
    return world.forge.by_number[proposal.number]


def pushed(world: World) -> MainCommit:
    """A push of what a proposal would have brought, as git has it."""
    commit = push_tree(world, ready(world, "blog").head)
    found = world.view().main.get(commit)
    assert found is not None
    return found


def test_an_honest_story_of_installs_failures_reverts_and_removals_has_no_gap(world: World) -> None:
    arrive(world, "blog")
    world.prober.unwell.add(("production", "reviews"))
    arrive(world, "reviews")
    world.prober.unwell.clear()
    arrive(world, "gallery")
    taken = uninstall(world, "blog")
    world.settle()
    approve(world, taken)
    world.settle()
    world.push_to_main({"README.md": b"more\n"}, who="dave", message="Say more")
    roll_back(world.platform, world.view(), PRODUCTION, to=None, by=world.person("carol"), reason="customers complain")
    world.settle(for_at_least=timedelta(seconds=5))
    assert judged(world) == ()


def test_a_merge_that_nobody_approved_is_named_until_it_is_admitted(world: World) -> None:
    proposal = ready(world, "blog")
    commit = world.forge.merge_as(world.person("alice"), proposal, title="Install blog (#1)", message="")
    world.settle()
    found = the(judged(world), GapKind.UNAPPROVED_MERGE)
    assert (found.about, found.standing) == (commit, Standing.OPEN)
    assert f"#{proposal.number}" in found.says

    admit(world.platform, world.view(), commit, by=world.person("bob"), reason="looked at it")
    world.settle()
    found = the(judged(world), GapKind.UNAPPROVED_MERGE)
    assert found.standing is Standing.ANSWERED
    assert "bob" in found.answer
    assert "looked at it" in found.answer


def test_a_push_to_the_composition_is_named_until_it_is_admitted(world: World) -> None:
    commit = push_tree(world, ready(world, "blog").head)
    assert the(judged(world), GapKind.DIRECT_PUSH).standing is Standing.OPEN
    world.settle()
    assert the(judged(world), GapKind.DIRECT_PUSH).standing is Standing.OPEN

    admit(world.platform, world.view(), commit, by=world.person("bob"), reason="looked at it")
    world.settle()
    assert {gap.standing for gap in judged(world)} == {Standing.ANSWERED}


def test_a_push_that_changes_no_composition_is_none_of_ours(world: World) -> None:
    world.push_to_main({"README.md": b"more\n"}, who="dave", message="Say more")
    world.settle()
    assert judged(world) == ()


def test_a_merge_that_is_in_no_release_yet_is_pending_and_not_well(world: World) -> None:
    push_tree(world, ready(world, "blog").head, message="Install blog (#1)")
    found = the(judged(world), GapKind.UNAPPROVED_MERGE)
    assert found.standing is Standing.PENDING


def test_an_approval_of_another_change_does_not_fit(world: World) -> None:
    commit = pushed(world)
    seen = evidence_of(commit, world.person("alice"), world.person("bob"), fingerprint="f" * 64)
    keep(world, release_of(world, commit.sha, commits=(seen,)))
    found = [gap for gap in judged(world) if gap.kind is GapKind.APPROVAL_DOES_NOT_FIT]
    assert [gap.about for gap in found] == [commit.sha]
    assert "ffffffffffff" in found[0].says


def test_an_approval_on_another_head_than_the_merge_names_does_not_fit(world: World) -> None:
    message = f"Install blog (#1)\n\nModwright-Reviewed-Head: {'8' * 40}\n"
    commit = push_tree(world, ready(world, "blog").head, message=message)
    keep(world, release_of(world, commit))
    assert "888888888888" in the(judged(world), GapKind.APPROVAL_DOES_NOT_FIT).says


def test_evidence_that_tells_of_other_modules_does_not_fit(world: World) -> None:
    commit = pushed(world)
    seen = evidence_of(commit, world.person("alice"), world.person("bob"), added=("content",))
    keep(world, release_of(world, commit.sha, commits=(seen,)))
    assert "git of blog, content" in the(judged(world), GapKind.APPROVAL_DOES_NOT_FIT).says


def test_an_approval_of_ones_own_is_none(world: World) -> None:
    commit = pushed(world)
    seen = evidence_of(commit, world.person("alice"), world.person("alice"))
    keep(world, release_of(world, commit.sha, commits=(seen,)))
    assert "0 are kept" in the(judged(world), GapKind.UNAPPROVED_MERGE).says


def test_an_inverse_that_takes_nothing_out_is_not_approved(world: World) -> None:
    commit = pushed(world)
    seen = evidence_of(commit, world.person("alice"), world.person("bob"), approval=Approval.INVERSE)
    keep(world, release_of(world, commit.sha, commits=(seen,)))
    assert "takes out nothing" in the(judged(world), GapKind.UNAPPROVED_MERGE).says


def test_source_edited_by_hand_is_named_until_it_is_mended(world: World) -> None:
    head = world.origin.heads()[BranchName("main")]
    before = world.origin.file(head, GENERATED)
    world.push_to_main({GENERATED: before + b"// mine\n"}, who="alice", message="Edit")
    found = the(judged(world), GapKind.HAND_EDITED_SOURCE)
    assert found.standing is Standing.OPEN
    assert GENERATED in found.says
    world.push_to_main({GENERATED: before}, who="alice", message="Put it back")
    assert the(judged(world), GapKind.HAND_EDITED_SOURCE).standing is Standing.ANSWERED


def test_an_image_that_no_build_explains_is_named(world: World) -> None:
    arrive(world, "blog")
    commit = push_tree(world, ready(world, "gallery").head)
    keep(world, release_of(world, commit, digest=digest("e")))
    assert GapKind.UNEXPLAINED_DIGEST in kinds(judged(world))


def test_a_release_with_another_tree_than_its_commit_has_is_named(world: World) -> None:
    commit = push_tree(world, ready(world, "blog").head)
    first = world.release_in(STAGING)
    keep(world, release_of(world, commit, input_tree=first.input_tree, created_at=first.created_at + timedelta(1)))
    assert "names the input tree" in the(judged(world), GapKind.UNEXPLAINED_DIGEST).says


def test_an_overlay_with_another_digest_than_the_release_is_named(world: World) -> None:
    arrive(world, "blog")
    release = world.release_in(STAGING)
    path = f"environments/{STAGING}/kustomization.yaml"
    head = world.origin.heads()[LEDGER]
    text = world.origin.file(head, path).replace(release.digest.encode(), digest("e").encode())
    state = f"environments/{STAGING}/state.yaml"
    since = world.environment(STAGING).since
    assert since is not None
    old, new = (moment.isoformat().replace("+00:00", "Z") for moment in (since, since + timedelta(seconds=9)))
    moved = world.origin.file(head, state).replace(old.encode(), new.encode())
    commit = world.platform.mirror.write_commit(
        parents=(world.view().ledger.head or head,),
        changes={path: text, state: moved},
        base_tree=world.platform.mirror.commit(head).tree,
        message="Promote",
        author=_AUTHOR,
        when=world.clock(),
        sign=world.signer.sign,
    )
    world.platform.mirror.push(LEDGER, commit, expected=head)
    assert "of another image" in the(judged(world), GapKind.UNEXPLAINED_DIGEST).says


def test_what_the_builds_branch_would_explain_is_unknown_without_it(world: World) -> None:
    world.origin.delete("builds")
    gaps = judged(world)
    assert kinds(gaps) == set()
    assert kinds(gaps, Standing.UNKNOWN) == {GapKind.UNEXPLAINED_DIGEST}


def test_a_release_that_tells_another_composition_does_not_fit(world: World) -> None:
    commit = push_tree(world, ready(world, "blog").head)
    keep(world, release_of(world, commit, modules=("auth",)))
    assert "they differ in" in the(judged(world), GapKind.RELEASE_DOES_NOT_FIT).says


def test_a_release_that_was_changed_after_it_was_made_is_named(world: World) -> None:
    arrive(world, "blog")
    release = world.release_in(PRODUCTION)
    write_step(world, lambda state: changed(state, release, build=None))
    assert the(judged(world), GapKind.RELEASE_CHANGED).about == release.id


def test_a_release_that_is_not_on_the_branch_any_more_is_named(world: World) -> None:
    before = world.origin.heads()[BranchName("main")]
    arrive(world, "blog")
    release = world.release_in(PRODUCTION)
    world.origin.move("main", before)
    assert the(judged(world), GapKind.RELEASE_NOT_ON_BRANCH).about == release.id


def test_a_promotion_to_no_release_is_named(world: World) -> None:
    def moved(state: LedgerState) -> LedgerState:
        production = replace(state.environments[PRODUCTION], release=ReleaseId("rel_unknown"), since=world.clock())
        return replace(state, environments={**state.environments, PRODUCTION: production})

    write_step(world, moved)
    found = the(judged(world), GapKind.PROMOTION_WITHOUT_RELEASE)
    assert (found.about, found.environment) == ("rel_unknown", PRODUCTION)


def test_a_promotion_past_the_environment_before_is_named_and_a_persons_is_answered(world: World) -> None:
    proposal = ready(world, "blog")
    approve(world, proposal)
    while not (new := [r for r in world.ledger.releases.values() if "blog" in r.modules]):
        world.tick()
    move(world, PRODUCTION, new[0].id)
    found = the(judged(world), GapKind.SKIPPED_ORDER)
    assert (found.standing, found.environment) == (Standing.OPEN, PRODUCTION)
    world.clock.advance(timedelta(seconds=1))
    move(world, PRODUCTION, new[0].id, by=world.person("carol"))
    skipped = [gap.standing for gap in judged(world) if gap.kind is GapKind.SKIPPED_ORDER]
    assert skipped == [Standing.OPEN, Standing.ANSWERED]


def test_a_promotion_past_a_hold_without_the_revert_is_named(world: World) -> None:
    arrive(world, "blog")
    release = world.release_in(PRODUCTION)
    held = on_a_persons_word(
        (release.commit,), by=world.person("carol"), reason="slow", at=world.clock(), judgement="her word"
    )
    world.clock.advance(timedelta(seconds=1))
    move(world, PRODUCTION, release.id, also=lambda state: transitions.put_hold(state, held))
    assert held.id in the(judged(world), GapKind.REVERT_MISSING).says


def test_an_unsigned_commit_of_the_ledger_is_named_until_a_signed_one_stands_on_it(world: World) -> None:
    head = world.origin.heads()[LEDGER]
    meddled = world.origin.commit(
        {"environments/production/state.yaml": b"{}\n"}, parent=head, message="Nothing", author="mallory", time=1
    )
    world.origin.move(LEDGER, meddled)
    found = the(judged(world), GapKind.UNSIGNED_LEDGER_COMMIT)
    assert (found.about, found.standing) == (meddled, Standing.OPEN)
    arrive(world, "blog")
    assert the(judged(world), GapKind.UNSIGNED_LEDGER_COMMIT).standing is Standing.ANSWERED


def test_a_ledger_that_does_not_go_on_from_a_known_head_is_rewritten(world: World) -> None:
    earlier = world.origin.heads()[LEDGER]
    arrive(world, "blog")
    newest = world.origin.heads()[LEDGER]
    assert judged(world, known_heads=(earlier, newest)) == ()
    world.origin.move(LEDGER, earlier)
    found = the(judged(world, known_heads=(earlier, newest)), GapKind.LEDGER_REWRITTEN)
    assert found.about == newest
    assert GapKind.LEDGER_REWRITTEN in kinds(judged(world, known_heads=(Sha("9" * 40),)))


def test_a_ledger_with_a_fork_is_rewritten_and_judged_up_to_it(world: World) -> None:
    head = world.origin.heads()[LEDGER]
    older = world.origin.parents(head)[0]
    repository = world.origin.repository
    who = pygit2.Signature("modwright", "m@example.invalid", 1, 0)
    tree = repository[pygit2.Oid(hex=head)].tree_id
    forked = repository.create_commit(None, who, who, "Merge", tree, [pygit2.Oid(hex=head), pygit2.Oid(hex=older)])
    world.origin.move(LEDGER, Sha(str(forked)))
    gaps = judged(world)
    assert kinds(gaps) == {GapKind.LEDGER_REWRITTEN}
    assert gaps[0].about == str(forked)
