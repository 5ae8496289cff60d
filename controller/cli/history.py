"""What a clone tells of the past."""

from __future__ import annotations

import re
from collections.abc import Iterator

from controller.adapters.git.history import History
from controller.cli.clone import Clone
from controller.core.audit import AuditEntry, LedgerStep, timeline
from controller.core.audit.verifying import Facts
from controller.core.errors import Terminal
from controller.core.model import BranchName, Sha
from controller.operations.facts import Question, read_facts
from controller.operations.past import BUILDS, FURTHEST, builds_told, ledger_steps, main_commit
from controller.operations.platform import Reading


def read_timeline(clone: Clone) -> tuple[AuditEntry, ...]:
    """Everything that the clone's branches tell, oldest first. Branches that nothing wrote to yet tell nothing."""
    _demand_whole(clone.history)
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


def read_clone_facts(
    clone: Clone, *, branch: str, signers: tuple[str, ...] = (), known_heads: tuple[str, ...] = ()
) -> Facts:
    """
    What `audit verify` judges. `Terminal` where the clone has no ledger or not all of it, or nobody says who signs it.

    Heads that the ledger had here before (the clone's reflog) are known heads too.
    """
    _demand_whole(clone.history)
    configuration, ledger = clone.configuration, BranchName(clone.configuration.ledger_branch)
    head, keys = clone.history.head(ledger), signers or clone.configuration.signers
    if head is None:
        message = f"the clone has no branch {ledger}"
        raise Terminal("NoLedger", message, hint=f"git fetch origin {ledger}")
    if not keys:
        message = "nobody says whose key the ledger begins with"
        raise Terminal("NoSigners", message, hint="give the controller's public key with --signer")
    known = (*(_sha(text) for text in known_heads), *clone.history.earlier_heads(ledger))
    question = Question(BranchName(branch), clone.head, head, configuration, keys, tuple(dict.fromkeys(known)))
    return read_facts(Reading(clone.history), question)


def _demand_whole(history: History) -> None:
    """A past that is cut off looks like one that begins there: it would be told, and judged, as if nothing was before."""
    if history.is_shallow:
        message = "the clone is shallow, so that the past before it cannot be told"
        raise Terminal("ShallowClone", message, hint="git fetch --unshallow origin")


def _sha(text: str) -> Sha:
    if not re.fullmatch(r"[0-9a-f]{40}", text):
        message = f"{text[:60]!a} is no commit's whole id"
        raise Terminal("NotACommit", message, hint="give 40 hexadecimal digits, as git rev-parse does")
    return Sha(text)
