"""Commits, decisions and runs in one order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from codegen import ModuleName
from controller.core.audit.commits import AuditCommit, tell_commit
from controller.core.audit.decisions import tell_step
from controller.core.audit.entries import AuditEntry
from controller.core.audit.runs import BuildTold, tell_build
from controller.core.audit.steps import LedgerStep, new_of
from controller.core.ledger.state import CommitEvidence, LedgerState
from controller.core.model import Sha

__all__ = ["AuditCommit", "BuildTold", "Decided", "LedgerStep", "arrange", "tell_commits", "tell_on", "timeline"]


@dataclass(frozen=True)
class Decided:
    """What the ledger has told up to a commit: the state there, the evidence of every commit, and the entries."""

    state: LedgerState = field(default_factory=LedgerState)
    evidence: Mapping[Sha, CommitEvidence] = field(default_factory=dict)
    entries: tuple[AuditEntry, ...] = ()


_NONE: Mapping[Sha, AuditEntry] = {}
_NOTHING = Decided()


def timeline(
    commits: Iterable[AuditCommit], history: Iterable[LedgerStep], builds: Iterable[BuildTold]
) -> tuple[AuditEntry, ...]:
    """
    Everything that is known, oldest first; `commits` and `history` come oldest first.

    Two things of one second keep the order in which they follow from each other: git's clock counts seconds.
    """
    line = tuple(commits)
    decided = tell_on(Decided(), history, line)
    return arrange(tell_commits(line, decided).values(), decided, builds)


def arrange(commits: Iterable[AuditEntry], decided: Decided, builds: Iterable[BuildTold]) -> tuple[AuditEntry, ...]:
    """The three in one order."""
    entries = [*(tell_build(told) for told in builds), *commits, *decided.entries]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def tell_commits(
    commits: Iterable[AuditCommit], decided: Decided, known: Mapping[Sha, AuditEntry] = _NONE, *, at: Decided = _NOTHING
) -> dict[Sha, AuditEntry]:
    """
    The default branch's entries by commit. `known` are those that were told when `at` was all that was decided: what was
    told of a commit stays while its evidence and the holds do.
    """
    stays = known if at.state.holds is decided.state.holds else _NONE
    found: dict[Sha, AuditEntry] = {}
    for commit in commits:
        seen = decided.evidence.get(commit.sha)
        told = stays.get(commit.sha) if at.evidence.get(commit.sha) is seen else None
        found[commit.sha] = told or tell_commit(commit, seen, decided.state.holds)
    return found


def tell_on(decided: Decided, steps: Iterable[LedgerStep], commits: Iterable[AuditCommit]) -> Decided:
    """
    What the ledger tells with these further commits of it. Telling in parts comes to the same as telling all at once.

    The steps may be made one by one as they are asked for: only two states are held at a time.
    """
    before, evidence, entries = decided.state, dict(decided.evidence), list(decided.entries)
    modules = {commit.sha: commit.modules for commit in commits} | {
        sha: _modules(seen) for sha, seen in evidence.items()
    }
    for step in steps:
        if step.state is not None:
            for seen in _evidence_of(before, step.state, step.touched):
                evidence[seen.commit] = seen
                modules[seen.commit] = _modules(seen)
        entries.extend(tell_step(before, step, modules))
        before = step.state if step.state is not None else before
    return Decided(before, evidence, tuple(entries))


def _evidence_of(before: LedgerState, after: LedgerState, touched: frozenset[str] | None) -> Iterable[CommitEvidence]:
    """The evidence that the new releases bring; releases are never changed."""
    return (seen for name in new_of(before.releases, after.releases, touched) for seen in after.releases[name].commits)


def _modules(seen: CommitEvidence) -> tuple[ModuleName, ...]:
    return (*seen.added, *seen.removed, *seen.changed)
