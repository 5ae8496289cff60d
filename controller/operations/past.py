"""Reads git's past into the values that the audit is made of: from the controller's mirror, or from anybody's clone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from codegen import ManifestError, ModuleName, delta, read_manifest
from codegen.manifest.model import Manifest
from controller.adapters.git import CommitRecord, History
from controller.core.audit import AuditCommit, BuildTold, LedgerStep
from controller.core.builds import read_record
from controller.core.ledger.state import LedgerState
from controller.core.ledger.steps import advance
from controller.core.model import BranchName, Sha
from controller.core.names import author_of
from controller.core.trailers import parse, reverted

BUILDS = BranchName("builds")
FURTHEST = 1_000_000
"""Commits of a line that are read at most; more than any has."""
_EMPTY = Manifest(schema=2, app="")


@dataclass(frozen=True)
class LedgerRecord:
    """One commit of the ledger; `counts` is whether an allowed key signed it."""

    commit: CommitRecord
    counts: bool


def main_commit(history: History, record: CommitRecord, *, manifest: str) -> AuditCommit:
    """A commit of the default branch, with the modules by which `manifest` differs from its first parent's."""
    return AuditCommit(
        sha=record.sha,
        at=record.committed_at,
        author=author_of(record.author_name, record.author_email),
        subject=record.message.partition("\n")[0],
        trailers=parse(record.message),
        reverts=reverted(record.message),
        modules=_touched(history, record, manifest),
    )


def ledger_steps(
    history: History, records: Iterable[LedgerRecord], *, accepted: Sha | None = None, state: LedgerState | None = None
) -> Iterator[LedgerStep]:
    """
    What each of these commits says, which come oldest first, one by one: only the changed documents are read.

    `accepted` and `state` are the newest commit that counts before them and what it says. `Terminal` where a document
    that an allowed key signed cannot be read.
    """
    known, tree = state or LedgerState(), history.commit(accepted).tree if accepted is not None else None
    for record in records:
        commit, changed = record.commit, dict[str, bytes | None]()
        if record.counts:
            changed.update(history.changed_files(tree, commit.tree))
            known = advance(known, changed)
            tree = commit.tree
        yield LedgerStep(
            sha=commit.sha,
            at=commit.committed_at,
            author=author_of(commit.author_name, commit.author_email),
            subject=commit.message.partition("\n")[0],
            state=known if record.counts else None,
            trailers=parse(commit.message),
            touched=frozenset(path.rpartition("/")[2].removesuffix(".yaml") for path in changed),
        )


def builds_told(history: History, head: Sha | None, known: Mapping[str, BuildTold]) -> dict[str, BuildTold]:
    """The records of builds at that commit by their paths. `known` are those of an earlier reading that did not change."""
    if head is None:
        return {}
    files = history.files(head)
    recorded_at = history.commit(head).committed_at
    paths = [path for path in sorted(files) if path.startswith("builds/") and path.endswith(".yaml")]
    return {path: known.get(path) or BuildTold(read_record(files[path]), recorded_at) for path in paths}


def _touched(history: History, record: CommitRecord, manifest: str) -> tuple[ModuleName, ...]:
    """The modules that differ from the first parent's; none for the first commit, which changed nothing."""
    if not record.parents:
        return ()
    before, after = (history.files(sha).get(manifest, b"") for sha in (record.parents[0], record.sha))
    return tuple(sorted(delta(_manifest(before), _manifest(after)).modules)) if before != after else ()


@lru_cache(maxsize=512)
def _manifest(content: bytes) -> Manifest:
    """The manifest; an empty one where it could not be read then, since the past is not to be mended."""
    try:
        return read_manifest(content.decode(), path="modules.toml")
    except (ManifestError, UnicodeDecodeError):
        return _EMPTY
