"""Commits, decisions and runs in one order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from controller.core.audit.commits import AuditCommit, tell_commit
from controller.core.audit.decisions import LedgerStep, tell_step
from controller.core.audit.entries import AuditEntry
from controller.core.audit.runs import BuildTold, tell_build
from controller.core.ledger.state import CommitEvidence, LedgerState
from controller.core.model import Sha

__all__ = ["AuditCommit", "BuildTold", "LedgerStep", "timeline"]


def timeline(
    commits: Iterable[AuditCommit], history: Iterable[LedgerStep], builds: Iterable[BuildTold]
) -> tuple[AuditEntry, ...]:
    """
    Everything that is known, oldest first; `commits` and `history` come oldest first.

    Two things of one second keep the order in which they follow from each other: git's clock counts seconds.
    """
    steps = tuple(history)
    evidence = _evidence(steps)
    entries = [
        *(tell_build(told) for told in builds),
        *(tell_commit(commit, evidence.get(commit.sha)) for commit in commits),
        *_decisions(steps, evidence),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _evidence(steps: tuple[LedgerStep, ...]) -> Mapping[Sha, CommitEvidence]:
    """What the newest accepted state has seen of each commit; releases are never changed, so that it has all."""
    newest = next((step.state for step in reversed(steps) if step.state is not None), LedgerState())
    return {evidence.commit: evidence for release in newest.releases.values() for evidence in release.commits}


def _decisions(steps: tuple[LedgerStep, ...], evidence: Mapping[Sha, CommitEvidence]) -> Iterator[AuditEntry]:
    before = LedgerState()
    for step in steps:
        yield from tell_step(before, step, evidence)
        before = step.state if step.state is not None else before
