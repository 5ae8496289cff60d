"""What somebody with the controller's key could write to look well: each is named all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from controller.adapters.git import Author
from controller.core.audit.verifying import Gap, GapKind, Standing
from controller.core.holds import on_a_persons_word
from controller.core.ledger import transitions
from controller.core.ledger.state import Admission, Approval, Direction, Freeze, LedgerState, Release
from controller.core.model import AUTOMATION, EnvironmentName, MainCommit, Person
from tests.audit.judging import (
    LEDGER,
    digest,
    evidence_of,
    judged,
    keep,
    move,
    push_tree,
    release_of,
    the,
)
from tests.audit.judging import write as write_step
from tests.audit.test_gaps import pushed, ready
from tests.scenarios.story import approve, arrive
from tests.world.world import PRODUCTION, STAGING, World


def kept(world: World, commit: MainCommit, **fields: Any) -> Release:
    """The ledger gets a release of the commit, with that evidence of it."""
    asked, reviewer = (fields.pop(name, None) for name in ("asked", "reviewer"))
    seen = evidence_of(commit, asked or world.person("alice"), reviewer or world.person("bob"), **fields)
    release = release_of(world, commit.sha, commits=(seen,))
    keep(world, release)
    return release


def objection(world: World) -> str:
    found = the(judged(world), GapKind.UNAPPROVED_MERGE)
    assert found.standing is Standing.OPEN
    return found.says


def released(world: World) -> Release:
    """A release of an approved change that no environment has yet."""
    approve(world, ready(world, "blog"))
    while not (new := [r for r in world.ledger.releases.values() if "blog" in r.modules]):
        world.tick()
    return new[0]


def sign(world: World, changes: dict[str, bytes | None]) -> None:
    """A step of the ledger that changes files by hand, signed by the controller's key."""
    head = world.origin.heads()[LEDGER]
    commit = world.platform.mirror.write_commit(
        parents=(world.view().ledger.head or head,),
        changes=changes,
        base_tree=world.platform.mirror.commit(head).tree,
        message="Nothing of note",
        author=Author("modwright", "modwright@example.invalid"),
        when=world.clock(),
        sign=world.signer.sign,
    )
    world.platform.mirror.push(LEDGER, commit, expected=head)


def with_environment(state: LedgerState, name: str, **fields: Any) -> LedgerState:
    changed = {each: replace(e, **fields) if each == name else e for each, e in state.environments.items()}
    return replace(state, environments=changed)


# --- evidence -----------------------------------------------------------------------------------------------------


def test_what_is_called_adopted_in_the_middle_is_not_approved(world: World) -> None:
    kept(world, pushed(world), approval=Approval.ADOPTED, reviews=())
    assert "called adopted" in objection(world)


def test_self_approval_where_two_people_are_needed_is_none(world: World) -> None:
    kept(world, pushed(world), approval=Approval.SELF_APPROVED, reviewer=world.person("alice"))
    assert "none of a single person" in objection(world)


@pytest.mark.parametrize("reviewer", [Person("ghost"), AUTOMATION, "dave"])
def test_a_review_of_somebody_who_may_not_approve_does_not_count(world: World, reviewer: Person | str) -> None:
    person = world.person(reviewer) if isinstance(reviewer, str) else reviewer
    kept(world, pushed(world), reviewer=person)
    assert f"by {person.login}, who may not approve" in objection(world)


def test_evidence_that_leaves_out_who_asked_is_none(world: World) -> None:
    kept(world, pushed(world), requested_by=None)
    assert "nothing says who asked" in objection(world)


def test_evidence_that_names_another_requester_than_the_merge_does_not_fit(world: World) -> None:
    proposal = ready(world, "blog")
    message = world.platform.mirror.commit(proposal.head).message
    sha = push_tree(world, proposal.head, message=message)
    commit = world.view().main.get(sha)
    assert commit is not None
    kept(world, commit, asked=world.person("bob"), reviewer=world.person("alice"))
    found = the(judged(world), GapKind.APPROVAL_DOES_NOT_FIT)
    assert "keeps that bob asked for it, the merge names alice" in found.says


