"""Everything about one thing: what is derived of it anew, what happened, which gaps are about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from controller.core.audit.entries import AuditEntry
from controller.core.audit.verifying.facts import Facts
from controller.core.audit.verifying.gaps import Gap
from controller.core.errors import Denied
from controller.core.ledger.state import CommitEvidence, Hold, Release
from controller.core.model import HoldId, Known, ReleaseId, Sha
from controller.core.spans import undoing

_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_PROPOSAL = re.compile(r"#?([0-9]{1,9})")


@dataclass(frozen=True)
class Subject:
    """What is asked about: names of commits, releases, holds and a proposal that belong to it."""

    kind: Literal["commit", "release", "proposal", "hold"]
    name: str
    commits: frozenset[Sha] = frozenset()
    releases: frozenset[ReleaseId] = frozenset()
    holds: frozenset[HoldId] = frozenset()


@dataclass(frozen=True)
class Dossier:
    """`derived` are sentences that follow from git anew, each with what is kept beside it."""

    subject: Subject
    derived: tuple[str, ...] = ()
    entries: tuple[AuditEntry, ...] = ()
    gaps: tuple[Gap, ...] = field(default=())


def dossier(name: str, facts: Facts, entries: Iterable[AuditEntry], gaps: Iterable[Gap]) -> Dossier:
    """
    All about a release's or hold's id, a proposal's number (`#12`), or the beginning of a commit's id.

    `Denied` (`NoSuchSubject`) where nothing of that name is known, or several commits begin so.
    """
    every = tuple(entries)
    subject = _subject(name, facts, every)
    names = {*subject.commits, *subject.releases, *subject.holds}
    return Dossier(
        subject=subject,
        derived=tuple(_derived(subject, facts)),
        entries=tuple(entry for entry in every if _is_about(entry, subject)),
        gaps=tuple(found for found in gaps if found.about in names),
    )


def _subject(name: str, facts: Facts, entries: tuple[AuditEntry, ...]) -> Subject:
    state = facts.walk.state
    release = state.releases.get(ReleaseId(name))
    if release is not None:
        return _of_commits("release", name, {release.commit, *(e.commit for e in release.commits)}, facts, {release.id})
    hold = state.holds.get(HoldId(name))
    if hold is not None:
        return Subject("hold", name, frozenset(hold.commits), frozenset(), frozenset({hold.id}))
    number = _PROPOSAL.fullmatch(name)
    if number is not None and (found := _of_proposal(number[1], facts, entries)) is not None:
        return found
    commits = {e.commit for e in entries if e.commit is not None and e.commit.startswith(name)}
    if _COMMIT.fullmatch(name) and len(commits) == 1:
        return _of_commits("commit", name, commits, facts)
    message = f"there is no commit, release, proposal or hold {name[:60]!a}"
    raise Denied("NoSuchSubject", message, hint="give a whole id, as modwright audit shows it, or a number as #12")


def _of_proposal(number: str, facts: Facts, entries: tuple[AuditEntry, ...]) -> Subject | None:
    proof = f"proposal #{number}"
    commits = {e.commit for e in entries if proof in e.proof and e.commit is not None}
    commits |= {seen.commit for seen in facts.evidence.values() if str(seen.proposal) == number}
    told = any(proof in entry.proof for entry in entries)
    return _of_commits("proposal", f"#{number}", commits, facts) if commits or told else None


def _of_commits(
    kind: Literal["commit", "release", "proposal"],
    name: str,
    commits: set[Sha],
    facts: Facts,
    releases: set[ReleaseId] | None = None,
) -> Subject:
    own = releases or {
        release.id for release in facts.releases if commits & {release.commit, *(e.commit for e in release.commits)}
    }
    holds = {hold.id for hold in facts.walk.state.holds.values() if commits & set(hold.commits)}
    return Subject(kind, name, frozenset(commits), frozenset(own), frozenset(holds))


def _is_about(entry: AuditEntry, subject: Subject) -> bool:
    if entry.commit is not None and entry.commit in subject.commits:
        return True
    if subject.kind == "proposal" and f"proposal {subject.name}" in entry.proof:
        return True
    words = set(re.split(r"[\s;:,()]+", entry.what))
    return not words.isdisjoint(subject.releases | subject.holds)


# --- what follows from git ----------------------------------------------------------------------------------------


def _derived(subject: Subject, facts: Facts) -> Iterator[str]:
    for seen in facts.evidence.values():
        if seen.commit in subject.commits:
            yield from _of_evidence(seen, facts)
    for release in facts.releases:
        if release.id in subject.releases:
            yield from _of_release(release, facts)
    for hold in facts.walk.state.holds.values():
        if hold.id in subject.holds:
            yield from _of_hold(hold, facts)


def _of_evidence(seen: CommitEvidence, facts: Facts) -> Iterator[str]:
    told = facts.commits.get(seen.commit)
    name = f"commit {seen.commit[:12]}"
    proposal = f"proposal #{seen.proposal}" if seen.proposal is not None else "no proposal"
    asked = f", asked for by {seen.requested_by.login}" if seen.requested_by is not None else ""
    merged = f", merged by {seen.merged_by.login}" if seen.merged_by is not None else ""
    yield f"{name}: {proposal}{asked}{merged}: {seen.approval.value}: {seen.detail}"
    for review in seen.reviews:
        yield f"{name}: review {review.id} by {review.reviewer.login} on the head {review.head}"
    if told is not None and told.commit.changes_modules:
        kept = (
            "the same as approved" if seen.fingerprint == told.commit.fingerprint else f"approved: {seen.fingerprint}"
        )
        yield f"{name}: fingerprint {told.commit.fingerprint} computed from git, {kept}"
    if told is not None:
        source = "is" if told.commit.consistent else f"is not ({', '.join(told.mismatches)})"
        yield f"{name}: its generated source {source} what its manifest gives"


def _of_release(release: Release, facts: Facts) -> Iterator[str]:
    told = facts.commits.get(release.commit)
    if told is None:
        yield f"{release.id}: {release.commit[:12]} is not on {facts.main.branch}"
    else:
        fits = "as recorded" if release.input_tree in told.input_trees else f"recorded: {release.input_tree}"
        yield f"{release.id}: input tree {told.commit.input_tree} computed from git, {fits}"
    yield f"{release.id}: image {release.digest}, {_explained(release, facts)}"
    for move in facts.walk.moves:
        if move.release == release.id:
            passed = ", ".join(sorted(move.passed_in)) or "nowhere"
            yield (
                f"{release.id}: {move.environment} went {move.direction.value} to it at {move.at.isoformat()} by "
                f"{move.by.login}: {move.reason}; it had passed in: {passed} (ledger {move.step[:12]})"
            )


def _explained(release: Release, facts: Facts) -> str:
    told = (release.input_tree, release.digest)
    records = facts.builds.value if isinstance(facts.builds, Known) else ()
    built = [record.build_id for record in records if (record.input_tree, record.digest) == told]
    earlier = [r.id for r in facts.releases if (r.input_tree, r.digest) == told and r.created_at < release.created_at]
    return f"explained by {', '.join([*built, *earlier])}" if built or earlier else "explained by nothing that is here"


def _of_hold(hold: Hold, facts: Facts) -> Iterator[str]:
    yield f"{hold.id}: {hold.state.value}, by {hold.by.login}: {hold.reason}"
    for commit in hold.commits:
        revert = undoing(facts.main, commit)
        what = f"taken out by {revert.sha[:12]}" if revert is not None else "not taken out"
        yield f"{hold.id}: commit {commit[:12]} is {what}"
