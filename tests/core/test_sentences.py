"""What automation wrote into the ledger is known again by the facts beside it, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from codegen import Sentence
from controller.core import sentences
from controller.core.holds import on_a_persons_word, on_suspicion
from controller.core.ledger.state import Approval, CommitEvidence, EnvironmentState, Hold, ReviewEvidence
from controller.core.model import (
    CheckResult,
    EnvironmentName,
    Fingerprint,
    Outcome,
    Person,
    ReleaseId,
    Sha,
    UserId,
)

COMMIT = Sha("a" * 40)
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
STAGING, PRODUCTION = EnvironmentName("staging"), EnvironmentName("production")
OLD, NEW = ReleaseId("rel_20261125_000000000000"), ReleaseId("rel_20261126_aaaaaaaaaaaa")
CAROL = Person("carol", UserId(3))


def plain(hold: Hold) -> Hold:
    """The hold as it comes out of the ledger's file."""
    return replace(hold, reason=str(hold.reason), judgement=str(hold.judgement))


def suspected() -> Hold:
    finding = CheckResult("modules", Outcome.FAILED, "unhealthy: {reviews}")
    return on_suspicion((COMMIT,), release=NEW, environment=PRODUCTION, findings=(finding,), at=NOW)


def test_why_automation_holds_is_known_by_the_findings() -> None:
    hold = plain(suspected())
    told = sentences.hold_told(hold)
    assert isinstance(told, Sentence)
    assert told == hold.reason
    assert not isinstance(sentences.hold_told(replace(hold, findings=())), Sentence)


def test_what_a_person_wrote_stays_plain_text() -> None:
    hold = on_a_persons_word((COMMIT,), by=CAROL, reason="it is slow", at=NOW, judgement=sentences.held_by("carol"))
    assert not isinstance(sentences.hold_told(plain(hold)), Sentence)
    assert isinstance(sentences.judgement_told(plain(hold)), Sentence)


@pytest.mark.parametrize("judgement", [sentences.is_at_fault(OLD, NEW), sentences.is_not_at_fault(OLD)])
def test_a_judgement_is_known_with_the_release_that_it_names(judgement: Sentence) -> None:
    told = sentences.judgement_told(replace(plain(suspected()), judgement=str(judgement)))
    assert isinstance(told, Sentence)
    assert told == judgement


@pytest.mark.parametrize("after", [STAGING, None])
def test_why_automation_promoted_is_known(after: EnvironmentName | None) -> None:
    why = sentences.why_promoted(NEW, after)
    told = sentences.move_told(EnvironmentState(PRODUCTION, release=NEW, reason=str(why)), {})
    assert isinstance(told, Sentence)
    assert told == why


def test_why_an_environment_returned_is_what_stands_in_its_hold() -> None:
    hold = plain(suspected())
    state = EnvironmentState(PRODUCTION, release=OLD, since=NOW, reason=hold.reason)
    assert isinstance(sentences.move_told(state, {hold.id: hold}), Sentence)
    assert not isinstance(sentences.move_told(state, {}), Sentence)


@pytest.mark.parametrize(
    "why", [sentences.could_not_return(OLD), sentences.failed_twice(OLD), "somebody's own words", ""]
)
def test_a_freeze_of_automation_is_known_and_a_persons_is_not(why: str) -> None:
    told = sentences.freeze_told(str(why))
    assert told == why
    assert isinstance(told, Sentence) is isinstance(why, Sentence)


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        (Approval.REVIEWED, sentences.approved_by(["bob", "carol"])),
        (Approval.SELF_APPROVED, sentences.self_approved_by("alice")),
        (Approval.SELF_APPROVED, sentences.merged_own_revert("carol")),
        (Approval.INVERSE, sentences.takes_out_held(COMMIT[:12])),
        (Approval.NOT_NEEDED, sentences.needs_no_approval()),
        (Approval.MISSING, sentences.not_what_was_approved()),
        (Approval.MISSING, sentences.pushed_without_proposal("mallory")),
        (Approval.ADOPTED, sentences.adopted_by("alice", "the first, of all: ours")),
    ],
)
def test_how_a_commit_was_allowed_is_known_by_its_evidence(kind: Approval, detail: Sentence) -> None:
    reviews = tuple(ReviewEvidence(n, Person(login, UserId(n)), COMMIT) for n, login in enumerate(("bob", "carol"), 1))
    evidence = CommitEvidence(
        commit=COMMIT,
        approval=kind,
        detail=str(detail),
        fingerprint=Fingerprint("f"),
        changes_modules=True,
        added=(),
        removed=(),
        changed=(),
        reverts=None,
        requested_by=Person("alice", UserId(9)),
        reviews=reviews,
        merged_by=CAROL,
    )
    told = sentences.approval_told(evidence)
    assert isinstance(told, Sentence)
    assert told == detail
    strange = replace(evidence, detail="as somebody wrote it by hand")
    assert not isinstance(sentences.approval_told(strange), Sentence)
