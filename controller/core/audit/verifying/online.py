"""What the forge says today beside what the ledger keeps: forgotten is unknown, another word is a gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from controller.core.audit.verifying.gaps import Gap, GapKind, Standing, gap
from controller.core.ledger.state import CommitEvidence, Release, ReviewEvidence
from controller.core.model import ForgeProposal, Person, Review, ReviewState

_ELSEWHERE = "the forge does not say it any more; the ledger's signed word stands alone"


def compare_proposal(seen: CommitEvidence, found: ForgeProposal | None, reviews: Iterable[Review]) -> Iterator[Gap]:
    """A commit's evidence against the proposal whose merge made it, and its reviews."""
    about = f"{seen.commit[:12]}, proposal #{seen.proposal}"
    if found is None:
        if seen.proposal is not None:
            yield _forgotten(seen, f"{about}: the forge knows no proposal whose merge made this commit")
        return
    for what, kept, told in (
        ("the number", seen.proposal, found.number),
        ("the head", seen.head, found.head),
        ("who merged it", _identity(seen.merged_by), _identity(found.merged_by)),
    ):
        if kept != told:
            yield gap(
                GapKind.FORGE_DISAGREES, seen.commit, f"{about}: {what} is {kept} in the ledger, {told} on the forge"
            )
    by_id = {review.id: review for review in reviews}
    for review in seen.reviews:
        yield from _compare_review(seen, review, by_id.get(review.id))


def compare_image(release: Release, *, exists: bool) -> Iterator[Gap]:
    """Whether a release's image can still be pulled."""
    if not exists:
        says = f"{release.id}: the image registry does not have {release.digest}"
        yield gap(GapKind.IMAGE_GONE, release.id, says)


def not_asked(kind: GapKind, about: str, why: str) -> Gap:
    """What could not be compared since the other side did not answer."""
    says = f"{about} could not be compared: {why}"
    return gap(kind, about, says, answer="ask again", standing=Standing.UNKNOWN)


def _compare_review(seen: CommitEvidence, kept: ReviewEvidence, found: Review | None) -> Iterator[Gap]:
    about = f"{seen.commit[:12]}, review {kept.id} by {kept.reviewer.login}"
    if found is None:
        yield _forgotten(seen, f"{about}: the forge has no such review")
        return
    for what, ours, theirs in (
        ("the reviewer", _identity(kept.reviewer), _identity(found.reviewer)),
        ("the head", kept.head, found.commit),
        ("the verdict", ReviewState.APPROVED.value, found.state.value),
    ):
        if ours != theirs:
            yield gap(
                GapKind.FORGE_DISAGREES, seen.commit, f"{about}: {what} is {ours} in the ledger, {theirs} on the forge"
            )


def _forgotten(seen: CommitEvidence, says: str) -> Gap:
    return gap(GapKind.FORGE_DISAGREES, seen.commit, says, answer=_ELSEWHERE, standing=Standing.UNKNOWN)


def _identity(person: Person | None) -> object:
    """The forge's number, which alone is compared; a login can be given away."""
    return None if person is None else person.id if person.id is not None else person.login
