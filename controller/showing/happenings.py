"""
What changed between two readings, by name: who shows one of these things fetches it again.

A reading is kept as one value a thing, and a thing happened where its value differs. So nothing can be forgotten that
people are shown, and what is told twice is only fetched twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from controller.core.ledger.state import LedgerState
from controller.core.model import ForgeProposal, GateReport, Known, Proposal, ProposalState, Review, Running
from controller.core.progress import Progress, progress
from controller.core.snapshot import Snapshot
from controller.reconcile.loop import Loop
from controller.reconcile.observe import Observation, unread

Kind = Literal["change", "build", "release", "environment", "hold", "freeze", "health"]
CONTROLLER = "controller"
"""Whose health it is: there is one."""
_FOLLOWED = 10
"""Merged changes, the newest, whose way to the last environment is followed; the others stand still."""


@dataclass(frozen=True, order=True)
class Thing:
    """Something that people are shown."""

    kind: Kind
    id: str


Reading = Mapping[Thing, object]


def ledger_things(state: LedgerState) -> Reading:
    """What the ledger holds: the same as long as its head is."""
    return {
        **{Thing("release", id_): True for id_ in state.releases},
        **{Thing("environment", name): environment for name, environment in state.environments.items()},
        **{Thing("hold", id_): hold for id_, hold in state.holds.items()},
        **{Thing("freeze", id_): freeze for id_, freeze in state.freezes.items()},
    }


def outside_things(loop: Loop, seen: Observation, before: Reading, *, is_on: bool = True) -> Reading:
    """
    What forge, cluster and the controller itself say. What cannot be read is taken to be as it was `before`.

    `is_on` says whether ledger or default branch moved on since: if not, the ways of released changes are as they were.
    """
    snapshot = seen.snapshot
    return {
        **(dict(_changes(snapshot, {} if is_on else before)) or _of_kind("change", before)),
        **(dict(_builds(snapshot)) or _of_kind("build", before)),
        **dict(_environments(loop, snapshot)),
        **dict(_ending_freezes(snapshot, loop.platform.clock())),
        Thing("health", CONTROLLER): _health(loop, seen),
    }


def open_things(snapshot: Snapshot, since: datetime) -> tuple[Thing, ...]:
    """
    What may have happened outside of the ledger since then, told without knowing how it was: every environment, what is
    on its way, and what came to its end.
    """
    proposals, builds = _known_proposals(snapshot), snapshot.builds.value if isinstance(snapshot.builds, Known) else ()
    return (
        *(Thing("environment", each.name) for each in snapshot.configuration.environments),
        *(Thing("change", str(p.number)) for p in proposals if _is_young(p.forge.closed_at, since)),
        *(Thing("build", build.id) for build in builds if _is_young(build.finished_at, since)),
        Thing("health", CONTROLLER),
    )


def differing(before: Reading, after: Reading) -> tuple[Thing, ...]:
    """The things that came, went, or are not as they were."""
    if before is after:
        return ()
    gone = (thing for thing in before if thing not in after)
    return (*(thing for thing, value in after.items() if thing not in before or before[thing] != value), *gone)


def _is_young(ended_at: datetime | None, since: datetime) -> bool:
    return ended_at is None or ended_at >= since


def _known_proposals(snapshot: Snapshot) -> tuple[Proposal, ...]:
    return snapshot.proposals.value if isinstance(snapshot.proposals, Known) else ()


def _of_kind(kind: Kind, before: Reading) -> Reading:
    return {thing: value for thing, value in before.items() if thing.kind == kind}


@dataclass(frozen=True)
class _Change:
    forge: ForgeProposal
    reviews: tuple[Review, ...]
    gate: GateReport | None
    way: Progress | None


def _changes(snapshot: Snapshot, known: Reading) -> Iterator[tuple[Thing, object]]:
    merged = [p for p in _known_proposals(snapshot) if p.forge.state is ProposalState.MERGED]
    followed = {p.number for p in sorted(merged, key=lambda proposal: proposal.number)[-_FOLLOWED:]}
    for proposal in _known_proposals(snapshot):
        forge = proposal.forge
        is_followed = forge.state is ProposalState.OPEN or proposal.number in followed
        thing = Thing("change", str(proposal.number))
        way = _way(proposal, snapshot, known.get(thing)) if is_followed else None
        yield thing, _Change(forge, proposal.reviews, proposal.gate, way)


def _way(proposal: Proposal, snapshot: Snapshot, known: object) -> Progress:
    """How far it is. Of a released change, which has no facts any more, only ledger and default branch tell."""
    if proposal.facts is None and isinstance(known, _Change) and known.way is not None:
        return known.way
    return progress(proposal, snapshot)


def _builds(snapshot: Snapshot) -> Iterator[tuple[Thing, object]]:
    for build in snapshot.builds.value if isinstance(snapshot.builds, Known) else ():
        yield Thing("build", build.id), build


def _environments(loop: Loop, snapshot: Snapshot) -> Iterator[tuple[Thing, object]]:
    """What runs, how its last checks went, and what it waits for."""
    last = loop.memory.last
    conditions = last.conditions if last is not None else ()
    for definition in snapshot.configuration.environments:
        name = definition.name
        probes = snapshot.probes.get(name, ())
        waits = tuple(condition for condition in conditions if condition.about == name)
        running = snapshot.running.value.get(name) if isinstance(snapshot.running, Known) else None
        yield Thing("environment", name), (_seen(running), probes[-1].outcome if probes else None, waits)


def _ending_freezes(snapshot: Snapshot, now: datetime) -> Iterator[tuple[Thing, object]]:
    """A freeze that ends by itself happens again then, and no commit tells of it."""
    for freeze in snapshot.ledger.freezes.values():
        if freeze.until is not None and freeze.lifted_at is None:
            yield Thing("freeze", freeze.id), freeze.stands(now)


def _seen(running: Running | None) -> object:
    return (running.phase, running.desired, running.serving, running.error) if running is not None else None


def _health(loop: Loop, seen: Observation) -> object:
    problem = loop.last.problem if loop.last is not None else ""
    return (unread(seen.snapshot), problem, seen.view.ledger.rejected, frozenset(loop.memory.failures))
