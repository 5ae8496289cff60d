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
    yield from _rejected(facts) if facts.is_accepted else _nothing_counts(facts)
    for step, what in facts.walk.rewritten:
        says = f"the ledger's commit {step[:12]} changed or took out {what}, which was decided before"
        yield gap(GapKind.DECISION_CHANGED, what, says)


def _rejected(facts: Facts) -> Iterator[Gap]:
    for rejected in facts.rejected:
        says = (
            f"the ledger's commit {rejected.sha[:12]} does not count, and no signed one stands on it: {rejected.reason}"
        )
        yield gap(GapKind.UNSIGNED_LEDGER_COMMIT, rejected.sha, says)


def _nothing_counts(facts: Facts) -> Iterator[Gap]:
    """One word where a wrong key was given, which is likelier than that somebody else wrote all of it."""
    for first in facts.rejected[:1]:
        says = f"none of the ledger's {len(facts.rejected)} commits counts, so that nothing was judged: {first.reason}"
        answer = (
            "compare the key with the controller's public key from somebody you trust; "
            "where it is right, somebody else wrote this ledger: trust nothing of it"
        )
        yield gap(GapKind.UNSIGNED_LEDGER_COMMIT, first.sha, says, answer=answer)
