"""What the audit says of commits, ledger states and builds' records that are given as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from controller.core.audit import AuditCommit, AuditEntry, BuildTold, Deed, LedgerStep, select, timeline
from controller.core.audit.steps import new_of
from controller.core.builds import BuildRecord
from controller.core.ledger import transitions
from controller.core.ledger.state import Admission, Approval, Freeze, HoldState, LedgerState, VerificationState
from controller.core.ledger.transitions import Author
from controller.core.model import Annotation, BuildId, Person, ProposalNumber, Sha
from controller.core.trailers import BY, REASON
from tests.core.builders import (
    ALICE,
    BOB,
    BOT,
    NOW,
    PRODUCTION,
    STAGING,
    ago,
    evidence,
    failed,
    hold,
    ledger,
    rel,
    release,
    sha,
    state,
    tree,
)

EARLIER = ago(2000)


def commit(number: int, **fields: object) -> AuditCommit:
    """A merged commit of the default branch."""
    usual = {"sha": sha(number), "at": EARLIER, "author": "modwright[bot]", "subject": f"Install m{number} (#{number})"}
    return AuditCommit(**(usual | fields))  # type: ignore[arg-type]


def step(number: int, after: LedgerState | None, **trailers: str) -> LedgerStep:
    """A commit of the ledger, a second after the one before it."""
    said = {{"by": BY, "reason": REASON}[key]: value for key, value in trailers.items()}
    return LedgerStep(Sha(f"{number:040x}"), EARLIER + timedelta(seconds=number), "modwright", "Subject", after, said)


def told_by(*states: LedgerState | None, **trailers: str) -> tuple[AuditEntry, ...]:
    """What a ledger that went through these states tells beyond its first."""
    begun = step(0, states[0])
    steps = [step(number, after, **trailers) for number, after in enumerate(states[1:], start=1)]
    before = timeline((), [begun], ())
    return tuple(entry for entry in timeline((), [begun, *steps], ()) if entry not in before)


def test_a_merge_names_who_asked_who_approved_who_merged_and_why() -> None:
    reviewed = release(1, commits=(evidence(1, merged_by=BOT, detail="approved by bob"),))
    (first, *_) = timeline([commit(1)], [step(1, ledger(releases=[reviewed]))], ())

    assert (first.deed, first.who, first.why) == (Deed.MERGED, "alice", "we want m1")
    assert first.what == "Install m1 (#1); approved by bob; merged by modwright[bot]"
    assert first.proof == (f"commit {sha(1)}", "proposal #1")


@pytest.mark.parametrize(
    ("approval", "detail", "said"),
    [
        (Approval.SELF_APPROVED, "approved by alice, who asked for it", "self-approved: approved by alice"),
        (Approval.MISSING, "mallory pushed it without a proposal", "not approved: mallory pushed it"),
        (Approval.INVERSE, "it takes out 0001", "approved by the platform's rule: it takes out"),
        (Approval.NOT_NEEDED, "no file of the composition changes", "needs no approval: no file"),
    ],
)
def test_a_merge_says_how_it_came_to_be_allowed(approval: Approval, detail: str, said: str) -> None:
    made = release(1, commits=(evidence(1, approval, detail=detail),))

    assert said in timeline([commit(1)], [step(1, ledger(releases=[made]))], ())[0].what


def test_a_commit_without_evidence_is_told_by_its_own_trailers_or_as_a_push() -> None:
    merged = commit(
        1,
        trailers={
            "Modwright-Change": "install m1",
            "Modwright-Requested-By": "alice (1001)",
            "Modwright-Reason": "soon",
            "Modwright-Reviewed-Head": sha(9),
        },
    )
    pushed = commit(2, author="mallory")

    first, second = timeline([merged, pushed], (), ())

    assert (first.deed, first.who, first.why) == (Deed.MERGED, "alice", "soon")
    assert (second.deed, second.who) == (Deed.PUSHED, "mallory")


def test_a_revert_is_told_as_one() -> None:
    (told,) = timeline([commit(2, reverts=sha(1))], (), ())

    assert told.deed is Deed.REVERTED
    assert f"takes out {sha(1)[:12]}" in told.what


BEFORE = ledger(state(STAGING, 1), state(PRODUCTION, 1, passed=(1,)))
WHO = Author(by=BOB, at=NOW, reason="it is time")


def test_a_promotion_says_where_from_where_to_who_and_why() -> None:
    after = transitions.promote(BEFORE, PRODUCTION, rel(2), span=(sha(2),), author=WHO)

    (told,) = told_by(BEFORE, after)

    assert (told.deed, told.who, told.why, told.environment) == (Deed.PROMOTED, "bob", "it is time", PRODUCTION)
    assert told.what == f"production goes to {rel(2)} from {rel(1)}"
    assert told.modules == ("m2",)
    assert told.commit == sha(2)


def test_a_first_release_that_a_person_adopted_is_told_so() -> None:
    begun = ledger(state(STAGING, None, VerificationState.PENDING), releases=())
    made = release(1, commits=(evidence(1, Approval.ADOPTED),))
    after = transitions.promote(transitions.add_release(begun, made), STAGING, rel(1), span=(), author=WHO)

    assert [entry.deed for entry in told_by(begun, after)] == [Deed.RELEASED, Deed.ADOPTED]


def test_a_rollback_says_which_checks_failed_and_what_is_under_suspicion() -> None:
    on_two = transitions.promote(BEFORE, PRODUCTION, rel(2), span=(sha(2),), author=WHO)
    suspected = hold(2, HoldState.SUSPECTED, at=NOW)
    after = transitions.roll_back(on_two, PRODUCTION, leaving=rel(2), to=rel(1), hold=suspected, author=WHO)

    held, moved = sorted(told_by(on_two, after), key=lambda entry: entry.deed)

    assert (held.deed, moved.deed) == (Deed.HELD, Deed.ROLLED_BACK)
    assert moved.what == f"production goes to {rel(1)} from {rel(2)}: modules failed: blog is unhealthy"
    assert f"{sha(2)[:12]} is under suspicion" in held.what
    assert held.modules == moved.modules == ("m2",)
    assert held.proof == moved.proof


@pytest.mark.parametrize(
    ("verdict", "deed", "words"),
    [
        (VerificationState.PASSED, Deed.PASSED, f"{rel(1)} passed in production"),
        (VerificationState.FAILED, Deed.FAILED, f"{rel(1)} failed in production: modules failed: blog is unhealthy"),
        (VerificationState.ERRORED, Deed.ERRORED, f"{rel(1)} could not be judged in production: modules failed"),
    ],
)
def test_a_verification_says_what_was_seen(verdict: VerificationState, deed: Deed, words: str) -> None:
    begun = ledger(state(PRODUCTION, 1, VerificationState.PENDING))
    findings = () if verdict is VerificationState.PASSED else (failed(),)
    after = transitions.record_verification(begun, PRODUCTION, rel(1), verdict=verdict, findings=findings, at=NOW)

    (told,) = told_by(begun, after)

    assert told.deed is deed
    assert told.what.startswith(words)


@pytest.mark.parametrize(
    ("verdict", "deed"),
    [(HoldState.CONFIRMED, Deed.CONFIRMED), (HoldState.CLEARED, Deed.CLEARED), (HoldState.LIFTED, Deed.LIFTED)],
)
def test_the_end_of_a_hold_says_who_judged_it_and_why(verdict: HoldState, deed: Deed) -> None:
    begun = ledger(state(PRODUCTION, 1), holds=[hold(2, HoldState.SUSPECTED)])
    after = transitions.judge_hold(begun, hold(2).id, verdict, judgement="carol looked", at=NOW)

    (told,) = told_by(begun, after, by="carol (1003)")

    assert (told.deed, told.who, told.why, told.commit) == (deed, "carol", "carol looked", sha(2))


def test_freezes_and_admissions_are_told_with_their_reasons() -> None:
    freeze = Freeze("frz_1", STAGING, BOB, "holidays", NOW)
    frozen = transitions.freeze(BEFORE, freeze)
    lifted = transitions.lift_freeze(frozen, "frz_1", author=replace(WHO, at=NOW + timedelta(seconds=1)))
    admitted = transitions.admit(lifted, Admission(sha(3), ALICE, "a hotfix", NOW + timedelta(seconds=2)))

    told = told_by(BEFORE, frozen, lifted, admitted, reason="they are over")

    assert [(e.deed, e.who, e.why) for e in told] == [
        (Deed.FROZEN, "bob", "holidays"),
        (Deed.UNFROZEN, "bob", "they are over"),
        (Deed.ADMITTED, "alice", "a hotfix"),
    ]


def test_a_freeze_is_told_with_its_end_and_the_stop_as_what_it_is() -> None:
    ending = replace(Freeze("frz_1", None, BOB, "holidays", NOW), until=NOW + timedelta(hours=2))
    stop = replace(ending, id="frz_2", stop=True, until=None)
    frozen = transitions.freeze(BEFORE, ending)
    stopped = transitions.freeze(frozen, stop)
    lifted = transitions.lift_freeze(stopped, "frz_2", author=WHO)

    told = told_by(BEFORE, frozen, stopped, lifted, reason="found it")

    assert [e.what for e in told] == [
        "every environment takes no new release until 2026-03-01 14:00 UTC (frz_1)",
        "nothing moves forward (frz_2)",
        "everything may move forward again (frz_2)",
    ]


def test_a_change_of_signers_names_the_keys() -> None:
    begun = replace(BEFORE, signers=("ssh-ed25519 old",))

    (told,) = told_by(begun, replace(begun, signers=("ssh-ed25519 new",)))

    assert told.deed is Deed.SIGNERS
    assert "no more: ssh-ed25519 old; from now on: ssh-ed25519 new" in told.what


def test_a_ledger_commit_that_does_not_count_is_told_and_changes_nothing() -> None:
    moved = transitions.promote(BEFORE, PRODUCTION, rel(2), span=(), author=WHO)

    ignored, promoted = told_by(BEFORE, None, moved)

    assert (ignored.deed, promoted.deed) == (Deed.IGNORED, Deed.PROMOTED)
    assert promoted.what.endswith(f"from {rel(1)}")


BROKEN = BuildRecord(
    build_id=BuildId("bld_7_1"),
    status="failed",
    manifest_hash="hash",
    started_at=ago(20),
    finished_at=ago(10),
    logs_url="http://127.0.0.1/runs/7",
    release_id=None,
    commit=sha(7),
    input_tree=tree(7),
    digest=None,
    proposal=ProposalNumber(7),
    requester=Person("alice"),
    reason="try it",
    change="install broken",
    errors=(Annotation("crates/platform-broken/src/lib.rs", 12, "error[E0308]", "mismatched types"),),
)


def test_a_build_that_failed_is_told_from_its_record_with_the_first_error() -> None:
    (told,) = timeline((), (), [BuildTold(BROKEN, NOW)])

    assert (told.deed, told.who, told.why, told.at) == (Deed.BUILD_FAILED, "alice", "try it", ago(10))
    assert told.what.endswith("failed: error[E0308]: crates/platform-broken/src/lib.rs:12: mismatched types")
    assert told.modules == ("broken",)
    assert "log builds/bld_7_1.log" in told.proof


def test_a_record_without_an_end_stands_where_it_was_written() -> None:
    cancelled = replace(BROKEN, status="cancelled", finished_at=None, change="nonsense", errors=())

    (told,) = timeline((), (), [BuildTold(cancelled, NOW)])

    assert (told.deed, told.at, told.modules) == (Deed.BUILD_CANCELLED, NOW, ())


def test_the_timeline_is_chosen_by_environment_module_and_time() -> None:
    entries = (
        AuditEntry(ago(20), Deed.PROMOTED, "bob", "a", environment=STAGING, modules=("m1",)),  # type: ignore[arg-type]
        AuditEntry(ago(10), Deed.PASSED, "bob", "b", environment=PRODUCTION),
    )

    assert select(entries) == entries
    assert select(entries, environment="staging") == entries[:1]
    assert select(entries, module="m1") == entries[:1]
    assert select(entries, since=ago(15)) == entries[1:]
    assert select(entries, environment="staging", since=ago(15)) == ()


@pytest.mark.parametrize("touched", [None, frozenset({"b"}), frozenset({"another-name"}), frozenset()])
def test_what_came_is_found_whatever_the_documents_are_called(touched: frozenset[str] | None) -> None:
    assert new_of({"a": 1}, {"a": 1, "b": 2}, touched) == ["b"]
    assert new_of({"a": 1}, {"a": 3}, touched) == []
