"""What is on its way to modules: open proposals, and merged changes that some environment does not run yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from codegen import Delta, ModuleName
from controller.core.model import EnvironmentName, Known, Proposal, ProposalNumber, ProposalState, Sha
from controller.core.snapshot import Snapshot

Act = Literal["install", "uninstall", "upgrade", "change"]


@dataclass(frozen=True)
class Way:
    """
    A change on its way that touches a module: an open proposal, or a merged one that is not everywhere yet.

    `missing` are the environments that a merged one has not reached.
    """

    act: Act
    number: ProposalNumber | None
    commit: Sha | None
    is_merged: bool
    missing: tuple[EnvironmentName, ...] = ()


def ways(snapshot: Snapshot) -> Mapping[ModuleName, list[Way]]:
    """What is on its way, by module: open proposals first, the newest first."""
    found: dict[ModuleName, list[Way]] = defaultdict(list)
    proposals = snapshot.proposals.value if isinstance(snapshot.proposals, Known) else ()
    for proposal in proposals:
        for module, act in _acts(_open_delta(proposal)):
            found[module].append(Way(act, proposal.number, None, is_merged=False))
    numbers = {proposal.forge.merged_commit: proposal.number for proposal in proposals}
    for commit, missing in _travelling(snapshot).items():
        brought = snapshot.main.get(commit)
        for module, act in _acts(brought.delta if brought is not None else Delta()):
            found[module].append(Way(act, numbers.get(commit), commit, is_merged=True, missing=tuple(missing)))
    return found


def _open_delta(proposal: Proposal) -> Delta:
    is_open = proposal.forge.state is ProposalState.OPEN
    return proposal.facts.delta if is_open and proposal.facts is not None else Delta()


def _travelling(snapshot: Snapshot) -> Mapping[Sha, list[EnvironmentName]]:
    """The module changes on the default branch that some environment does not run yet, with those environments."""
    found: dict[Sha, list[EnvironmentName]] = defaultdict(list)
    for definition in snapshot.configuration.environments:
        state = snapshot.ledger.environments.get(definition.name)
        release = snapshot.ledger.releases.get(state.release) if state is not None and state.release else None
        for commit in snapshot.main.after(release.commit) if release is not None else ():
            if commit.changes_modules:
                found[commit.sha].append(definition.name)
    return found


def _acts(delta: Delta) -> Iterable[tuple[ModuleName, Act]]:
    yield from ((entry.slug, "install") for entry in delta.added)
    yield from ((entry.slug, "uninstall") for entry in delta.removed)
    for before, after in delta.changed:
        yield after.slug, "upgrade" if before.version != after.version or before.rev != after.rev else "change"
