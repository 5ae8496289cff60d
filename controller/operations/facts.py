"""Reads a repository into the facts that `modwright audit verify` judges. Git alone is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from controller.adapters.git import CommitRecord
from controller.core.audit import LedgerStep
from controller.core.audit.verifying import CommitFacts, Facts, LineBreak, Walk, walk_on
from controller.core.builds import BuildRecord
from controller.core.configuration import ApprovalMode, Configuration
from controller.core.errors import Terminal
from controller.core.kustomization import read_digest
from controller.core.ledger import documents
from controller.core.ledger.acceptance import Acceptance, LedgerCommit, accept
from controller.core.model import BranchName, Digest, EnvironmentName, Fingerprint, Known, Role, Sha, TreeId, Unknown
from controller.core.signature import verify
from controller.core.snapshot import MainLine
from controller.operations.past import BUILDS, FURTHEST, LedgerRecord, builds_told, ledger_steps
from controller.operations.platform import Readable
from controller.operations.reading import configuration_at, fingerprint_of_head, mismatches, read_commit

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Question:
    """
    What is to be judged: the branches' heads, the keys that the ledger begins with, and heads of the ledger that were
    seen earlier, which it has to go on from.
    """

    branch: BranchName
    head: Sha
    ledger: Sha
    configuration: Configuration
    keys: tuple[str, ...]
    known_heads: tuple[Sha, ...] = ()


def read_facts(repository: Readable, question: Question) -> Facts:
    """Everything that the rules look at. `Terminal` where the repository lacks what cannot be judged without."""
    line, breaks = _line(repository, question)
    judged = accept(
        Acceptance(), [_ledger_commit(repository, r) for r in line], first_keys=question.keys, verify=verify
    )
    walk = _walk(repository, line, judged)
    main, commits = _main(repository, question, walk)
    records, recorded_at = _builds(repository)
    return Facts(
        main=main,
        commits=commits,
        walk=walk,
        rejected=judged.rejected,
        is_accepted=judged.head is not None,
        restored=judged.earlier,
        breaks=breaks,
        builds=records,
        recorded_at=recorded_at,
    )


# --- the ledger ---------------------------------------------------------------------------------------------------


def _line(repository: Readable, question: Question) -> tuple[list[CommitRecord], tuple[LineBreak, ...]]:
    """The ledger's commits, oldest first, as far as they are one line; and where they are not the one that it was."""
    records = list(reversed(repository.mirror.first_parents(question.ledger, limit=FURTHEST)))
    fork = next((at for at, record in enumerate(records) if len(record.parents) > 1), None)
    breaks = [_rewritten(repository, question.ledger, known) for known in question.known_heads]
    if fork is not None:
        sha = records[fork].sha
        says = f"{sha[:12]} of the ledger stands on several commits; it and what follows is not judged"
        breaks.append(LineBreak(sha, says))
    return records[:fork], tuple(found for found in breaks if found is not None)


def _rewritten(repository: Readable, head: Sha, known: Sha) -> LineBreak | None:
    if repository.mirror.has(known) and repository.mirror.is_ancestor(known, head):
        return None
    return LineBreak(known, f"the ledger at {head[:12]} does not go on from {known[:12]}, which it once had")


def _ledger_commit(repository: Readable, record: CommitRecord) -> LedgerCommit:
    return LedgerCommit(
        sha=record.sha,
        parents=record.parents,
        signature=record.signature,
        payload=record.signed_payload,
        signers=documents.signers_of(repository.mirror.files(record.sha)),
    )


def _walk(repository: Readable, line: Iterable[CommitRecord], judged: Acceptance) -> Walk:
    unsigned = frozenset(rejected.sha for rejected in (*judged.earlier, *judged.rejected))
    records = (LedgerRecord(record, record.sha not in unsigned) for record in line)
    overlays: dict[tuple[Sha, EnvironmentName], Digest] = {}
    steps = ledger_steps(repository.mirror, records)
    return walk_on(_with_overlays(repository, steps, overlays), overlays)


def _with_overlays(
    repository: Readable, steps: Iterable[LedgerStep], overlays: dict[tuple[Sha, EnvironmentName], Digest]
) -> Iterator[LedgerStep]:
    """Notes the digests of each step's overlays before the step is handed on."""
    for step in steps:
        files = repository.mirror.files(step.sha) if step.state is not None else {}
        for name in step.state.environments if step.state is not None else ():
            path = documents.overlay_path(name)
            digest = _overlay(files[path].decode(errors="replace")) if path in files else None
            if digest is not None:
                overlays[step.sha, name] = digest
        yield step


def _overlay(text: str) -> Digest | None:
    """The image's digest. A text with one digest has no other; only where there are several it is read whole."""
    found = _DIGEST.findall(text)
    return Digest(found[0]) if len(found) == 1 else read_digest(text, image=documents.IMAGE_NAME)


# --- the default branch -------------------------------------------------------------------------------------------


