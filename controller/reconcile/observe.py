"""Ports and git to a `Snapshot`. Each part that cannot be read becomes `Unknown` with the reason, never empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from controller.core.errors import ControllerError
from controller.core.model import ForgeProposal, Known, Proposal, ProposalState, Sha, Unknown
from controller.core.rules.releases import newest_release
from controller.core.snapshot import Snapshot
from controller.operations import builds
from controller.operations.platform import Platform
from controller.operations.reading import proposal_facts
from controller.operations.view import View, read_view, refresh_heads
from controller.reconcile.memory import Memory

T = TypeVar("T")


@dataclass(frozen=True)
class Observation:
    """The snapshot, and the reading of git that it stands on: writes are made against it."""

    snapshot: Snapshot
    view: View


def observe(platform: Platform, memory: Memory) -> Observation:
    """
    Reads everything for one pass.

    With the forge away the mirror's last state is still known, so that an environment can be checked and taken back; what
    moves forward needs the forge and finds it unknown.
    """
    heads = _read(lambda: refresh_heads(platform))
    view = read_view(platform)
    away = heads if isinstance(heads, Unknown) else None
    snapshot = Snapshot(
        configuration=view.configuration,
        main=view.main,
        ledger=view.state,
        bot=platform.forge.bot,
        policies=view.policies,
        proposals=away or _read(lambda: _proposals(platform, view)),
        builds=away or _read(platform.forge.builds),
        running=_read(platform.cluster.observe),
        commands=away or _read(platform.forge.commands),
        probes=dict(memory.probes),
        recorded_builds=_read(lambda: builds.recorded(platform)),
        said=frozenset(memory.said),
    )
    return Observation(snapshot=snapshot, view=view)


def unread(snapshot: Snapshot) -> tuple[str, ...]:
    """Why parts of a snapshot are unknown, each reason with the parts that it keeps from being read."""
    parts = {
        "proposals": snapshot.proposals,
        "builds": snapshot.builds,
        "environments": snapshot.running,
        "commands": snapshot.commands,
        "recorded builds": snapshot.recorded_builds,
    }
    why: dict[str, list[str]] = {}
    for name, part in parts.items():
        if isinstance(part, Unknown):
            why.setdefault(part.reason, []).append(name)
    return tuple(f"{', '.join(names)}: {reason}" for reason, names in why.items())


def _read(read: Callable[[], T]) -> Known[T] | Unknown:
    try:
        return Known(read())
    except ControllerError as error:
        return Unknown(str(error))


def _proposals(platform: Platform, view: View) -> tuple[Proposal, ...]:
    """The open proposals, and those whose merge no release speaks of yet, with all that judges them."""
    wanted = _unreleased(view)
    return tuple(
        _whole(platform, view, proposal)
        if proposal.state is ProposalState.OPEN or proposal.merged_commit in wanted
        else Proposal(forge=proposal)
        for proposal in platform.forge.proposals()
    )


def _unreleased(view: View) -> frozenset[Sha]:
    """The commits after the newest release: their evidence is gathered when they become one."""
    newest = newest_release(view.state, view.main)
    commits = view.main.after(newest.commit) if newest is not None else ()
    return frozenset(commit.sha for commit in commits)


def _whole(platform: Platform, view: View, proposal: ForgeProposal) -> Proposal:
    if proposal.merged_commit is not None and proposal.merged_by is None:
        # The list of pull requests does not say who merged; asking for the one does.
        proposal = platform.forge.proposal_of(proposal.merged_commit) or proposal
    reviews = platform.forge.reviews(proposal.number)
    reviewed = tuple(dict.fromkeys(review.commit for review in reviews))
    is_open = proposal.state is ProposalState.OPEN
    return Proposal(
        forge=proposal,
        reviews=reviews,
        pushes=platform.forge.pushes(proposal.branch),
        gate=platform.forge.gate(proposal.head) if is_open else None,
        facts=proposal_facts(platform, view.configuration, proposal, reviewed=reviewed),
    )
