"""Whether a change was approved, and by whom: who counts, on which head, and what a revert needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codegen import Delta
from controller.core.approval import Authority, judge_approval
from controller.core.configuration import ApprovalMode, RevertMerge
from controller.core.ledger.state import Approval, HoldState
from controller.core.model import Fingerprint, Person, Proposal, Push, ReviewState, UserId
from tests.core.builders import (
    ALICE,
    BOB,
    BOT,
    CAROL,
    DAVE,
    commit,
    configuration,
    entry,
    hold,
    installs,
    ledger,
    line,
    proposal,
    reverting,
    review,
    sha,
    trailers,
)

BLOG = commit(3, installs("blog"))
MAIN = line(commit(1), commit(2), BLOG)
INVERSE = BLOG.delta.inverse()


def judged(judging: Proposal, **fields: object) -> tuple[Approval, str]:
    """The kind and the sentence, on a platform whose configuration, holds or line differ by `fields`."""
    holds = fields.pop("holds", ())
    main = fields.pop("main", MAIN)
    authority = Authority(configuration(**fields), ledger(holds=holds), main, BOT)  # type: ignore[arg-type]
    verdict = judge_approval(judging, authority)
    return verdict.kind, verdict.detail


OLD_HEAD = {sha(9): proposal().facts.fingerprint}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, Approval.MISSING),
        ({"reviews": (review(BOB),)}, Approval.REVIEWED),
        ({"reviews": (review(ALICE),)}, Approval.MISSING),
        ({"reviews": (review(replace(ALICE, login="alice-renamed")),)}, Approval.MISSING),
        ({"reviews": (review(CAROL),)}, Approval.MISSING),
        ({"reviews": (review(Person("stranger", UserId(9))),)}, Approval.MISSING),
        ({"reviews": (review(BOT),)}, Approval.MISSING),
        ({"reviews": (review(BOB, ReviewState.COMMENTED),)}, Approval.MISSING),
        ({"reviews": (review(BOB), review(BOB, ReviewState.CHANGES_REQUESTED, number=2))}, Approval.MISSING),
        ({"reviews": (review(BOB), review(BOB, ReviewState.DISMISSED, number=2))}, Approval.MISSING),
        ({"reviews": (review(BOB), review(BOB, ReviewState.COMMENTED, number=2))}, Approval.REVIEWED),
        ({"reviews": (review(BOB, ReviewState.CHANGES_REQUESTED), review(BOB, number=2))}, Approval.REVIEWED),
        ({"reviews": (review(BOB, on=9),)}, Approval.MISSING),
        ({"reviews": (review(BOB, on=9),), "fingerprints": OLD_HEAD}, Approval.REVIEWED),
        ({"reviews": (review(BOB, on=9),), "fingerprints": {sha(9): Fingerprint("0")}}, Approval.MISSING),
        ({"reviews": (review(BOB),), "pushes": (Push(sha(9), BOT), Push(sha(10), BOB))}, Approval.MISSING),
        ({"reviews": (review(BOB),), "pushes": ()}, Approval.MISSING),
        ({"facts": None}, Approval.MISSING),
        ({"touches_composition": False}, Approval.NOT_NEEDED),
    ],
    ids=[
        "nobody approved",
        "another admin approved",
        "who asked does not count",
        "who asked does not count under another name",
        "an operator does not count",
        "a stranger does not count",
        "the bot does not count",
        "a comment is no approval",
        "the last word counts, against",
        "a dismissed review does not count",
        "a comment after an approval takes nothing back",
        "the last word counts, for",
        "an approval of another head does not count",
        "a refresh that keeps the fingerprint keeps the approval",
        "a refresh that changes the fingerprint loses it",
        "a push by somebody else voids it",
        "a head that nobody is known to have pushed is nobody's",
        "a head that is not read cannot be judged",
        "a change of no composition file needs none",
    ],
)
def test_an_approval_is_an_admin_s_other_than_who_asked_on_what_the_bot_made(
    fields: dict[str, object], kind: Approval
) -> None:
    assert judged(proposal(**fields))[0] is kind


def test_what_is_missing_names_who_could_give_it() -> None:
    assert judged(proposal())[1] == "waits for an approving review by somebody with role admin other than alice"
    assert "bob pushed to it" in judged(proposal(pushes=(Push(sha(10), BOB),)))[1]


@pytest.mark.parametrize(("reviews", "kind"), [([BOB], Approval.MISSING), ([BOB, ALICE], Approval.REVIEWED)])
def test_somebody_whom_the_forge_does_not_know_needs_two(reviews: list[Person], kind: Approval) -> None:
    asked = trailers(installs("blog"), by=Person("build-server"))
    given = tuple(review(person, number=number) for number, person in enumerate(reviews))

    assert judged(proposal(trailers=asked, reviews=given))[0] is kind


@pytest.mark.parametrize(
    ("reviewer", "kind"),
    [(ALICE, Approval.SELF_APPROVED), (BOB, Approval.REVIEWED), (CAROL, Approval.MISSING), (None, Approval.MISSING)],
)
def test_alone_one_s_own_review_counts_and_is_called_so(reviewer: Person | None, kind: Approval) -> None:
    reviews = (review(reviewer),) if reviewer is not None else ()

    assert judged(proposal(reviews=reviews), approval=ApprovalMode.SOLO)[0] is kind


def test_alone_merging_one_s_own_revert_is_approving_it() -> None:
    merged = proposal(delta=INVERSE, author=ALICE, merged_by=ALICE)

    assert judged(merged, approval=ApprovalMode.SOLO)[0] is Approval.SELF_APPROVED
    assert judged(merged)[0] is Approval.MISSING


CONFIRMED = (hold(3),)
AUTO = RevertMerge.AUTO


@pytest.mark.parametrize(
    ("fields", "platform", "kind"),
    [
        ({}, {"revert_merge": AUTO, "holds": CONFIRMED}, Approval.INVERSE),
        ({"author": DAVE, "pushes": ()}, {"revert_merge": AUTO, "holds": CONFIRMED}, Approval.MISSING),
        ({}, {"holds": CONFIRMED}, Approval.MISSING),
        ({}, {"revert_merge": AUTO}, Approval.MISSING),
        ({}, {"revert_merge": AUTO, "holds": (hold(3, HoldState.SUSPECTED),)}, Approval.MISSING),
        ({}, {"revert_merge": AUTO, "holds": (hold(3, HoldState.LIFTED),)}, Approval.MISSING),
        ({}, {"revert_merge": AUTO, "holds": (hold(3, commits=(sha(2), sha(3))),)}, Approval.MISSING),
        ({"reviews": (review(ALICE),)}, {}, Approval.REVIEWED),
        ({"reviews": (review(CAROL),)}, {}, Approval.MISSING),
        (
            {"touched": ("modules.toml", ".modwright/config.yaml")},
            {"revert_merge": AUTO, "holds": CONFIRMED},
            Approval.MISSING,
        ),
        (
            {"touched": ("modules.toml", ".github/workflows/modwright-image.yml")},
            {"revert_merge": AUTO, "holds": CONFIRMED},
            Approval.MISSING,
        ),
        (
            {"touched": ("modules.toml", "src/x.rs"), "outside_composition": ("src/x.rs",), "author": DAVE},
            {"revert_merge": AUTO, "holds": CONFIRMED},
            Approval.MISSING,
        ),
    ],
    ids=[
        "a confirmed hold's revert needs none where the platform says so",
        "what a person wrote needs one even then",
        "where the platform says nothing it needs one",
        "without a hold it needs one",
        "a suspicion is not enough",
        "a lifted hold is none",
        "of several suspects a person chooses",
        "one approval, also of who asked",
        "not of an operator",
        "roles that come along are no revert",
        "a workflow that comes along is no revert",
        "code that comes along is no revert",
    ],
)
def test_the_exact_inverse_of_a_change_in_force_needs_less(
    fields: dict[str, object], platform: dict[str, object], kind: Approval
) -> None:
    assert judged(proposal(delta=INVERSE, **fields), **platform)[0] is kind


def test_a_name_in_the_message_does_not_make_another_change_a_revert() -> None:
    other = proposal(delta=installs("miner"), reverts=sha(3))

    assert judged(other, revert_merge=AUTO, holds=CONFIRMED)[0] is Approval.MISSING


def test_a_module_that_comes_back_from_another_source_is_no_revert() -> None:
    gone = commit(4, BLOG.delta.inverse())
    main = line(commit(1), commit(2), BLOG, gone)
    evil = Delta(added=(entry("blog", source="git", path=None, git="https://evil.invalid/blog"),))

    for delta, kind in ((BLOG.delta, Approval.INVERSE), (evil, Approval.MISSING)):
        back = proposal(delta=delta, reverts=gone.sha)
        assert judged(back, main=main, revert_merge=AUTO, holds=(hold(4),))[0] is kind


def test_what_was_undone_already_is_not_undone_again() -> None:
    main = line(commit(1), commit(2), BLOG, reverting(4, BLOG))

    assert judged(proposal(delta=INVERSE), main=main, revert_merge=AUTO, holds=CONFIRMED)[0] is Approval.MISSING


@pytest.mark.parametrize(
    ("install", "kind"), [(HoldState.CONFIRMED, Approval.MISSING), (HoldState.LIFTED, Approval.INVERSE)]
)
def test_what_is_on_hold_does_not_come_back_without_a_review_because_its_undoing_was_rolled_back(
    install: HoldState, kind: Approval
) -> None:
    main = line(commit(1), commit(2), BLOG, reverting(4, BLOG))
    again, holds = proposal(delta=BLOG.delta), (hold(3, install), hold(4))

    assert judged(again, main=main, revert_merge=AUTO, holds=holds)[0] is kind


def test_a_part_of_the_inverse_counts_where_the_message_names_the_change() -> None:
    both = commit(3, Delta(added=(entry("blog", "content"), entry("content"))))
    main = line(commit(1), commit(2), both)
    part = Delta(removed=(entry("blog", "content"),))

    assert (
        judged(proposal(delta=part, reverts=sha(3)), main=main, revert_merge=AUTO, holds=CONFIRMED)[0]
        is Approval.INVERSE
    )
    assert judged(proposal(delta=part), main=main, revert_merge=AUTO, holds=CONFIRMED)[0] is Approval.MISSING
