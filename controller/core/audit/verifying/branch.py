"""The default branch: was each commit approved, is that approval the commit's own, does its source fit its manifest?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from controller.core.audit.verifying.facts import CommitFacts, Facts
from controller.core.audit.verifying.gaps import Gap, GapKind, Standing, gap
from controller.core.ledger.state import Approval, CommitEvidence, HoldState, Release, ReviewEvidence
from controller.core.model import MainCommit, Person, Sha
from controller.core.overrides import is_own
from controller.core.spans import takes_out
from controller.core.trailers import FINGERPRINT, REQUESTED_BY, REVIEWED_HEAD, parse_person

_NUMBER = re.compile(r"\(#[0-9]+\)$")
_GIVEN = frozenset({Approval.REVIEWED, Approval.SELF_APPROVED, Approval.INVERSE})


def branch(facts: Facts) -> Iterator[Gap]:
    """The gaps of every commit after the first that was adopted, oldest first."""
    evidence, begin = facts.evidence, _begin(facts)
    for commit in facts.main.commits[begin + 1 :]:
        told = facts.commits[commit.sha]
        seen = evidence.get(commit.sha)
        yield from _source(told, facts)
        yield from _judged(told, seen, facts) if seen is not None else _without_evidence(told, facts)


def _begin(facts: Facts) -> int:
    """The oldest commit that became a release: what stands before it, a person took over with it."""
    index = facts.main.index
    return min((index[r.commit] for r in facts.releases if r.commit in index), default=len(facts.main.commits))


# --- approvals ----------------------------------------------------------------------------------------------------


def _judged(told: CommitFacts, seen: CommitEvidence, facts: Facts) -> Iterator[Gap]:
    commit = told.commit
    if seen.approval is Approval.MISSING:
        yield _unapproved(commit, seen, seen.detail, facts)
    elif seen.approval is Approval.NOT_NEEDED and commit.touches_composition:
        yield _unapproved(commit, seen, "it was let through unjudged, and it changes the composition", facts)
    elif seen.approval is Approval.ADOPTED and commit.touches_composition and not _was_adopted(commit, facts):
        yield _unapproved(
            commit, seen, "it is called adopted, and no environment began with it by a person's word", facts
        )
    elif seen.approval in _GIVEN:
        objection = _objection(told, seen, facts)
        if objection:
            yield _unapproved(commit, seen, objection, facts)
        yield from _fit(told, seen, facts)


def _unapproved(commit: MainCommit, seen: CommitEvidence, why: str, facts: Facts) -> Gap:
    if seen.proposal is None:
        return _answerable(GapKind.DIRECT_PUSH, commit, f"{_name(commit)} has no proposal: {why}", facts)
    says = f"{_name(commit)} was merged from proposal #{seen.proposal} without an approval: {why}"
    return _answerable(GapKind.UNAPPROVED_MERGE, commit, says, facts)


def _answerable(kind: GapKind, commit: MainCommit, says: str, facts: Facts) -> Gap:
    """Open, unless somebody admitted the commit."""
    admission = facts.walk.state.admissions.get(commit.sha)
    if admission is None or admission.by.is_bot:
        return gap(kind, commit.sha, says)
    answer = f"admitted by {admission.by.login} at {admission.at.isoformat()}: {admission.reason}"
    return gap(kind, commit.sha, says, answer=answer, standing=Standing.ANSWERED)


def _objection(told: CommitFacts, seen: CommitEvidence, facts: Facts) -> str:
    """Why the approval that was kept is none; empty where it is one."""
    if seen.approval is Approval.INVERSE:
        return _no_inverse(told.commit, facts)
    counting = tuple(review for review in seen.reviews if _may_approve(review.reviewer, told))
    if seen.approval is Approval.SELF_APPROVED:
        return _no_self_approval(told, counting, facts)
    if not counting:
        return _not_counting(seen) if seen.reviews else "no review is kept"
    requester = seen.requested_by
    if requester is None:
        return "nothing says who asked for it, so that nobody can be told apart from them"
    others = {review.reviewer.id for review in counting if review.reviewer.id != requester.id}
    needed = 2 if requester.id is None else 1
    if told.is_solo or len(others) >= needed or _undone(told.commit, facts):
        return ""
    return f"{needed} from others than {requester.login} were needed, {len(others)} are kept"


def _may_approve(reviewer: Person, told: CommitFacts) -> bool:
    """A person whom the forge knows, with a role for it as far as a clone tells."""
    is_known = reviewer.id is not None and not reviewer.is_bot
    return is_known and (told.approvers is None or reviewer.login in told.approvers)


def _not_counting(seen: CommitEvidence) -> str:
    who = ", ".join(review.reviewer.login for review in seen.reviews)
    return f"the reviews that are kept are by {who}, who may not approve"


def _no_self_approval(told: CommitFacts, counting: tuple[ReviewEvidence, ...], facts: Facts) -> str:
    if not told.is_solo:
        return "who asked for it approved it, and the platform is none of a single person"
    return "" if counting or _undone(told.commit, facts) else "no review is kept"


def _was_adopted(commit: MainCommit, facts: Facts) -> bool:
    """Whether it is the release that a person began an environment with."""
    adopted = {r.id for r in facts.releases if r.commit == commit.sha}
    return any(m.release in adopted and m.left is None and not m.by.is_bot for m in facts.walk.moves)


def _no_inverse(commit: MainCommit, facts: Facts) -> str:
    undone = _undone(commit, facts)
    if not undone:
        return "it says to take out what a hold names, and takes out nothing that was brought"
    held = {sha for hold in facts.walk.state.holds.values() if _was_confirmed(hold.state) for sha in hold.commits}
    return "" if undone & held else "no confirmed hold names what it takes out"


def _was_confirmed(state: HoldState) -> bool:
    return state in (HoldState.CONFIRMED, HoldState.LIFTED)


def _undone(commit: MainCommit, facts: Facts) -> frozenset[Sha]:
    """The earlier commits that this one takes out: by its deltas, not by its words alone."""
    earlier = facts.main.commits[: facts.main.index[commit.sha]]
    return frozenset(
        other.sha
        for other in earlier
        if other.changes_modules
        and (
            commit.delta == other.delta.inverse()
            or (commit.reverts == other.sha and takes_out(commit.delta, other.delta))
        )
    )


def _fit(told: CommitFacts, seen: CommitEvidence, facts: Facts) -> Iterator[Gap]:
    """Whether what was approved is what arrived: the fingerprint is computed anew from the merged tree."""
    for says in _misfits(told, seen):
        yield _answerable(GapKind.APPROVAL_DOES_NOT_FIT, told.commit, f"{_name(told.commit)}: {says}", facts)


def _misfits(told: CommitFacts, seen: CommitEvidence) -> Iterator[str]:
    commit = told.commit
    head = commit.trailers.get(REVIEWED_HEAD)
    if head is not None and seen.head is not None and head != seen.head:
        yield f"the ledger keeps the head {seen.head[:12]}, the merge names {head[:12]}"
    asked = parse_person(commit.trailers.get(REQUESTED_BY, ""))
    if asked is not None and seen.requested_by is not None and not is_own(seen.requested_by, asked):
        yield f"the ledger keeps that {seen.requested_by.login} asked for it, the merge names {asked.login}"
    if not commit.changes_modules:
        return
    said = {"the approval": seen.fingerprint, "the proposal's own word": commit.trailers.get(FINGERPRINT)}
    said |= {f"the head {sha[:12]} that was approved": found for sha, found in told.fingerprints.items()}
    for whose, fingerprint in said.items():
        if fingerprint is not None and fingerprint != commit.fingerprint:
            yield f"{whose} is of the change {fingerprint[:12]}, the merged tree has {commit.fingerprint[:12]}"
    if seen.fingerprint is None:
        yield "the evidence names no fingerprint, so that nothing says what was approved"
    yield from _other_modules(commit, seen)


def _other_modules(commit: MainCommit, seen: CommitEvidence) -> Iterator[str]:
    delta = commit.delta
    found = {entry.slug for entry in (*delta.added, *delta.removed)} | {after.slug for _, after in delta.changed}
    kept = {*seen.added, *seen.removed, *seen.changed}
    if found != kept:
        yield f"the evidence tells of {', '.join(sorted(kept)) or 'no module'}, git of {', '.join(sorted(found))}"


# --- without evidence ---------------------------------------------------------------------------------------------


def _without_evidence(told: CommitFacts, facts: Facts) -> Iterator[Gap]:
    commit = told.commit
    if not commit.touches_composition:
        return
    taken_in = _taken_in_by(commit, facts)
    if taken_in is None:
        yield _not_released_yet(told, facts)
    elif any(seen.approval is Approval.ADOPTED for seen in taken_in.commits):
        detail = taken_in.commits[0].detail
        says = f"{_name(commit)} changes the composition, and no evidence of it is kept"
        answer = f"{taken_in.id}, which contains it, was {detail}"
        yield gap(GapKind.DIRECT_PUSH, commit.sha, says, answer=answer, standing=Standing.ANSWERED)
    else:
        says = f"{_name(commit)} runs with {taken_in.id}, and no evidence of it is kept"
        yield _answerable(GapKind.DIRECT_PUSH, commit, says, facts)


def _taken_in_by(commit: MainCommit, facts: Facts) -> Release | None:
    """The first release that contains it."""
    containing = [release for release in facts.releases if facts.main.contains(release.commit, commit.sha)]
    return min(containing, key=lambda release: facts.main.index[release.commit], default=None)


def _not_released_yet(told: CommitFacts, facts: Facts) -> Gap:
    commit = told.commit
    claims = REVIEWED_HEAD in commit.trailers or told.is_merge or _NUMBER.search(commit.subject) is not None
    if not claims or commit.sha in facts.walk.state.admissions:
        says = f"{_name(commit)} by {commit.author} changes the composition, and nothing tells of a proposal"
        return _answerable(GapKind.DIRECT_PUSH, commit, says, facts)
    says = f"{_name(commit)} is in no release yet, so that no evidence of its approval is kept yet"
    answer = "judge again once it is in a release"
    return gap(GapKind.UNAPPROVED_MERGE, commit.sha, says, answer=answer, standing=Standing.PENDING)


# --- generated source ---------------------------------------------------------------------------------------------


def _source(told: CommitFacts, facts: Facts) -> Iterator[Gap]:
    commit = told.commit
    if commit.consistent:
        return
    files = ", ".join(told.mismatches) or "its manifest, which cannot be read"
    says = f"{_name(commit)} by {commit.author} left files that are not what its manifest gives: {files}"
    released = next((r for r in facts.releases if r.commit == commit.sha), None)
    if released is not None:
        yield gap(GapKind.HAND_EDITED_SOURCE, commit.sha, f"{says}; {released.id} was made of it")
        return
    mended = _mended(told, facts.commits, facts)
    if mended is None:
        yield gap(GapKind.HAND_EDITED_SOURCE, commit.sha, says)
        return
    answer = f"mended by {_name(mended)}"
    yield gap(GapKind.HAND_EDITED_SOURCE, commit.sha, says, answer=answer, standing=Standing.ANSWERED)


def _mended(told: CommitFacts, commits: Mapping[Sha, CommitFacts], facts: Facts) -> MainCommit | None:
    """The first later commit that is in step and touches every file that was not."""
    for later in facts.main.after(told.commit.sha):
        if later.consistent and later.touches_composition and set(told.mismatches) <= set(commits[later.sha].touched):
            return later
    return None


def _name(commit: MainCommit) -> str:
    return f"{commit.sha[:12]} ({commit.subject[:60]})"
