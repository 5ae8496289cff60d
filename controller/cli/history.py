"""What a clone tells of the past, as the values that the audit is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from codegen import ManifestError, ModuleName, delta, read_manifest
from codegen.manifest.model import Manifest
from controller.adapters.git.history import CommitRecord
from controller.cli.clone import Clone, LedgerRecord
from controller.core.audit import AuditCommit, AuditEntry, BuildTold, LedgerStep, timeline
from controller.core.builds import read_record
from controller.core.ledger import documents
from controller.core.model import BranchName, Sha
from controller.core.trailers import parse, reverted

BUILDS = BranchName("builds")
EMPTY = Manifest(schema=2, app="")


def read_timeline(clone: Clone) -> tuple[AuditEntry, ...]:
    """Everything that the clone's branches tell, oldest first. Branches that nothing wrote to yet tell nothing."""
    return timeline(_commits(clone), _steps(clone), _builds(clone))


def _commits(clone: Clone) -> Iterator[AuditCommit]:
    for record in reversed(clone.history.first_parents(clone.head, limit=100_000)):
        yield AuditCommit(
            sha=record.sha,
            at=record.committed_at,
            author=record.author_name,
            subject=record.message.partition("\n")[0],
            trailers=parse(record.message),
            reverts=reverted(record.message),
            modules=_touched(clone, record),
        )


def _touched(clone: Clone, record: CommitRecord) -> tuple[ModuleName, ...]:
    """The modules that differ from the first parent's; none for the first commit, which changed nothing."""
    if not record.parents:
        return ()
    before, after = (_manifest_text(clone, sha) for sha in (record.parents[0], record.sha))
    return tuple(sorted(delta(_manifest(before), _manifest(after)).modules)) if before != after else ()


def _manifest_text(clone: Clone, sha: Sha) -> bytes:
    return clone.history.files(sha).get(clone.configuration.manifest, b"")


@lru_cache(maxsize=512)
def _manifest(content: bytes) -> Manifest:
    """The manifest; an empty one where it could not be read then, since the past is not to be mended."""
    try:
        return read_manifest(content.decode(), path="modules.toml")
    except (ManifestError, UnicodeDecodeError):
        return EMPTY


def _steps(clone: Clone) -> Iterator[LedgerStep]:
    if clone.history.head(BranchName(clone.configuration.ledger_branch)) is None:
        return
    _, records = clone.ledger()
    for record in reversed(records):
        yield _step(clone, record)


def _step(clone: Clone, record: LedgerRecord) -> LedgerStep:
    commit = record.commit
    return LedgerStep(
        sha=commit.sha,
        at=commit.committed_at,
        author=commit.author_name,
        subject=commit.message.partition("\n")[0],
        state=documents.read(clone.history.files(commit.sha)) if record.counts else None,
        trailers=parse(commit.message),
    )


def _builds(clone: Clone) -> Iterator[BuildTold]:
    head = clone.history.head(BUILDS)
    if head is None:
        return
    files: Mapping[str, bytes] = clone.history.files(head)
    recorded_at = clone.history.commit(head).committed_at
    for path in sorted(files):
        if path.startswith("builds/") and path.endswith(".yaml"):
            yield BuildTold(read_record(files[path]), recorded_at)
