"""What was read of git, as the rules need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from controller.core.audit.verifying.walking import Walk
from controller.core.builds import BuildRecord
from controller.core.ledger.acceptance import Rejected
from controller.core.ledger.state import CommitEvidence, Release
from controller.core.model import EnvironmentName, Fingerprint, Known, MainCommit, Sha, TreeId, Unknown
from controller.core.snapshot import MainLine


@dataclass(frozen=True)
class CommitFacts:
    """
    What git says of a commit of the default branch beyond `MainCommit`.

    `mismatches` are the generated files that are not what its manifest gives, `touched` all files that it changed.
    `input_trees` are the trees that its image may be named by: the configuration may have changed before it was built.
    `order` is the environment before each, as its configuration has it. `fingerprints` are those of the reviewed heads
    that are here. `is_merge`: it has several parents. `approvers` are the logins whose review counts by the configuration
    before it, its own or a later one, `None` where a team of them has such a role: who was in it no clone tells. `is_solo`
    is whether one of these let people approve what they asked for.
    """

    commit: MainCommit
    mismatches: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    input_trees: frozenset[TreeId] = frozenset()
    order: Mapping[EnvironmentName, EnvironmentName | None] = field(default_factory=dict)
    fingerprints: Mapping[Sha, Fingerprint] = field(default_factory=dict)
    is_merge: bool = False
    approvers: frozenset[str] | None = None
    is_solo: bool = False


@dataclass(frozen=True)
class LineBreak:
    """Where the ledger's branch is not the line that it was, and why, in one sentence."""

    sha: Sha
    reason: str


@dataclass(frozen=True)
class Facts:
    """
    Everything that the rules look at. `main` begins at the oldest commit that the ledger names.

    `walk` goes as far as the ledger is one line; `rejected` are the commits of the ledger that no signed one stands on,
    `restored` those that one does; `is_accepted` is whether any commit of it counts. `builds` is unknown where the clone
    has no such branch; `recorded_at` is when it was last written.
    """

    main: MainLine
    commits: Mapping[Sha, CommitFacts]
    walk: Walk
    rejected: tuple[Rejected, ...] = ()
    is_accepted: bool = True
    restored: tuple[Rejected, ...] = ()
    breaks: tuple[LineBreak, ...] = ()
    builds: Known[tuple[BuildRecord, ...]] | Unknown = field(default=Unknown("not read"))
    recorded_at: datetime | None = None

    @cached_property
    def evidence(self) -> Mapping[Sha, CommitEvidence]:
        """What the releases keep of each commit: the oldest, which those made later cannot talk away."""
        return {seen.commit: seen for release in reversed(self.releases) for seen in release.commits}

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """The releases, oldest first."""
        return tuple(sorted(self.walk.state.releases.values(), key=lambda release: release.created_at))
