"""The stages of a change, from the request to the last environment, and who asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from codegen import Sentence
from controller.core.approval import requester_of
from controller.core.ledger.state import Approval
from controller.core.model import (
    AUTOMATION,
    Build,
    BuildStatus,
    EnvironmentName,
    GateStatus,
    MainCommit,
    Person,
    Proposal,
    ProposalState,
)
from controller.core.progress import Step, StepState, first_release_with, hold_on, progress
from controller.core.rules.gate import GateLine, judge
from controller.core.sentences import approval_told, hold_told
from controller.core.snapshot import Snapshot
from controller.core.spans import undoing
from controller.core.trailers import ChangeTrailers

_STATES: Mapping[GateStatus, StepState] = {
    GateStatus.WAITING: "waiting",
    GateStatus.PASSED: "passed",
    GateStatus.FAILED: "failed",
}
Part = Literal["asked", "source", "policies", "build", "approval", "merge", "release", "environment"]


@dataclass(frozen=True)
class Stage:
    """
    One part of the way. `text` is in the core's own words; `about` names the environment, the release or a person.

    `taken_back_by` is who returned an environment where nothing had failed; then `text` is their reason.
    """

    part: Part
    state: StepState
    about: str = ""
    text: str = ""
    at: datetime | None = None
    taken_back_by: str = ""


def requester(proposal: Proposal, snapshot: Snapshot) -> Person:
    """Who asked: as the bot's own commit says, which a merged proposal has on the default branch."""
    commit = snapshot.main.get(proposal.forge.merged_commit)
    trailers = trailers_of(proposal, commit)
    is_ours = proposal.forge.author.id == snapshot.bot.id
    return trailers.requested_by if trailers is not None and is_ours else requester_of(proposal)


def trailers_of(proposal: Proposal, commit: MainCommit | None) -> ChangeTrailers | None:
    """What the bot's own commit says of the change; `None` for one that is not the bot's, or not known."""
    if proposal.facts is not None:
        return ChangeTrailers.read(proposal.facts.trailers)
    return ChangeTrailers.read(commit.trailers) if commit is not None else None


def stages(
    proposal: Proposal,
    commit: MainCommit | None,
    build: Build | None,
    snapshot: Snapshot,
    *,
    when_merged: tuple[GateLine, ...] = (),
) -> Iterator[Stage]:
    """The whole way of a change, also the part that is to come; `when_merged` is what was judged of a merged one."""
    yield Stage("asked", "passed", about=requester(proposal, snapshot).called)
    yield from _judged(proposal, build, snapshot, when_merged)
    yield from _approved(commit, snapshot)
    merged = proposal.forge.merged_by
    match proposal.forge.state:
        case ProposalState.MERGED:
            at = commit.committed_at if commit is not None else proposal.forge.closed_at
            yield Stage("merge", "passed", about=merged.login if merged is not None else "", at=at)
        case ProposalState.CLOSED:
            yield Stage("merge", "failed", at=proposal.forge.closed_at)
            return
        case ProposalState.OPEN:
            yield Stage("merge", "waiting")
    yield from _after_merge(proposal, commit, snapshot)


def _judged(
    proposal: Proposal, build: Build | None, snapshot: Snapshot, when_merged: tuple[GateLine, ...]
) -> Iterator[Stage]:
    """The gate's four lines while it is open; of a merged one what stood in them, and the build as far as it is known."""
    if proposal.forge.state is ProposalState.MERGED:
        yield from (Stage(line.part, _STATES[line.status], text=line.text) for line in when_merged)
        if build is not None:
            yield _built(build, "")
    elif proposal.forge.state is ProposalState.OPEN and proposal.facts is not None:
        yield from _of_the_gate(proposal, build, snapshot)


def _of_the_gate(proposal: Proposal, build: Build | None, snapshot: Snapshot) -> Iterator[Stage]:
    for line in judge(proposal, snapshot).lines:
        if line.part == "build" and build is not None:
            yield _built(build, line.text if line.status is GateStatus.FAILED else "")
        else:
            yield Stage(line.part, _STATES[line.status], text=_named(line.text, requester(proposal, snapshot)))


def _named(text: str, asking: Person) -> str:
    """The core's words with the name of who asked."""
    if isinstance(text, Sentence) and text.values.get("other") == asking.login:
        return text.refilled(other=asking.called)
    return text


def _approved(commit: MainCommit | None, snapshot: Snapshot) -> Iterator[Stage]:
    """The approval of a merged change, as its release's evidence has it."""
    if commit is None:
        return
    evidence = (e for release in snapshot.ledger.releases.values() for e in release.commits)
    found = next((e for e in evidence if e.commit == commit.sha), None)
    if found is not None:
        state: StepState = "failed" if found.approval is Approval.MISSING else "passed"
        yield Stage("approval", state, text=approval_told(found))


def _built(build: Build, text: str) -> Stage:
    states: dict[BuildStatus, StepState] = {
        BuildStatus.RUNNING: "running",
        BuildStatus.SUCCEEDED: "passed",
        BuildStatus.FAILED: "failed",
    }
    return Stage("build", states.get(build.status, "waiting"), text=text, at=build.finished_at or build.started_at)


def _after_merge(proposal: Proposal, commit: MainCommit | None, snapshot: Snapshot) -> Iterator[Stage]:
    known = {step.name: step for step in progress(proposal, snapshot).steps} if commit is not None else {}
    release = known.get("release")
    yield Stage(
        "release",
        release.state if release is not None else "waiting",
        text=release.detail if release is not None else "",
        at=release.at if release is not None else None,
    )
    yield from _environments(known, commit, snapshot)


def _environments(known: Mapping[str, Step], commit: MainCommit | None, snapshot: Snapshot) -> Iterator[Stage]:
    """
    What was taken back is told so, whatever runs there by now. Once the change is undone it is only told where it had
    passed before: what runs there is not with it any more.
    """
    hold = hold_on(commit, snapshot.ledger) if commit is not None else None
    is_undone = commit is not None and undoing(snapshot.main, commit.sha) is not None
    for definition in snapshot.configuration.environments:
        step = known.get(definition.name)
        if hold is not None and hold.environment == definition.name:
            person = hold.by.called if hold.by != AUTOMATION else ""
            yield Stage(
                "environment", "failed", about=definition.name, text=hold_told(hold), at=hold.at, taken_back_by=person
            )
        elif not is_undone and step is not None and step.state != "waiting":
            yield Stage("environment", step.state, about=definition.name, text=step.detail, at=step.at)
        elif not is_undone:
            yield Stage("environment", "waiting", about=definition.name)
        elif commit is not None and _passed_in(definition.name, commit, snapshot):
            yield Stage("environment", "passed", about=definition.name)


def _passed_in(name: EnvironmentName, commit: MainCommit, snapshot: Snapshot) -> bool:
    """Whether the release that the change came with passed its checks there."""
    release = first_release_with(snapshot.ledger, snapshot.main, commit)
    state = snapshot.ledger.environments.get(name)
    return release is not None and state is not None and release.id in state.passed
