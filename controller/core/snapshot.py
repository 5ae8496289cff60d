"""
Everything that one pass read. Each part that can fail to be read is `Known` or `Unknown`, never empty for "could not".

`probes` are what this process saw since it started: a cache. Losing it only means that checks are asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.core.configuration import Configuration
from controller.core.ledger.state import LedgerState
from controller.core.model import (
    BranchName,
    Build,
    BuildId,
    Command,
    EnvironmentName,
    Known,
    MainCommit,
    Person,
    Probe,
    Proposal,
    ReleaseId,
    Running,
    Sha,
    Unknown,
)
from controller.core.policy import Policy


@dataclass(frozen=True)
class MainLine:
    """
    The first-parent commits of the default branch, oldest first, back to the oldest that anything refers to.

    `begins` says whether the first of them is the branch's very first commit.
    """

    branch: BranchName
    commits: tuple[MainCommit, ...]
    begins: bool = False
    index: Mapping[Sha, int] = field(default_factory=dict)

    @staticmethod
    def of(branch: BranchName, commits: tuple[MainCommit, ...], *, begins: bool = False) -> MainLine:
        """Builds the line with its index."""
        return MainLine(
            branch=branch,
            commits=commits,
            begins=begins,
            index={commit.sha: position for position, commit in enumerate(commits)},
        )

    @property
    def head(self) -> MainCommit:
        """The newest commit."""
        return self.commits[-1]

    def get(self, sha: Sha | None) -> MainCommit | None:
        """That commit, `None` where it is not on the line."""
        position = self.index.get(sha) if sha is not None else None
        return None if position is None else self.commits[position]

    def after(self, sha: Sha) -> tuple[MainCommit, ...]:
        """The commits after that one, oldest first; none where it is not on the line."""
        position = self.index.get(sha)
        return () if position is None else self.commits[position + 1 :]

    def between(self, older: Sha, newer: Sha) -> tuple[MainCommit, ...]:
        """The commits after `older` up to and with `newer`, oldest first: the span."""
        start, end = self.index.get(older), self.index.get(newer)
        if start is None or end is None:
            return ()
        return self.commits[start + 1 : end + 1]

    def contains(self, newer: Sha, older: Sha) -> bool:
        """Whether the commit `older` is `newer` or before it on the line."""
        start, end = self.index.get(older), self.index.get(newer)
        return start is not None and end is not None and start <= end


@dataclass(frozen=True)
class Snapshot:
    """What one pass knows. The bot is given, since who counts as one of us is no guess."""

    configuration: Configuration
    main: MainLine
    ledger: LedgerState
    bot: Person
    policies: tuple[Policy, ...]
    proposals: Known[tuple[Proposal, ...]] | Unknown
    builds: Known[tuple[Build, ...]] | Unknown
    running: Known[Mapping[EnvironmentName, Running]] | Unknown
    commands: Known[tuple[Command, ...]] | Unknown
    probes: Mapping[EnvironmentName, tuple[Probe, ...]] = field(default_factory=dict)
    recorded_builds: Known[Mapping[BuildId, ReleaseId | None]] | Unknown = field(default=Unknown("not read"))
    """The builds whose record is kept, each with the release that uses it as its record says."""
    said: frozenset[str] = frozenset()
    """Markers of what this process has told people already: a cache, since each is looked up before it is said."""
