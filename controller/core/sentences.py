"""
Sentences that several parts of the core say, each made in one place, so that it can be made again.

The ledger keeps plain text. Where automation wrote it, `…_told` makes the sentence again from the facts that the ledger
keeps beside it, and where both read alike gives the sentence, which a face can say in another language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from codegen import Sentence
from controller.core.ledger.state import Approval, CommitEvidence, EnvironmentState, Hold
from controller.core.model import CheckResult, Digest, EnvironmentName, HoldId, ReleaseId, Sha


def seen(findings: Iterable[CheckResult]) -> str:
    """What checks saw, one after the other; empty for none. What a check saw is its own text."""
    each = [Sentence("{check}: {seen}", check=one.check, seen=Sentence(one.seen)) for one in findings]
    return Sentence.joined(each) if each else ""


def why_promoted(release: ReleaseId, after: EnvironmentName | None) -> Sentence:
    """Why automation moves an environment on; `after` is the environment that comes before it."""
    if after is not None:
        return Sentence("{release} passed in {environment}", release=release, environment=after)
    return Sentence("{release} is the newest release", release=release)


def has_image(commit: Sha, digest: Digest) -> Sentence:
    """Why automation makes a release."""
    return Sentence("{commit} has the image {image}", commit=commit[:12], image=digest)


def why_held(release: ReleaseId, environment: EnvironmentName, findings: Iterable[CheckResult]) -> Sentence:
    """Why automation holds what a release brought."""
    return Sentence(
        "{release} failed in {environment}: {seen}", release=release, environment=environment, seen=seen(findings)
    )


def is_at_fault(now: ReleaseId, release: ReleaseId | None) -> Sentence:
    """The judgement of a suspicion that was right; `now` is what runs since."""
    return Sentence("{now} passes where {release} failed", now=now, release=release)


def is_not_at_fault(now: ReleaseId) -> Sentence:
    """The judgement of a suspicion that was wrong."""
    return Sentence("{now} fails as well, so the cause is elsewhere", now=now)


def could_not_return(release: ReleaseId) -> Sentence:
    """Why an environment is frozen whose predecessor does not come up again."""
    return Sentence("{release} could not be rolled out again", release=release)


def failed_twice(release: ReleaseId) -> Sentence:
    """Why an environment is frozen in which the same release was cleared twice."""
    return Sentence("{release} failed twice for a cause outside it", release=release)


def held_by(login: str) -> Sentence:
    """The judgement of a hold that stands on a person's word."""
    return Sentence("{who} holds it", who=login)


def rolled_back_by(login: str, environment: EnvironmentName) -> Sentence:
    """The judgement of the hold that a person's rollback puts."""
    return Sentence("{who} rolled {environment} back", who=login, environment=environment)


def undone_by(login: str, commit: Sha) -> Sentence:
    """The judgement of the hold that a person's revert puts."""
    return Sentence("{who} undoes {commit}", who=login, commit=commit[:12])


def approved_by(logins: Iterable[str]) -> Sentence:
    """Whose reviews count."""
    return Sentence("approved by {who}", who=tuple(logins))


def self_approved_by(login: str) -> Sentence:
    """That whoever asked approved alone."""
    return Sentence("approved by {who}, who asked for it", who=login)


def merged_own_revert(login: str) -> Sentence:
    """That a single maintainer merged a revert, which is their review."""
    return Sentence("{who} merged the revert", who=login)


def takes_out_held(commit: str) -> Sentence:
    """Why a revert needs nobody's review; `commit` in its first twelve digits."""
    return Sentence("it takes out {commit}, which is on a confirmed hold", commit=commit)


def needs_no_approval() -> Sentence:
    """Why a change needs nobody's review."""
    return Sentence("no file of the composition changes")


def adopted_elsewhere() -> Sentence:
    """Why nothing is kept of a commit: who adopted what came after it took it along."""
    return Sentence("a later commit was adopted in another environment, which brought it along")


def adopted_by(login: str, reason: str) -> Sentence:
    """How a commit came to be allowed that nobody reviewed."""
    return Sentence("adopted by {who}: {reason}", who=login, reason=reason)


def not_what_was_approved() -> Sentence:
    """Why a review does not count for what was merged."""
    return Sentence("what was merged is not the change that was approved")


def pushed_without_proposal(author: str) -> Sentence:
    """Why a commit has no approval."""
    return Sentence("{who} pushed it without a proposal", who=author)


def hold_told(hold: Hold) -> str:
    """Why a hold was put."""
    if hold.release is None or hold.environment is None:
        return hold.reason
    return why_held(hold.release, hold.environment, hold.findings).or_plain(hold.reason)


def reason_told(reason: str, holds: Mapping[HoldId, Hold]) -> str:
    """Why a change was asked for: automation asks for a revert with the words of the hold."""
    put = next((hold for hold in holds.values() if hold.reason == reason), None)
    return hold_told(put) if put is not None else reason


def judgement_told(hold: Hold) -> str:
    """What a hold came to. Which release runs since is kept in the text alone, as its first word."""
    now, by = ReleaseId(hold.judgement.partition(" ")[0]), hold.by.login
    made = [is_at_fault(now, hold.release), is_not_at_fault(now), held_by(by)]
    made += [undone_by(by, commit) for commit in hold.commits]
    made += [rolled_back_by(by, hold.environment)] if hold.environment is not None else []
    return _one_of(made, hold.judgement)


def move_told(state: EnvironmentState, holds: Mapping[HoldId, Hold]) -> str:
    """
    Why an environment has its release: what stands in the hold for which it returned, or why it was promoted.

    Which environment came before is kept in the text alone, as its last word.
    """
    put = next((hold for hold in holds.values() if _returned(state, hold)), None)
    if put is not None or state.release is None:
        return hold_told(put) if put is not None else state.reason
    before = EnvironmentName(state.reason.rpartition(" ")[2])
    return _one_of((why_promoted(state.release, before), why_promoted(state.release, None)), state.reason)


def _returned(state: EnvironmentState, hold: Hold) -> bool:
    return state.name == hold.environment and state.since == hold.at and state.reason == hold.reason


def freeze_told(reason: str) -> str:
    """Why automation put a freeze; the release is kept in the text alone, as its first word."""
    release = ReleaseId(reason.partition(" ")[0])
    return _one_of((could_not_return(release), failed_twice(release)), reason)


def approval_told(evidence: CommitEvidence) -> str:
    """How a commit came to be allowed, or why it is not."""
    return _one_of(_allowed(evidence), evidence.detail)


def _allowed(evidence: CommitEvidence) -> Iterator[Sentence]:
    """The likely ones first: there are thousands of commits."""
    yield approved_by(review.reviewer.login for review in evidence.reviews)
    if evidence.requested_by is not None:
        yield self_approved_by(evidence.requested_by.login)
    yield needs_no_approval()
    if evidence.merged_by is not None:
        yield merged_own_revert(evidence.merged_by.login)
    words = evidence.detail.replace(",", "").split()
    if evidence.approval is Approval.INVERSE:
        yield from map(takes_out_held, words)
    yield from (adopted_elsewhere(), not_what_was_approved(), pushed_without_proposal(words[0] if words else ""))
    who, _, reason = evidence.detail.removeprefix("adopted by ").partition(": ")
    yield adopted_by(who, reason)


def _one_of(made: Iterable[Sentence], text: str) -> str:
    """The sentence that reads like the text, else the text."""
    return next((sentence for sentence in made if sentence == text), text)
