"""All rules over all facts."""

from __future__ import annotations

from controller.core.audit.verifying.branch import branch
from controller.core.audit.verifying.facts import Facts
from controller.core.audit.verifying.gaps import Gap
from controller.core.audit.verifying.ledger import ledger
from controller.core.audit.verifying.moves import moves
from controller.core.audit.verifying.releases import releases


def judge(facts: Facts) -> tuple[Gap, ...]:
    """Every gap: of the ledger's line, of the default branch, of releases, of environments; each group oldest first."""
    return (*ledger(facts), *branch(facts), *releases(facts), *moves(facts))
