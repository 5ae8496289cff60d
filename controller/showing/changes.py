"""The changes: in a list with what each waits for, and as programs follow them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from controller.core.errors import Transient
from controller.core.model import Known, Person, Proposal, Unknown
from controller.core.names import BRANCH_PREFIX
from controller.core.progress import Progress, progress
from controller.core.snapshot import Snapshot
from controller.core.waiting import Waiting, waiting
from controller.reconcile.loop import Loop
from controller.showing.stages import requester, trailers_of


@dataclass(frozen=True)
class ChangeLine:
    """A change in a list."""

    proposal: Proposal
    requested_by: Person
    waiting: Waiting


@dataclass(frozen=True)
class Followed:
    """A change as a program follows it: how far it is in all its parts, and the first thing that it waits for."""

    proposal: Proposal
    progress: Progress
    waiting: Waiting
    requested_by: Person
    reason: str


def follow(proposal: Proposal, snapshot: Snapshot, now: datetime) -> Followed:
    """How far that change is."""
    trailers = trailers_of(proposal, snapshot.main.get(proposal.forge.merged_commit))
    return Followed(
        proposal=proposal,
        progress=progress(proposal, snapshot),
        waiting=waiting(proposal, snapshot, now),
        requested_by=requester(proposal, snapshot),
        reason=trailers.reason if trailers is not None else "",
    )


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
    lines = tuple(ChangeLine(p, requester(p, snapshot), waiting(p, snapshot, now)) for p in shown)
    return ChangesPage(lines, page, last)


def proposals_of(snapshot: Snapshot) -> tuple[Proposal, ...]:
    """The proposals, `Transient` where the forge was not read."""
    match snapshot.proposals:
        case Known(value=proposals):
            return proposals
        case Unknown(reason=reason):
            raise Transient(reason)
