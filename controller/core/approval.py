"""
Whether a change was approved, and by whom.

An approval binds to the fingerprint of the change on a head that the bot made: a refresh keeps it, anybody else's push
voids it. People are compared by the forge's id. What is missing is said in one sentence that names who could give it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from codegen import Sentence
from controller.core.configuration import ApprovalMode, ApprovalScope, Configuration, RevertMerge
from controller.core.holds import would_return_held
from controller.core.ledger.state import Approval, Hold, HoldState, LedgerState, ReviewEvidence
from controller.core.model import MainCommit, Person, Proposal, ProposalFacts, Review, ReviewState, Role, Sha
from controller.core.sentences import (
    approved_by,
    merged_own_revert,
    needs_no_approval,
    self_approved_by,
    takes_out_held,
)
from controller.core.snapshot import MainLine
from controller.core.spans import is_in_force, takes_out
from controller.core.trailers import ChangeTrailers

_SETTINGS = (".modwright/", ".github/")
"""Composition files that hold no module: what a change of them does, no delta tells."""


@dataclass(frozen=True)
class ApprovalVerdict:
    """What the approval of a proposal comes to. `kind` is `MISSING` where it is not given (yet)."""

    kind: Approval
    detail: str
    reviews: tuple[ReviewEvidence, ...] = ()
    required: int = 0

    @property
    def is_given(self) -> bool:
        """Whether the change may merge."""
        return self.kind is not Approval.MISSING


@dataclass(frozen=True)
class Authority:
    """What an approval is judged by: the platform's configuration, the ledger, the line of the default branch, the bot."""

    configuration: Configuration
    ledger: LedgerState
    main: MainLine
    bot: Person


def judge_approval(proposal: Proposal, authority: Authority) -> ApprovalVerdict:
    """Judges an open or merged proposal by the reviews that count for its fingerprint."""
    facts = proposal.facts
    if facts is None:
        return ApprovalVerdict(Approval.MISSING, Sentence("its head could not be judged"))
    every = authority.configuration.approval_scope is ApprovalScope.EVERY_COMMIT
    if not facts.touches_composition and not every:
        return ApprovalVerdict(Approval.NOT_NEEDED, needs_no_approval())
    undone = inverse_of(proposal, authority.main)
    foreign_push = proposal.forge.author.id == authority.bot.id and not made_by_bot(proposal, authority.bot)
    if foreign_push and undone is None:
        detail = Sentence(
            "{who} pushed to it, which voids approval; ask Modwright for the change", who=_pusher(proposal)
        )
        return ApprovalVerdict(Approval.MISSING, detail)
    # Without a review only what was computed here: a person's text may carry a line that no delta shows.
    if undone is not None and made_by_bot(proposal, authority.bot) and _merges_by_hold(undone, authority):
        return ApprovalVerdict(Approval.INVERSE, takes_out_held(undone.sha[:12]))
    counting = tuple(review for review in latest_reviews(proposal.reviews) if _counts(review, proposal, authority))
    return _weigh(proposal, counting, undone=undone, authority=authority)


def _weigh(
    proposal: Proposal, reviews: tuple[Review, ...], *, undone: MainCommit | None, authority: Authority
) -> ApprovalVerdict:
    requester = requester_of(proposal)
    evidence = tuple(ReviewEvidence(id=r.id, reviewer=r.reviewer, head=r.commit) for r in reviews)
    if authority.configuration.approval is ApprovalMode.SOLO:
        return _solo(proposal, requester, evidence, is_inverse=undone is not None)
    # A requester whom the forge does not know cannot be told apart from a reviewer, hence one more pair of eyes;
    # an exact inverse only returns to what was approved before, so anybody's one review will do.
    required = 2 if requester.id is None and undone is None else 1
    others = evidence if undone is not None else tuple(e for e in evidence if e.reviewer.id != requester.id)
    if len(others) >= required:
        return ApprovalVerdict(Approval.REVIEWED, approved_by(e.reviewer.login for e in others), others, required)
    wanted = _wanted(required, None if undone is not None else requester)
    return ApprovalVerdict(Approval.MISSING, wanted, others, required)


def _wanted(required: int, other_than: Person | None) -> Sentence:
    """Whose reviews are missing."""
    if other_than is None:
        return Sentence.counted(
            "waits for an approving review by anybody with role admin",
            "waits for {count} approving reviews by anybody with role admin",
            required,
        )
    return Sentence.counted(
        "waits for an approving review by somebody with role admin other than {other}",
        "waits for {count} approving reviews by somebody with role admin other than {other}",
        required,
        other=other_than.login,
    )