def test_later_evidence_does_not_talk_away_that_an_approval_was_missing(world: World) -> None:
    commit = pushed(world)
    one = kept(world, commit, approval=Approval.MISSING, reviews=(), detail="nobody")
    good = evidence_of(commit, world.person("alice"), world.person("bob"))
    two = push_tree(world, commit.sha, message="Once more")
    keep(world, release_of(world, two, created_at=one.created_at + timedelta(seconds=5), commits=(good,)))
    assert "nobody" in objection(world)
    assert "tells otherwise" in the(judged(world), GapKind.APPROVAL_DOES_NOT_FIT).says


def test_an_admission_by_automation_answers_nothing(world: World) -> None:
    commit = pushed(world)
    kept(world, commit, approval=Approval.MISSING, reviews=())
    word = Admission(commit=commit.sha, by=AUTOMATION, reason="it is well", at=world.clock())
    write_step(world, lambda state: transitions.admit(state, word))
    assert objection(world)


# --- environments -------------------------------------------------------------------------------------------------


def test_an_overlay_that_is_changed_beside_every_promotion_is_named(world: World) -> None:
    arrive(world, "blog")
    release, head = world.release_in(STAGING), world.origin.heads()[LEDGER]
    path = f"environments/{STAGING}/kustomization.yaml"
    text = world.origin.file(head, path).replace(release.digest.encode(), digest("e").encode())
    sign(world, {path: text})
    found = the(judged(world), GapKind.UNEXPLAINED_DIGEST)
    assert (found.environment, "with no promotion" in found.says) == (STAGING, True)


def test_what_is_called_a_return_and_leads_on_is_judged_as_a_promotion(world: World) -> None:
    new = released(world).id
    fields = {"release": new, "since": world.clock(), "by": AUTOMATION, "direction": Direction.BACK}
    write_step(world, lambda state: with_environment(state, PRODUCTION, **fields))
    assert the(judged(world), GapKind.SKIPPED_ORDER).environment == PRODUCTION


@pytest.mark.parametrize("where", [STAGING, None])
def test_a_promotion_while_a_freeze_stands_is_named(world: World, where: EnvironmentName | None) -> None:
    new = released(world).id
    stands = Freeze("frz_1", where, world.person("carol"), "a sale", world.clock())
    move(world, STAGING, new, also=lambda state: transitions.freeze(state, stands))
    found = the(judged(world), GapKind.PROMOTED_WHILE_FROZEN)
    assert (found.environment, "frz_1 stood: a sale" in found.says) == (STAGING, True)


def test_a_release_that_is_only_said_to_have_passed_has_not(world: World) -> None:
    new = released(world).id
    write_step(world, lambda s: with_environment(s, STAGING, passed=(*s.environments[STAGING].passed, new)))
    move(world, PRODUCTION, new)
    assert the(judged(world), GapKind.SKIPPED_ORDER).standing is Standing.OPEN


# --- decisions ----------------------------------------------------------------------------------------------------


def held(world: World) -> str:
    """A hold on what production runs."""
    release = world.release_in(PRODUCTION)
    hold = on_a_persons_word(
        (release.commit,), by=world.person("carol"), reason="slow", at=world.clock(), judgement="her word"
    )
    write_step(world, lambda state: transitions.put_hold(state, hold))
    return hold.id


def rewritten(world: World) -> Gap:
    return the(judged(world), GapKind.DECISION_CHANGED)


def test_a_hold_that_is_taken_out_of_the_ledger_is_named(world: World) -> None:
    hold = held(world)
    sign(world, {f"holds/{hold}.yaml": None})
    assert rewritten(world).about == hold


def test_a_hold_whose_commits_are_changed_is_named(world: World) -> None:
    hold = held(world)
    write_step(world, lambda s: replace(s, holds={name: replace(found, commits=()) for name, found in s.holds.items()}))
    assert rewritten(world).about == hold


def test_an_admission_and_an_environment_that_are_taken_out_are_named(world: World) -> None:
    word = Admission(commit=world.release_in(STAGING).commit, by=world.person("bob"), reason="seen", at=world.clock())
    write_step(world, lambda state: transitions.admit(state, word))
    sign(world, {f"admissions/{word.commit}.yaml": None})
    assert "the admission of" in rewritten(world).says
    sign(world, {f"environments/{PRODUCTION}/state.yaml": None})
    about = [gap.about for gap in judged(world) if gap.kind is GapKind.DECISION_CHANGED]
    assert about[-1] == f"the environment {PRODUCTION}"