def _main(repository: Readable, question: Question, walk: Walk) -> tuple[MainLine, Mapping[Sha, CommitFacts]]:
    """The default branch from the oldest commit that the ledger names on; empty where it names none of it."""
    records = list(reversed(repository.mirror.first_parents(question.head, limit=FURTHEST)))
    named = {release.commit for release in walk.state.releases.values()}
    named |= {commit for hold in walk.state.holds.values() for commit in hold.commits}
    begin = next((at for at, record in enumerate(records) if record.sha in named), len(records))
    configurations = [_configuration(repository, record.sha, question) for record in records[begin:]]
    heads = _reviewed(walk)
    told = [
        replace(_commit(repository, record, own, paths, heads.get(record.sha, frozenset())), **approving)
        for record, own, paths, approving in zip(
            records[begin:], configurations, _inputs(configurations), _approving(configurations), strict=True
        )
    ]
    line = MainLine.of(question.branch, tuple(facts.commit for facts in told), begins=begin == 0)
    return line, {facts.commit.sha: facts for facts in told}


def _configuration(repository: Readable, commit: Sha, question: Question) -> Configuration:
    """The commit's own; the newest where it has none that can be read."""
    try:
        return configuration_at(repository, commit)
    except Terminal:
        return question.configuration


def _inputs(configurations: list[Configuration]) -> list[frozenset[tuple[str, ...]]]:
    """The input paths of each configuration and all later ones: an image may have been made under any of them."""
    paths: list[frozenset[tuple[str, ...]]] = []
    for configuration in reversed(configurations):
        newer = paths[-1] if paths else frozenset()
        paths.append(newer | {configuration.input_paths})
    return paths[::-1]


class _Approving(TypedDict):
    approvers: frozenset[str] | None
    is_solo: bool


def _approving(configurations: list[Configuration]) -> list[_Approving]:
    """Who may approve by the configuration before each commit or a later one: it is approved before it is merged."""
    found: list[_Approving] = []
    known: frozenset[str] | None = frozenset()
    is_solo = False
    before = [*configurations[:1], *configurations[:-1]]
    for pair in zip(reversed(configurations), reversed(before), strict=True):
        for configuration in pair:
            own = _approvers(configuration)
            known = None if known is None or own is None else known | own
            is_solo = is_solo or configuration.approval is ApprovalMode.SOLO
        found.append({"approvers": known, "is_solo": is_solo})
    return found[::-1]


def _approvers(configuration: Configuration) -> frozenset[str] | None:
    if any(role.includes(Role.ADMIN) for role in configuration.teams.values()):
        return None
    return frozenset(login for login, role in configuration.roles.items() if role.includes(Role.ADMIN))


def _commit(
    repository: Readable,
    record: CommitRecord,
    own: Configuration,
    paths: Iterable[tuple[str, ...]],
    heads: frozenset[Sha],
) -> CommitFacts:
    commit = read_commit(repository, own, record)
    parent = commit.parent
    return CommitFacts(
        commit=commit,
        mismatches=() if commit.consistent else mismatches(repository, own, commit.sha, base=parent),
        touched=repository.mirror.changed_paths(parent, commit.sha) if parent is not None else (),
        input_trees=frozenset(_trees(repository, commit.sha, paths)),
        order={definition.name: definition.after for definition in own.environments},
        fingerprints=_fingerprints(repository, own, parent, heads),
        is_merge=len(record.parents) > 1,
    )


def _trees(repository: Readable, commit: Sha, paths: Iterable[tuple[str, ...]]) -> Iterator[TreeId]:
    for inputs in paths:
        try:
            yield repository.mirror.input_tree(commit, inputs)
        except Terminal:  # another configuration's path is none of this commit's
            continue


def _reviewed(walk: Walk) -> Mapping[Sha, frozenset[Sha]]:
    """The heads that reviews were given for, by the commit that each became."""
    seen = (evidence for release in walk.state.releases.values() for evidence in release.commits)
    return {evidence.commit: frozenset(review.head for review in evidence.reviews) for evidence in seen}


def _fingerprints(
    repository: Readable, configuration: Configuration, parent: Sha | None, heads: frozenset[Sha]
) -> Mapping[Sha, Fingerprint]:
    """Of those heads that are here: a clone brings branches, not what stood on them before."""
    if parent is None:
        return {}
    known = (head for head in sorted(heads) if repository.mirror.has(head))
    return {head: fingerprint_of_head(repository, configuration, head, parent) for head in known}


# --- builds -------------------------------------------------------------------------------------------------------


def _builds(repository: Readable) -> tuple[Known[tuple[BuildRecord, ...]] | Unknown, datetime | None]:
    head = repository.mirror.head(BUILDS)
    if head is None:
        return Unknown(f"the clone has no branch {BUILDS}"), None
    told = builds_told(repository.mirror, head, {})
    return Known(tuple(build.record for build in told.values())), repository.mirror.commit(head).committed_at
