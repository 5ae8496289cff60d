"""The ledger's own line: is it the one that it was, signed, and true to what it said before?"""

from __future__ import annotations

from collections.abc import Iterator

from controller.core.audit.verifying.facts import Facts
from controller.core.audit.verifying.gaps import Gap, GapKind, Standing, gap


def ledger(facts: Facts) -> Iterator[Gap]:
    """Breaks of the line first: behind one, nothing can be judged."""
    for found in facts.breaks:
        yield gap(GapKind.LEDGER_REWRITTEN, found.sha, found.reason)
    for rejected in facts.restored:
        says = f"the ledger's commit {rejected.sha[:12]} does not count: {rejected.reason}"
        answer = "the next signed commit stands on it and brought back the accepted state"
        yield gap(GapKind.UNSIGNED_LEDGER_COMMIT, rejected.sha, says, answer=answer, standing=Standing.ANSWERED)
    for rejected in facts.rejected:
        says = (
            f"the ledger's commit {rejected.sha[:12]} does not count, and no signed one stands on it: {rejected.reason}"
        )
        yield gap(GapKind.UNSIGNED_LEDGER_COMMIT, rejected.sha, says)
    for step, what in facts.walk.rewritten:
        says = f"the ledger's commit {step[:12]} changed or took out {what}, which was decided before"
        yield gap(GapKind.DECISION_CHANGED, what, says)
