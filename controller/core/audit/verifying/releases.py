"""Releases: is each a commit of the default branch with the image of that commit's tree?"""

from __future__ import annotations

from collections.abc import Iterator

from controller.core.audit.verifying.facts import CommitFacts, Facts
from controller.core.audit.verifying.gaps import Gap, GapKind, Standing, gap
from controller.core.ledger.state import Approval, Release
from controller.core.model import BuildStatus, Unknown


def releases(facts: Facts) -> Iterator[Gap]:
    """The gaps of every release, oldest first, and of releases that were changed after they were made."""
    for release in facts.releases:
        told = facts.commits.get(release.commit) if facts.main.get(release.commit) is not None else None
        if told is None:
            says = f"{release.id} is {release.commit[:12]}, which is no commit of {facts.main.branch}"
            yield gap(GapKind.RELEASE_NOT_ON_BRANCH, release.id, says)
            continue
        yield from _tree(release, told)
        yield from _image(release, facts)
    for step, name in facts.walk.changed:
        says = f"the ledger's commit {step[:12]} changed or took out {name}, which was made before"
        yield gap(GapKind.RELEASE_CHANGED, name, says)
    yield from _told_otherwise(facts)


def _told_otherwise(facts: Facts) -> Iterator[Gap]:
    """Of a commit one release keeps the evidence; only an adoption may tell of it once more."""
    for release in facts.releases:
        for seen in release.commits:
            if seen.approval is not Approval.ADOPTED and seen != facts.evidence[seen.commit]:
                says = f"{release.id} tells otherwise of {seen.commit[:12]} than the release that brought it"
                yield gap(GapKind.APPROVAL_DOES_NOT_FIT, seen.commit, says)


def _tree(release: Release, told: CommitFacts) -> Iterator[Gap]:
    commit = told.commit
    if release.input_tree not in told.input_trees:
        says = f"{release.id} names the input tree {release.input_tree[:12]}; {commit.sha[:12]} has {_trees(told)}"
        yield gap(GapKind.UNEXPLAINED_DIGEST, release.id, says)
    if (set(release.modules), release.manifest_hash) != (set(commit.modules), commit.manifest_hash):
        differing = sorted(set(release.modules) ^ set(commit.modules))
        what = f"they differ in {', '.join(differing)}" if differing else "the manifests differ"
        says = f"{release.id} tells another composition than {commit.sha[:12]} has: {what}"
        yield gap(GapKind.RELEASE_DOES_NOT_FIT, release.id, says)


def _trees(told: CommitFacts) -> str:
    return " or ".join(sorted(tree[:12] for tree in told.input_trees)) or "none"


def _image(release: Release, facts: Facts) -> Iterator[Gap]:
    """A record of a build that succeeded, or an earlier release, has to name this digest for this very tree."""
    if _is_reused(release, facts):
        return
    says = f"no build's record and no earlier release names {release.digest} for the input tree of {release.id}"
    if isinstance(facts.builds, Unknown):
        yield _unknown(release, f"{says}: {facts.builds.reason}", "fetch the branch builds")
        return
    told = (release.input_tree, release.digest)
    built = (r for r in facts.builds.value if r.status == BuildStatus.SUCCEEDED.value)
    if any((record.input_tree, record.digest) == told for record in built):
        return
    if facts.recorded_at is None or release.created_at > facts.recorded_at:
        yield _unknown(release, f"{says} yet", "judge again once the build's record is kept")
        return
    yield gap(GapKind.UNEXPLAINED_DIGEST, release.id, says)


def _is_reused(release: Release, facts: Facts) -> bool:
    return any(
        (earlier.input_tree, earlier.digest) == (release.input_tree, release.digest)
        for earlier in facts.releases
        if earlier.id != release.id and earlier.created_at < release.created_at
    )


def _unknown(release: Release, says: str, answer: str) -> Gap:
    return gap(GapKind.UNEXPLAINED_DIGEST, release.id, says, answer=answer, standing=Standing.UNKNOWN)
