"""How far a change is, from its proposal to the last environment: what people follow, derived from one snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from codegen import Sentence
from controller.core.ledger.state import EnvironmentState, Hold, LedgerState, Release, VerificationState
from controller.core.model import (
    BuildStatus,
    EnvironmentName,
    GateStatus,
    MainCommit,
    Proposal,
    ProposalState,
    ReleaseId,
)
from controller.core.rules.gate import GateVerdict, find_image, first_error, judge
from controller.core.sentences import seen
from controller.core.snapshot import MainLine, Snapshot
from controller.core.spans import undoing

Stage = Literal[
    "building",
    "waiting-for-approval",
    "merging",
    "merged",
    "released",
    "promoting",
    "verified",
    "held",
    "reverted",
    "failed",
    "closed",
]
StepState = Literal["waiting", "running", "passed", "failed"]
_STEP_OF_GATE: dict[GateStatus, StepState] = {
    GateStatus.WAITING: "waiting",
    GateStatus.PASSED: "passed",
    GateStatus.FAILED: "failed",
}
_STEP_OF_CHECKS: dict[VerificationState, StepState] = {
    VerificationState.PENDING: "running",
    VerificationState.PASSED: "passed",
    VerificationState.FAILED: "failed",
    VerificationState.ERRORED: "running",
}


@dataclass(frozen=True)
class Step:
    """One part of the way; `at` is when it came to this, where that is recorded."""

    name: str
    state: StepState
    detail: str
    at: datetime | None = None


@dataclass(frozen=True)
class Progress:
    """Where a change stands as a whole, part by part, and in each environment."""

    stage: Stage
    steps: tuple[Step, ...] = ()
    environments: Mapping[EnvironmentName, StepState] = field(default_factory=dict)


def progress(proposal: Proposal, snapshot: Snapshot) -> Progress:
    """Derives it. An open proposal is judged by its gate; a merged one by releases, holds and environments."""
    match proposal.forge.state:
        case ProposalState.OPEN:
            return _open(proposal, snapshot)
        case ProposalState.CLOSED:
            closed = Step("merge", "failed", Sentence("closed without a merge"), proposal.forge.closed_at)
            return Progress("closed", (closed,))
        case ProposalState.MERGED:
            return _merged(proposal, snapshot)


def _open(proposal: Proposal, snapshot: Snapshot) -> Progress:
    if proposal.facts is None:
        return Progress("building", (Step("source", "waiting", Sentence("the head is not read yet")),))
    verdict = judge(proposal, snapshot)
    steps = tuple(Step(line.part, _STEP_OF_GATE[line.status], line.text) for line in verdict.lines)
    return Progress(_stage_of_gate(verdict), steps)


def _stage_of_gate(verdict: GateVerdict) -> Stage:
    waiting = [line.part for line in verdict.lines if line.status is GateStatus.WAITING]
    if verdict.status is GateStatus.FAILED:
        return "failed"
    if "build" in waiting or "source" in waiting:
        return "building"
    return "waiting-for-approval" if "approval" in waiting else "merging"


def _merged(proposal: Proposal, snapshot: Snapshot) -> Progress:
    commit = snapshot.main.get(proposal.forge.merged_commit)
    by = proposal.forge.merged_by
    told = Sentence("merged by {who}", who=by.login) if by is not None else Sentence("merged")
    merged = Step("merge", "passed", told, commit.committed_at if commit is not None else None)
    if commit is None:
        return Progress("merged", (merged,))
    release = first_release_with(snapshot.ledger, snapshot.main, commit)
    if release is None:
        return _unreleased(commit, snapshot, merged)
    released = Step("release", "passed", release.id, release.created_at)
    places = tuple(_place(definition.name, commit, snapshot) for definition in snapshot.configuration.environments)
    stage = _taken_back(commit, snapshot) or _stage_of_places(places)
    return Progress(stage, (merged, released, *places), {EnvironmentName(step.name): step.state for step in places})


def first_release_with(ledger: LedgerState, main: MainLine, commit: MainCommit) -> Release | None:
    """The oldest release that contains the commit."""
    begin = main.index.get(commit.sha)
    if begin is None:
        return None
    later = (main.commits[position].sha for position in range(begin, len(main.commits)))
    return next((release for sha in later if (release := ledger.by_commit.get(sha)) is not None), None)


def _unreleased(commit: MainCommit, snapshot: Snapshot, merged: Step) -> Progress:
    image, build = find_image(commit.input_tree, snapshot)
    if image is None and build is not None and build.status is BuildStatus.FAILED:
        failed = first_error(build) or Sentence("the build failed")
        return Progress("failed", (merged, Step("release", "failed", failed)))
    stage = _taken_back(commit, snapshot)
    return Progress(stage or "merged", (merged, Step("release", "waiting", Sentence("not released yet"))))


def _place(name: EnvironmentName, commit: MainCommit, snapshot: Snapshot) -> Step:
    state = snapshot.ledger.environments.get(name, EnvironmentState(name=name))
    release = snapshot.ledger.releases.get(state.release) if state.release is not None else None
    if release is None or not snapshot.main.contains(release.commit, commit.sha):
        runs = Sentence("runs {release}", release=release.id) if release is not None else Sentence("runs nothing")
        return Step(name, "waiting", runs)
    return Step(
        name,
        _STEP_OF_CHECKS[state.verification.state],
        seen(state.verification.findings) or _checked(release.id, state.verification.state),
        state.verification.at or state.since,
    )


def _checked(release: ReleaseId, state: VerificationState) -> Sentence:
    match state:
        case VerificationState.PASSED:
            return Sentence("{release} passed", release=release)
        case VerificationState.FAILED:
            return Sentence("{release} failed", release=release)
        case VerificationState.ERRORED:
            return Sentence("{release} errored", release=release)
        case VerificationState.PENDING:
            return Sentence("{release} pending", release=release)


def _stage_of_places(places: tuple[Step, ...]) -> Stage:
    states = {step.state for step in places}
    if "failed" in states:
        return "failed"
    if states <= {"passed"}:
        return "verified"
    return "released" if states == {"waiting"} else "promoting"


def _taken_back(commit: MainCommit, snapshot: Snapshot) -> Literal["reverted", "held"] | None:
    """A revert on the default branch is the last word; until it is there, a standing hold is."""
    if undoing(snapshot.main, commit.sha) is not None:
        return "reverted"
    return "held" if hold_on(commit, snapshot.ledger) is not None else None


def hold_on(commit: MainCommit, ledger: LedgerState) -> Hold | None:
    """The standing hold that names this very commit."""
    return next((hold for hold in ledger.standing_holds if commit.sha in hold.commits), None)
