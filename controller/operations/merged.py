"""Judges a merged change again by what stood before it, from git and the ledger alone."""

from __future__ import annotations

from dataclasses import dataclass

from controller.core.configuration import Configuration
from controller.core.ledger.state import CommitEvidence, LedgerState
from controller.core.merged import policies_when_merged, source_when_merged
from controller.core.model import ForgeProposal, MainCommit, Person
from controller.core.policy import Policy
from controller.core.rules.gate import GateLine
from controller.core.subjects import Arrived
from controller.operations.platform import Platform
from controller.operations.reading import configuration_at, is_composition, policies_at


@dataclass(frozen=True)
class Before:
    """What stood at a commit's first parent, and the files that the commit touched."""

    configuration: Configuration
    policies: tuple[Policy, ...]
    touched: tuple[str, ...]


def read_before(platform: Platform, commit: MainCommit) -> Before | None:
    """
    Reads git once for each commit; the loop's lock is to be held then. `None` for the very first commit.

    `Terminal` where the parent's rules cannot be read.
    """
    key = ("before", commit.sha)
    parent = commit.parent
    if parent is None:
        return None

    def make() -> Before:
        touched = platform.mirror.changed_paths(parent, commit.sha)
        return Before(configuration_at(platform, parent), policies_at(platform, parent), touched)

    found = platform.remembered.get(key, make)
    return found if isinstance(found, Before) else None


def known_before(platform: Platform, commit: MainCommit) -> Before | None:
    """The same where it was read already, without a lock."""
    found = platform.remembered.by_key.get(("before", commit.sha))
    return found if isinstance(found, Before) else None


def judged_when_merged(
    proposal: ForgeProposal, commit: MainCommit, before: Before | None, ledger: LedgerState, *, requested_by: Person
) -> tuple[GateLine, ...]:
    """The gate's lines on source and policies; the source's alone where no policy was asked or can be read."""
    source = source_when_merged(commit)
    if before is None or not commit.touches_composition:
        return (source,)
    outside = tuple(path for path in before.touched if not is_composition(path, before.configuration))
    arrived = Arrived(commit.delta, before.touched, outside, requested_by)
    rules = (before.configuration, before.policies)
    evidence, words = _evidence(commit, ledger), ledger.overrides.values()
    return source, policies_when_merged(proposal, commit, arrived, evidence, rules=rules, overrides=words)


def _evidence(commit: MainCommit, ledger: LedgerState) -> CommitEvidence | None:
    kept = (evidence for release in ledger.releases.values() for evidence in release.commits)
    return next((evidence for evidence in kept if evidence.commit == commit.sha), None)
