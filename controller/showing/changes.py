"""A change as people follow it: what it waits for, its stages with times, its build, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from codegen import Delta, ModuleName
from controller.core.approval import requester_of
from controller.core.errors import Denied, Transient
from controller.core.ledger.state import Approval, Release
from controller.core.model import (
    Annotation,
    Build,
    BuildStatus,
    EnvironmentName,
    GateStatus,
    Known,
    MainCommit,
    Person,
    Proposal,
    ProposalNumber,
    ProposalState,
    Unknown,
)
from controller.core.names import BRANCH_PREFIX
from controller.core.progress import Step, StepState, first_release_with, hold_on, progress
from controller.core.requests import Request
from controller.core.rules.gate import find_image, judge
from controller.core.snapshot import Snapshot
from controller.core.spans import is_in_force, undoing
from controller.core.trailers import ChangeTrailers
from controller.core.waiting import Waiting, waiting
from controller.operations.builds import known_records
from controller.operations.catalog import CatalogRow, known_modules
from controller.reconcile.loop import Loop
from controller.showing.builds import blamed
from controller.showing.plans import Estimate, estimate_of

Part = Literal["asked", "source", "policies", "build", "approval", "merge", "release", "environment"]


@dataclass(frozen=True)
class Stage:
    """One part of the way. `text` is in the core's own words; `about` names the environment, the release or a person."""

    part: Part
    state: StepState
    about: str = ""
    text: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Fault:
    """The first error of a failed build, and the module to blame where its title or its path tells."""

    error: Annotation
    module: ModuleName | None


@dataclass(frozen=True)
class ChangeShown:
    """
    One change. `undo` is the open proposal that takes it out, `returns` the environments that an undo would return.

    `conditions` are what the last pass said of the environment that is waited for, in the core's own words.
    """

    proposal: Proposal
    requested_by: Person
    reason: str
    asked: str
    delta: Delta
    waiting: Waiting
    stages: tuple[Stage, ...]
    build: Build | None
    fault: Fault | None
    release: Release | None
    estimate: Estimate | None
    commit: MainCommit | None
    undo: ProposalNumber | None
    returns: tuple[EnvironmentName, ...]
    is_ours: bool
    is_in_force: bool
    conditions: tuple[str, ...] = ()

    @property
    def number(self) -> ProposalNumber:
        """The proposal's number."""
        return self.proposal.number

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether it is open and the bot's."""
        return self.is_ours and self.proposal.forge.state is ProposalState.OPEN

    @property
    def can_be_undone(self) -> bool:
        """Whether it is merged, changes modules, and nothing took it out yet."""
        return self.is_in_force and self.undo is None


@dataclass(frozen=True)
class ChangeLine:
    """A change in a list."""

    proposal: Proposal
    requested_by: Person
    waiting: Waiting


@dataclass(frozen=True)
class ChangesPage:
    """Some changes; `number` of `last` pages."""

    lines: tuple[ChangeLine, ...]
    number: int
    last: int


ListState = Literal["", "open", "merged", "closed"]


