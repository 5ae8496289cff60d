"""What a clone tells of the past."""

from __future__ import annotations

from collections.abc import Iterator

from controller.cli.clone import Clone
from controller.core.audit import AuditEntry, LedgerStep, timeline
from controller.core.model import BranchName
from controller.operations.past import BUILDS, FURTHEST, builds_told, ledger_steps, main_commit


def read_timeline(clone: Clone) -> tuple[AuditEntry, ...]:
    """Everything that the clone's branches tell, oldest first. Branches that nothing wrote to yet tell nothing."""
    history, manifest = clone.history, clone.configuration.manifest
    line = reversed(history.first_parents(clone.head, limit=FURTHEST))
    return timeline(
        (main_commit(history, record, manifest=manifest) for record in line),
        read_steps(clone),
        builds_told(history, history.head(BUILDS), {}).values(),
    )


def read_steps(clone: Clone) -> Iterator[LedgerStep]:
    """The ledger's commits with what each says, oldest first, one by one; none where the clone has no ledger."""
    if clone.history.head(BranchName(clone.configuration.ledger_branch)) is None:
        return
    _, records = clone.ledger()
    yield from ledger_steps(clone.history, reversed(records))
