"""Which merged commits become releases, and what the others wait for."""

from __future__ import annotations

from datetime import datetime

from codegen import Sentence
from controller.core.configuration import ReleaseOn
from controller.core.decision import NOTHING, Condition, CreateRelease, DispatchBuild, Findings, OpenRepair
from controller.core.evidence import gather
from controller.core.ledger.state import CommitEvidence, LedgerState, Release
from controller.core.model import AUTOMATION, Build, BuildStatus, Digest, Known, MainCommit, Sha, Unknown
from controller.core.names import release_id
from controller.core.requests import Request
from controller.core.rules.gate import BUILD_POLL, authority_of, find_image, first_error
from controller.core.snapshot import MainLine, Snapshot

_DEAD = frozenset({"GeneratedSourceDiffers", "BuildFailed"})


def releases(snapshot: Snapshot, now: datetime) -> Findings:
    """
    Looks at the commits after the newest release, oldest first, and stops at the first that may become one.

    Releases are made in order, so that each one's span is complete. Before a person has adopted a first commit there is
    nothing to go on from.
    """
    newest = newest_release(snapshot.ledger, snapshot.main)
    if newest is None:
        message = Sentence("no commit was adopted yet")
        return Findings(conditions=(Condition("NothingAdopted", "releases", message),))
    total = NOTHING
    for commit in snapshot.main.after(newest.commit):
        if not _counts(commit, snapshot):
            continue
        found = _next(commit, newest, snapshot, now)
        total = total + found
        if not _is_dead(found):
            break
    return total


def _is_dead(found: Findings) -> bool:
    """Whether this commit will never be a release, so that the one after it, which may repair it, is looked at."""
    return bool(found.conditions) and all(c.reason in _DEAD for c in found.conditions)


def newest_release(ledger: LedgerState, main: MainLine) -> Release | None:
    """The release whose commit is furthest along the default branch."""
    on_line = [release for release in ledger.releases.values() if release.commit in main.index]
    return max(on_line, key=lambda release: main.index[release.commit], default=None)


def _counts(commit: MainCommit, snapshot: Snapshot) -> bool:
    return commit.changes_modules or snapshot.configuration.release_on is ReleaseOn.EVERY


def _next(commit: MainCommit, newest: Release, snapshot: Snapshot, now: datetime) -> Findings:
    about = f"commit {commit.sha[:12]}"
    if not commit.consistent:
        message = Sentence("its generated files are not what its manifest gives; a repair proposal is opened")
        condition = Condition("GeneratedSourceDiffers", about, message, needs_person=True)
        return Findings(intents=_repair(commit, snapshot), conditions=(condition,))
    image, build = find_image(commit.input_tree, snapshot)
    if image is None:
        return _without_image(commit, build, snapshot, about)
    if isinstance(snapshot.proposals, Unknown):
        return Findings(conditions=(Condition("ForgeUnknown", about, snapshot.proposals.reason),))
    return Findings(intents=(CreateRelease(_release(commit, newest, image, build, snapshot, now)),))


def _repair(commit: MainCommit, snapshot: Snapshot) -> tuple[OpenRepair, ...]:
    """A repair of the head that was never proposed: one that a person closed is declined."""
    known = snapshot.proposals.value if isinstance(snapshot.proposals, Known) else None
    request = Request("repair", AUTOMATION, "", repairs=commit.sha)
    if known is None or snapshot.main.head.sha != commit.sha:
        return ()
    return () if any(request.is_carried_by(proposal.forge) for proposal in known) else (OpenRepair(commit.sha),)


def _without_image(commit: MainCommit, build: Build | None, snapshot: Snapshot, about: str) -> Findings:
    if isinstance(snapshot.builds, Unknown):
        return Findings(conditions=(Condition("ForgeUnknown", about, snapshot.builds.reason),))
    if build is None or build.status is BuildStatus.CANCELLED:
        return Findings(intents=(DispatchBuild(commit.sha, commit.input_tree),))
    if build.status is BuildStatus.FAILED:
        message = first_error(build) or Sentence("the build failed, see {url}", url=build.url)
        return Findings(conditions=(Condition("BuildFailed", about, message, needs_person=True),))
    return Findings(conditions=(Condition("Building", about, build.url),), wake_after=BUILD_POLL)


def _release(
    commit: MainCommit, newest: Release, image: Digest, build: Build | None, snapshot: Snapshot, now: datetime
) -> Release:
    reused = snapshot.ledger.image_of(commit.input_tree)
    return Release(
        id=release_id(commit.sha, commit.committed_at),
        commit=commit.sha,
        input_tree=commit.input_tree,
        digest=image,
        manifest_hash=commit.manifest_hash,
        modules=commit.modules,
        created_at=now,
        build=reused.build if reused is not None else (build.id if build is not None else None),
        commits=_evidence(newest.commit, commit.sha, snapshot),
        reused_from=reused.id if reused is not None else None,
    )


def _evidence(after: Sha, until: Sha, snapshot: Snapshot) -> tuple[CommitEvidence, ...]:
    proposals = snapshot.proposals.value if isinstance(snapshot.proposals, Known) else ()
    merged = {p.forge.merged_commit: p for p in proposals if p.forge.merged_commit is not None}
    authority = authority_of(snapshot)
    return tuple(gather(commit, merged.get(commit.sha), authority) for commit in snapshot.main.between(after, until))