def changes(loop: Loop, *, state: ListState = "", text: str = "", page: int = 1, size: int = 50) -> ChangesPage:
    """
    A page of the bot's proposals that fit, the newest first; the last one where there are not as many.

    What a change waits for is only worked out for those that are shown. `Transient` where the forge was not read.
    """
    snapshot = loop.look().snapshot
    now = loop.platform.clock()
    found = [
        proposal
        for proposal in proposals_of(snapshot)
        if proposal.forge.branch.startswith(BRANCH_PREFIX)
        and state in ("", proposal.forge.state.value)
        and text.casefold() in proposal.forge.title.casefold()
    ]
    last = max(1, -(-len(found) // size))
    page = min(page, last)
    shown = found[(page - 1) * size : page * size]
    lines = tuple(ChangeLine(p, _requester(p, snapshot), waiting(p, snapshot, now)) for p in shown)
    return ChangesPage(lines, page, last)


def change(loop: Loop, number: int) -> ChangeShown:
    """One proposal, whoever opened it. `Denied` (`NotFound`) where there is none, `Transient` where nobody can tell."""
    seen = loop.look()
    snapshot = seen.snapshot
    found = next((proposal for proposal in proposals_of(snapshot) if proposal.number == number), None)
    if found is None:
        raise Denied("NotFound", f"there is no proposal #{number}", hint="see the list of changes")
    shown = show_change(
        found,
        snapshot,
        loop.platform.clock(),
        rows=known_modules(loop.platform, seen.view) or (),
        estimate=estimate_of(known_records(loop.platform)),
    )
    return replace(shown, conditions=_conditions(loop, shown.waiting))


def _conditions(loop: Loop, found: Waiting) -> tuple[str, ...]:
    """What the rules say of the environment beside what the change itself tells: drift, an unwell predecessor."""
    if loop.memory.last is None or found.what not in ("promotion", "rollout"):
        return ()
    return tuple(each.message for each in loop.memory.last.conditions if each.about == found.environment)


def proposals_of(snapshot: Snapshot) -> tuple[Proposal, ...]:
    """The proposals, `Transient` where the forge was not read."""
    match snapshot.proposals:
        case Known(value=proposals):
            return proposals
        case Unknown(reason=reason):
            raise Transient(reason)


def show_change(
    proposal: Proposal,
    snapshot: Snapshot,
    now: datetime,
    *,
    rows: tuple[CatalogRow, ...] = (),
    estimate: Estimate | None = None,
) -> ChangeShown:
    """Puts together what one snapshot says of a change."""
    commit = snapshot.main.get(proposal.forge.merged_commit)
    trailers = _trailers(proposal, commit)
    release = first_release_with(snapshot.ledger, snapshot.main, commit) if commit is not None else None
    build = _build(proposal, commit, snapshot)
    is_ours = proposal.forge.author.id == snapshot.bot.id
    return ChangeShown(
        proposal=proposal,
        requested_by=_requester(proposal, snapshot),
        reason=trailers.reason if trailers is not None else "",
        asked=trailers.change if trailers is not None else "",
        delta=_delta(proposal, commit),
        waiting=waiting(proposal, snapshot, now),
        stages=tuple(_stages(proposal, commit, build, snapshot)),
        build=build,
        fault=_fault(build, rows),
        release=release,
        estimate=estimate,
        commit=commit,
        undo=_undo(commit, snapshot),
        returns=_returns(commit, snapshot),
        is_ours=is_ours,
        is_in_force=commit is not None and commit.changes_modules and is_in_force(snapshot.main, commit.sha),
    )


def _requester(proposal: Proposal, snapshot: Snapshot) -> Person:
    """Who asked: as the bot's own commit says, which a merged proposal has on the default branch."""
    commit = snapshot.main.get(proposal.forge.merged_commit)
    trailers = _trailers(proposal, commit)
    is_ours = proposal.forge.author.id == snapshot.bot.id
    return trailers.requested_by if trailers is not None and is_ours else requester_of(proposal)


def _trailers(proposal: Proposal, commit: MainCommit | None) -> ChangeTrailers | None:
    if proposal.facts is not None:
        return ChangeTrailers.read(proposal.facts.trailers)
    return ChangeTrailers.read(commit.trailers) if commit is not None else None


def _delta(proposal: Proposal, commit: MainCommit | None) -> Delta:
    if commit is not None:
        return commit.delta
    return proposal.facts.delta if proposal.facts is not None else Delta()


def _build(proposal: Proposal, commit: MainCommit | None, snapshot: Snapshot) -> Build | None:
    tree = commit.input_tree if commit is not None else None
    if tree is None and proposal.facts is not None:
        tree = proposal.facts.input_tree
    return find_image(tree, snapshot)[1] if tree is not None else None


def _fault(build: Build | None, rows: tuple[CatalogRow, ...]) -> Fault | None:
    if build is None or build.status is not BuildStatus.FAILED or not build.errors:
        return None
    first = build.errors[0]
    return Fault(first, blamed((first,)) or _owner(first.path, rows))


def _owner(path: str, rows: Iterable[CatalogRow]) -> ModuleName | None:
    """The module in whose folder a file is, the innermost where folders are within each other."""
    having = [row for row in rows if row.path and path.startswith(f"{row.path}/")]
    return max(having, key=lambda row: len(row.path)).slug if having else None


def _undo(commit: MainCommit | None, snapshot: Snapshot) -> ProposalNumber | None:
    """The open proposal that takes a merged change out."""
    if commit is None or isinstance(snapshot.proposals, Unknown):
        return None
    wanted = Request(kind="revert", requested_by=snapshot.bot, reason="", reverts=commit.sha)
    for proposal in snapshot.proposals.value:
        names = proposal.facts is not None and proposal.facts.reverts == commit.sha
        if proposal.forge.state is ProposalState.OPEN and (names or wanted.is_carried_by(proposal.forge)):
            return proposal.number
    return None


def _returns(commit: MainCommit | None, snapshot: Snapshot) -> tuple[EnvironmentName, ...]:
    if commit is None:
        return ()
    return tuple(name for name, state in snapshot.ledger.environments.items() if commit.sha in state.span)


def _stages(proposal: Proposal, commit: MainCommit | None, build: Build | None, snapshot: Snapshot) -> Iterator[Stage]:
    """The whole way, also the part that is to come."""
    yield Stage("asked", "passed", about=_requester(proposal, snapshot).login)
    yield from _judged(proposal, build, snapshot)
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


def _judged(proposal: Proposal, build: Build | None, snapshot: Snapshot) -> Iterator[Stage]:
    """The gate's four lines while it is open; of a merged one only what is still known."""
    if proposal.forge.state is not ProposalState.OPEN or proposal.facts is None:
        if proposal.forge.state is ProposalState.MERGED and build is not None:
            yield _built(build, "")
        return
    states: dict[GateStatus, StepState] = {
        GateStatus.WAITING: "waiting",
        GateStatus.PASSED: "passed",
        GateStatus.FAILED: "failed",
    }
    for line in judge(proposal, snapshot).lines:
        if line.part == "build" and build is not None:
            yield _built(build, line.text if line.status is GateStatus.FAILED else "")
        else:
            yield Stage(line.part, states[line.status], text=line.text)


def _approved(commit: MainCommit | None, snapshot: Snapshot) -> Iterator[Stage]:
    """The approval of a merged change, as its release's evidence has it."""
    if commit is None:
        return
    evidence = (e for release in snapshot.ledger.releases.values() for e in release.commits)
    found = next((e for e in evidence if e.commit == commit.sha), None)
    if found is not None:
        state: StepState = "failed" if found.approval is Approval.MISSING else "passed"
        yield Stage("approval", state, text=found.detail)


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
    What was taken back failed there, whatever runs there by now. Once the change is undone nothing else is told: what
    runs elsewhere is not with it any more.
    """
    hold = hold_on(commit, snapshot.ledger) if commit is not None else None
    is_undone = commit is not None and undoing(snapshot.main, commit.sha) is not None
    for definition in snapshot.configuration.environments:
        step = known.get(definition.name)
        if hold is not None and hold.environment == definition.name:
            yield Stage("environment", "failed", about=definition.name, text=hold.reason, at=hold.at)
        elif not is_undone and step is not None and step.state != "waiting":
            yield Stage("environment", step.state, about=definition.name, text=step.detail, at=step.at)
        elif not is_undone:
            yield Stage("environment", "waiting", about=definition.name)
