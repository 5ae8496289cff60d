"""What one change waits for, from its proposal to the last environment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from codegen import Sentence
from controller.core.freezes import stop_at
from controller.core.model import BuildStatus, Known, MainCommit, Proposal, ProposalNumber, ProposalState
from controller.core.progress import first_release_with, hold_on
from controller.core.rules.gate import find_image, first_error
from controller.core.sentences import hold_told
from controller.core.snapshot import Snapshot
from controller.core.spans import undoing
from controller.core.waiting.environment import in_environment
from controller.core.waiting.proposal import of_build, of_proposal
from controller.core.waiting.values import Waiting


def waiting(proposal: Proposal, snapshot: Snapshot, now: datetime) -> Waiting:
    """What that change waits for at that moment."""
    match proposal.forge.state:
        case ProposalState.OPEN:
            return _unless_stopped(of_proposal(proposal, snapshot), snapshot, now)
        case ProposalState.CLOSED:
            return Waiting("closed")
        case ProposalState.MERGED:
            commit = snapshot.main.get(proposal.forge.merged_commit)
            found = _merged(commit, snapshot, now) if commit is not None else Waiting("release")
            return _unless_stopped(found, snapshot, now)


def _unless_stopped(found: Waiting, snapshot: Snapshot, now: datetime) -> Waiting:
    """The global stop is what is waited for where automation would be next; people can still approve and mend."""
    stop = stop_at(snapshot.ledger, now)
    if stop is None or found.what not in ("runner", "merge", "promotion"):
        return found
    return replace(found, what="stopped", freeze=stop, text=stop.reason)


def _merged(commit: MainCommit, snapshot: Snapshot, now: datetime) -> Waiting:
    revert, hold = undoing(snapshot.main, commit.sha), hold_on(commit, snapshot.ledger)
    if revert is not None:
        why = hold_told(hold) if hold is not None else ""
        where = hold.environment if hold is not None else None
        by = _merged_as(revert, snapshot)
        return Waiting("reverted", commit=revert.sha, text=why, hold=hold, environment=where, undone_by=by)
    if hold is not None:
        return Waiting("held", text=hold_told(hold), hold=hold, environment=hold.environment)
    release = first_release_with(snapshot.ledger, snapshot.main, commit)
    if release is None:
        return _unreleased(commit, snapshot)
    for definition in snapshot.configuration.environments:
        found = in_environment(definition.name, commit, snapshot, now)
        if found is not None:
            return found
    return Waiting("everywhere", release=release.id)


def _merged_as(commit: MainCommit, snapshot: Snapshot) -> ProposalNumber | None:
    """The proposal that became that commit; `None` for a push, and where the forge does not tell."""
    proposals = snapshot.proposals.value if isinstance(snapshot.proposals, Known) else ()
    return next((p.number for p in proposals if p.forge.merged_commit == commit.sha), None)


def _unreleased(commit: MainCommit, snapshot: Snapshot) -> Waiting:
    image, build = find_image(commit.input_tree, snapshot)
    if image is not None or build is None:
        return Waiting("release", build=build)
    if build.status is BuildStatus.FAILED:
        return Waiting("build-failed", text=first_error(build) or Sentence("the build failed"), build=build)
    return of_build(build)
