"""One change as people follow it: what it waits for, its stages with times, its build, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from codegen import Delta, ModuleName, Sentence
from controller.core.errors import ControllerError, Denied
from controller.core.ledger.state import Release
from controller.core.model import (
    Annotation,
    Build,
    BuildStatus,
    EnvironmentName,
    MainCommit,
    Person,
    Proposal,
    ProposalNumber,
    ProposalState,
    Unknown,
)
from controller.core.progress import first_release_with
from controller.core.requests import Request
from controller.core.rules.gate import GateLine, find_image
from controller.core.sentences import reason_told
from controller.core.snapshot import Snapshot
from controller.core.spans import is_in_force
from controller.core.waiting import Waiting, waiting
from controller.operations.builds import known_records
from controller.operations.catalog import CatalogRow, known_modules
from controller.operations.merged import Before, judged_when_merged, known_before, read_before
from controller.reconcile.loop import Loop
from controller.showing.builds import blamed
from controller.showing.changes import proposals_of
from controller.showing.plans import Estimate, estimate_of
from controller.showing.stages import Stage, requester, stages, trailers_of


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


def change(loop: Loop, number: int) -> ChangeShown:
    """One proposal, whoever opened it. `Denied` (`NotFound`) where there is none, `Transient` where nobody can tell."""
    seen = loop.look()
    snapshot = seen.snapshot
    found = next((proposal for proposal in proposals_of(snapshot) if proposal.number == number), None)
    if found is None:
        raise Denied(
            "NotFound",
            Sentence("there is no proposal #{number}", number=number),
            hint=Sentence("see the list of changes"),
        )
    shown = show_change(
        found,
        snapshot,
        loop.platform.clock(),
        rows=known_modules(loop.platform, seen.view) or (),
        estimate=estimate_of(known_records(loop.platform)),
        when_merged=_when_merged(loop, found, snapshot),
    )
    return replace(shown, conditions=_conditions(loop, shown.waiting))


def _when_merged(loop: Loop, proposal: Proposal, snapshot: Snapshot) -> tuple[GateLine, ...]:
    """What the gate judged of a merged change, by the rules that stood before it; nothing where those cannot be read."""
    commit = snapshot.main.get(proposal.forge.merged_commit)
    if commit is None:
        return ()
    before = known_before(loop.platform, commit) or _read_before(loop, commit)
    by = requester(proposal, snapshot)
    return judged_when_merged(proposal.forge, commit, before, snapshot.ledger, requested_by=by)


def _read_before(loop: Loop, commit: MainCommit) -> Before | None:
    with loop.turn():
        try:
            return read_before(loop.platform, commit)
        except ControllerError:
            return None


def _conditions(loop: Loop, found: Waiting) -> tuple[str, ...]:
    """What the rules say of the environment beside what the change itself tells: drift, an unwell predecessor."""
    if loop.memory.last is None or found.what not in ("promotion", "rollout"):
        return ()
    return tuple(each.message for each in loop.memory.last.conditions if each.about == found.environment)


def show_change(
    proposal: Proposal,
    snapshot: Snapshot,
    now: datetime,
    *,
    rows: tuple[CatalogRow, ...] = (),
    estimate: Estimate | None = None,
    when_merged: tuple[GateLine, ...] = (),
) -> ChangeShown:
    """Puts together what one snapshot says of a change; `when_merged` is what was judged of a merged one."""
    commit = snapshot.main.get(proposal.forge.merged_commit)
    trailers = trailers_of(proposal, commit)
    release = first_release_with(snapshot.ledger, snapshot.main, commit) if commit is not None else None
    build = _build(proposal, commit, snapshot)
    is_ours = proposal.forge.author.id == snapshot.bot.id
    return ChangeShown(
        proposal=proposal,
        requested_by=requester(proposal, snapshot),
        reason=reason_told(trailers.reason, snapshot.ledger.holds) if trailers is not None else "",
        asked=trailers.change if trailers is not None else "",
        delta=_delta(proposal, commit),
        waiting=waiting(proposal, snapshot, now),
        stages=tuple(stages(proposal, commit, build, snapshot, when_merged=when_merged)),
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
