"""Who ran what since when: the stays of releases in environments, from what the audit tells of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from controller.core.audit.entries import AuditEntry, Deed
from controller.core.ledger.state import LedgerState, Release
from controller.core.model import AUTOMATION, EnvironmentName, ReleaseId, Sha
from controller.operations.audit import read_audit, telling
from controller.reconcile.loop import Loop

_MOVES = frozenset({Deed.ADOPTED, Deed.PROMOTED, Deed.ROLLED_BACK})
_VERDICTS = frozenset({Deed.PASSED, Deed.FAILED, Deed.ERRORED})

Timeline = Mapping[EnvironmentName, tuple["Stay", ...]]
_KEY = ("told",)


@dataclass(frozen=True)
class Told:
    """What the branches tell at some heads: every entry, oldest first, and the stays that follow from them."""

    heads: tuple[Sha | None, ...]
    entries: tuple[AuditEntry, ...]
    timeline: Timeline


@dataclass(frozen=True)
class Stay:
    """
    A release in an environment: from when until when (`None`: still), how it came there, by whom and why.

    `verdict` is the last thing that its checks came to during this stay, `proof` the ledger's commit that moved it.
    What the automation took back had failed there: that is told by the move alone.
    """

    environment: EnvironmentName
    release: ReleaseId
    came: Deed
    since: datetime
    until: datetime | None
    by: str
    why: str
    proof: str
    verdict: Deed | None = None


def told(loop: Loop) -> Told:
    """
    Everything that git tells, derived once for the same heads. Where something has to be read, the lock is taken for a
    part at a time.
    """
    kept = _kept(loop)
    if kept is not None:
        return kept
    loop.in_turns(lambda: telling(loop.platform, loop.look().view))
    with loop.turn():
        view = loop.look().view
        entries = read_audit(loop.platform, view)
        made = Told(heads_of(loop), entries, stays(entries, view.state))
        remember(loop, made)
    return made


def remember(loop: Loop, made: Told) -> None:
    """Keeps it until a branch moves."""
    loop.platform.remembered.by_key[_KEY] = made


def _kept(loop: Loop) -> Told | None:
    kept = loop.platform.remembered.by_key.get(_KEY)
    return kept if isinstance(kept, Told) and kept.heads == heads_of(loop) else None


def heads_of(loop: Loop) -> tuple[Sha | None, ...]:
    """Where the branches stand that the telling is made of."""
    view, platform = loop.look().view, loop.platform
    return view.main.head.sha, view.ledger.head, platform.head(platform.builds_branch)


def stays(entries: Iterable[AuditEntry], ledger: LedgerState) -> Timeline:
    """The stays of every environment, the newest first. `entries` come oldest first."""
    by_commit = {release.commit: release for release in ledger.releases.values()}
    found: dict[EnvironmentName, list[Stay]] = {}
    for entry in entries:
        if entry.environment is None or entry.commit is None:
            continue
        here = found.setdefault(entry.environment, [])
        if entry.deed in _MOVES:
            _move(here, entry, by_commit)
        elif entry.deed in _VERDICTS and here and _is_of(here[-1], entry, by_commit):
            here[-1] = replace(here[-1], verdict=entry.deed)
    return {name: tuple(reversed(here)) for name, here in found.items()}


def _move(here: list[Stay], entry: AuditEntry, by_commit: Mapping[Sha, Release]) -> None:
    release = by_commit.get(entry.commit) if entry.commit is not None else None
    if release is None or entry.environment is None:
        return
    if here:
        failed = entry.deed is Deed.ROLLED_BACK and entry.who == AUTOMATION.login
        here[-1] = replace(here[-1], until=entry.at, verdict=Deed.FAILED if failed else here[-1].verdict)
    here.append(
        Stay(
            environment=entry.environment,
            release=release.id,
            came=entry.deed,
            since=entry.at,
            until=None,
            by=entry.who,
            why=entry.why,
            proof=entry.proof[0] if entry.proof else "",
        )
    )


def _is_of(stay: Stay, entry: AuditEntry, by_commit: Mapping[Sha, Release]) -> bool:
    release = by_commit.get(entry.commit) if entry.commit is not None else None
    return release is not None and release.id == stay.release
