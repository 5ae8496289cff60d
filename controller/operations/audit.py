"""The timeline as the controller's mirror tells it; and what is kept, beside what forge and image registry say today."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import islice

from controller.adapters.git import CommitRecord
from controller.core.audit import AuditCommit, AuditEntry, BuildTold, Decided, arrange, tell_commits, tell_on
from controller.core.audit.verifying import Facts, Gap, GapKind, compare_image, compare_proposal, not_asked
from controller.core.errors import Terminal, Transient
from controller.core.ledger.state import Approval, CommitEvidence
from controller.core.model import MainCommit, Sha
from controller.operations.ledger import refused
from controller.operations.past import FURTHEST, LedgerRecord, builds_told, ledger_steps, main_commit
from controller.operations.platform import Platform
from controller.operations.view import View
from controller.ports import Forge, ImageRegistry

_KEY = ("audit",)
_PART = 200
"""Commits that are told in one part: some tenths of a second where there are tens of thousands."""


@dataclass(frozen=True)
class _Told:
    """What was told at some heads: the next telling goes on from it."""

    main: Sha | None = None
    ledger: Sha | None = None
    accepted: Sha | None = None
    builds: Sha | None = None
    commits: dict[Sha, AuditCommit] = field(default_factory=dict)
    decided: Decided = field(default_factory=Decided)
    merged: dict[Sha, AuditEntry] = field(default_factory=dict)
    records: dict[str, BuildTold] = field(default_factory=dict)
    entries: tuple[AuditEntry, ...] = ()


def read_audit(platform: Platform, view: View) -> tuple[AuditEntry, ...]:
    """
    Everything that the default branch, the ledger and the builds' records tell, oldest first.

    Unchanged heads cost nothing, a new commit little: what was told is remembered. `modwright audit` reads the same from
    any clone.
    """
    for _ in telling(platform, view):
        pass
    return _remembered(platform).entries


def telling(platform: Platform, view: View) -> Generator[None, None, None]:
    """
    What `read_audit` does, in parts: a first telling of a ledger of years takes many seconds, and nobody who wants to
    roll back shall wait for all of them. It is remembered at the end.
    """
    before, builds = _remembered(platform), platform.head(platform.builds_branch)
    if before.entries and (view.main.head.sha, view.ledger.head, builds) == (before.main, before.ledger, before.builds):
        return
    commits = yield from _commits(platform, view, before.commits)
    records = builds_told(platform.mirror, builds, _unchanged(platform, before, builds))
    decided = yield from _decided(platform, view, before, tuple(commits.values()))
    merged = tell_commits(commits.values(), decided, before.merged, at=before.decided)
    platform.remembered.by_key[_KEY] = _Told(
        main=view.main.head.sha,
        ledger=view.ledger.head,
        accepted=view.ledger.accepted,
        builds=builds,
        commits=commits,
        decided=decided,
        merged=merged,
        records=records,
        entries=arrange(merged.values(), decided, records.values()),
    )


def _remembered(platform: Platform) -> _Told:
    kept = platform.remembered.by_key.get(_KEY)
    return kept if isinstance(kept, _Told) else _Told()


def _commits(
    platform: Platform, view: View, known: dict[Sha, AuditCommit]
) -> Generator[None, None, dict[Sha, AuditCommit]]:
    """The default branch, oldest first. What stands before everything that the ledger names is read here."""
    found: dict[Sha, AuditCommit] = {}
    new = 0
    for record in reversed(platform.mirror.first_parents(view.main.head.sha, limit=FURTHEST)):
        found[record.sha] = known.get(record.sha) or _commit(platform, view, record)
        new += record.sha not in known
        if new == _PART:
            new = 0
            yield
    return found


def _commit(platform: Platform, view: View, record: CommitRecord) -> AuditCommit:
    read = view.main.get(record.sha)
    return _of(read) if read is not None else main_commit(platform.mirror, record, manifest=view.configuration.manifest)


def _of(commit: MainCommit) -> AuditCommit:
    return AuditCommit(
        sha=commit.sha,
        at=commit.committed_at,
        author=commit.author,
        subject=commit.subject,
        trailers=commit.trailers,
        reverts=commit.reverts,
        modules=tuple(sorted(commit.delta.modules)),
    )


def _decided(
    platform: Platform, view: View, before: _Told, commits: tuple[AuditCommit, ...]
) -> Generator[None, None, Decided]:
    """The ledger goes on from what was told; all of it where it does not stand on that."""
    head = view.ledger.head
    if head is None:
        return Decided()
    records = platform.mirror.first_parents(head, until=before.ledger, limit=FURTHEST)
    goes_on = records[-1].sha == before.ledger
    told, accepted = (before.decided, before.accepted) if goes_on else (Decided(), None)
    new = records[:-1] if goes_on else records
    keys = view.configuration.signers or (platform.signer.public_key,)
    unsigned = refused(platform, head, keys=keys)
    steps = ledger_steps(
        platform.mirror,
        (LedgerRecord(commit, commit.sha not in unsigned) for commit in reversed(new)),
        accepted=accepted,
        state=told.state,
    )
    for at in range(0, len(new), _PART):
        if at:
            yield
        told = tell_on(told, islice(steps, _PART), commits)
    return told


def _unchanged(platform: Platform, before: _Told, head: Sha | None) -> dict[str, BuildTold]:
    """The records that were read before and that no newer commit of the branch touched."""
    if before.builds is None or head is None or not platform.mirror.has(before.builds):
        return {}
    changed = frozenset(platform.mirror.changed_paths(before.builds, head))
    return {path: told for path, told in before.records.items() if path not in changed}


# --- beside the outside -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Witnesses:
    """Who is asked: the forge of the repository, and where its images are."""

    forge: Forge
    images: ImageRegistry


def compare_online(witnesses: Witnesses, facts: Facts, *, image_repository: str) -> tuple[Gap, ...]:
    """
    The evidence beside what the forge says of its proposals and reviews, the digests beside the image registry.

    What they forgot, or could not be asked, is unknown; what they contradict is a gap.
    """
    return (*_proposals(witnesses.forge, facts), *_images(witnesses.images, facts, image_repository))


def _proposals(forge: Forge, facts: Facts) -> Iterator[Gap]:
    for seen in facts.evidence.values():
        if not _is_comparable(seen):
            continue
        try:
            found = forge.proposal_of(seen.commit)
            reviews = forge.reviews(found.number) if found is not None and seen.reviews else ()
        except Transient as error:  # it is away: nothing more is asked of it
            yield not_asked(GapKind.FORGE_DISAGREES, seen.commit, str(error))
            return
        except Terminal as error:
            yield not_asked(GapKind.FORGE_DISAGREES, seen.commit, str(error))
            continue
        yield from compare_proposal(seen, found, reviews)


def _images(images: ImageRegistry, facts: Facts, repository: str) -> Iterator[Gap]:
    for release in facts.releases:
        try:
            exists = images.exists(repository, release.digest)
        except (Transient, Terminal) as error:
            yield not_asked(GapKind.IMAGE_GONE, release.id, str(error))
            return
        yield from compare_image(release, exists=exists)


def _is_comparable(seen: CommitEvidence) -> bool:
    """What a person adopted, or nobody had to approve, names no proposal to compare."""
    return seen.proposal is not None or seen.approval is Approval.MISSING
