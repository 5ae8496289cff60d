"""`decide`: a snapshot and a moment in, a decision out. The same in, the same out, also after a restart."""

from __future__ import annotations

from datetime import datetime

from controller.core.decision import Decision, Findings
from controller.core.rules.environments import environments
from controller.core.rules.promotion import promotion
from controller.core.rules.proposals import proposals
from controller.core.rules.releases import releases
from controller.core.rules.reverts import reverts
from controller.core.rules.telling import telling
from controller.core.snapshot import Snapshot
from controller.core.stop import hold_back


def decide(snapshot: Snapshot, now: datetime) -> Decision:
    """
    Runs the rules in the order in which they may take a target.

    What takes back comes before what moves forward, so that a failure never waits behind a promotion; what only tells
    comes last. The global stop takes out what moves forward before targets are given away.
    """
    findings = Findings.all(
        (
            environments(snapshot, now),
            reverts(snapshot),
            releases(snapshot, now),
            promotion(snapshot, now),
            proposals(snapshot),
            telling(snapshot),
        )
    )
    return Decision.of(hold_back(findings, snapshot.ledger, now), at=now)