def _solo(
    proposal: Proposal, requester: Person, evidence: tuple[ReviewEvidence, ...], *, is_inverse: bool
) -> ApprovalVerdict:
    own = tuple(e for e in evidence if e.reviewer.id == requester.id)
    if len(own) < len(evidence):
        return ApprovalVerdict(Approval.REVIEWED, approved_by(e.reviewer.login for e in evidence), evidence, 1)
    if own:
        return ApprovalVerdict(Approval.SELF_APPROVED, self_approved_by(requester.login), own, 1)
    merger = proposal.forge.merged_by
    if is_inverse and merger is not None and not merger.is_bot:
        return ApprovalVerdict(Approval.SELF_APPROVED, merged_own_revert(merger.login), (), 1)
    missing = Sentence("waits for a review, {who}'s own will do", who=requester.login)
    return ApprovalVerdict(Approval.MISSING, missing, (), 1)


def latest_reviews(reviews: Iterable[Review]) -> tuple[Review, ...]:
    """Each reviewer's last word; a comment is none."""
    last: dict[object, Review] = {}
    for review in reviews:
        if review.state is not ReviewState.COMMENTED:
            last[review.reviewer.id] = review
    return tuple(last.values())


def _counts(review: Review, proposal: Proposal, authority: Authority) -> bool:
    facts = proposal.facts
    if facts is None or review.state is not ReviewState.APPROVED or review.reviewer.id is None:
        return False
    if review.reviewer.is_bot or review.reviewer.id == authority.bot.id:
        return False
    role = authority.configuration.role_of(review.reviewer.login)
    if role is None or not role.includes(Role.ADMIN):
        return False
    if review.commit == proposal.forge.head:
        return True
    # Only the bot's own heads are known to hold nothing but the change that the fingerprint speaks of.
    return made_by_bot(proposal, authority.bot) and facts.fingerprints.get(review.commit) == facts.fingerprint


def made_by_bot(proposal: Proposal, bot: Person) -> bool:
    """Whether the bot made the head, as the forge's activity log has it; every push of somebody else voids."""
    if proposal.forge.author.id != bot.id or not proposal.pushes:
        return False
    return all(push.actor.id == bot.id for push in proposal.pushes)


def _pusher(proposal: Proposal) -> str:
    others = [push.actor.login for push in proposal.pushes if push.actor.id != proposal.forge.author.id]
    return others[-1] if others else proposal.forge.author.login


def requester_of(proposal: Proposal) -> Person:
    """Who asked: as the bot's commit says, else who opened it."""
    facts = proposal.facts
    trailers = ChangeTrailers.read(facts.trailers) if facts is not None else None
    if trailers is not None and proposal.forge.author.is_bot:
        return trailers.requested_by
    return proposal.forge.author


def inverse_of(proposal: Proposal, main: MainLine) -> MainCommit | None:
    """
    The change in force that this proposal takes out, found by its delta: who opened it does not matter.

    Where the message names the commit, what another module still needs may have stayed; without a name the delta must
    be the exact inverse.
    """
    facts = proposal.facts
    if facts is None or facts.delta.is_empty or not _changes_nothing_else(facts):
        return None
    for commit in reversed(main.commits):
        named = facts.reverts == commit.sha and takes_out(facts.delta, commit.delta)
        exact = commit.changes_modules and commit.delta == facts.delta.inverse()
        if (named or exact) and is_in_force_before(main, commit, proposal):
            return commit
    return None


def _changes_nothing_else(facts: ProposalFacts) -> bool:
    """
    Whether the modules are all that a proposal changes. The delta does not see code, workflows, or who has which role:
    what hides behind a revert must not share the revert's lighter approval.
    """
    return not facts.outside_composition and not any(path.startswith(_SETTINGS) for path in facts.touched)


def is_in_force_before(main: MainLine, commit: MainCommit, proposal: Proposal) -> bool:
    """Whether a change is in force, not counting that this very proposal may have undone it already."""
    merged = proposal.forge.merged_commit
    if merged is None or main.get(merged) is None:
        return is_in_force(main, commit.sha)
    before = MainLine.of(
        main.branch, tuple(c for c in main.commits if main.contains(merged, c.sha) and c.sha != merged)
    )
    return is_in_force(before, commit.sha)


def _merges_by_hold(undone: MainCommit, authority: Authority) -> bool:
    """Never where it would bring back what is on hold: a second rollback is no word for that."""
    if authority.configuration.revert_merge is not RevertMerge.AUTO or would_return_held(undone, authority.ledger):
        return False
    return confirmed_hold_on(authority.ledger, undone.sha) is not None


def confirmed_hold_on(ledger: LedgerState, commit: Sha) -> Hold | None:
    """The confirmed hold that wants this commit alone taken out: with several suspects a person chooses."""
    return next(
        (
            hold
            for hold in ledger.holds.values()
            if hold.state is HoldState.CONFIRMED and hold.wants_revert and hold.commits == (commit,)
        ),
        None,
    )
