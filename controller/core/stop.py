"""
The global stop, in one place: what it holds back, and what a person is told who asks for that.

It holds back what moves forward, whoever wants it: promotions, merges by the bot, builds, refreshes, repairs, and
changes that people ask for. What takes back (rollbacks, holds, the opening of reverts), lifts, and what only records or
tells goes on: a stop must never keep an environment on a release that fails.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from codegen import Sentence
from controller.core.decision import (
    Condition,
    DispatchBuild,
    Findings,
    Intent,
    MergeProposal,
    OpenRepair,
    Promote,
    RefreshProposal,
)
from controller.core.errors import Denied
from controller.core.freezes import stop_at
from controller.core.ledger.state import LedgerState

MOVES_FORWARD = (Promote, MergeProposal, DispatchBuild, RefreshProposal, OpenRepair)
"""Every intent that brings something new nearer to an environment."""


def moves_forward(intent: Intent) -> bool:
    """Whether a stop holds that back."""
    return isinstance(intent, MOVES_FORWARD)


def hold_back(findings: Findings, ledger: LedgerState, now: datetime) -> Findings:
    """The findings without what the stop holds back, with a condition that tells of it; looked at again at its end."""
    stop = stop_at(ledger, now)
    if stop is None:
        return findings
    kept = tuple(intent for intent in findings.intents if not moves_forward(intent))
    message = Sentence("stopped {told}", told=stop.told)
    condition = Condition("Stopped", "everything", message, needs_person=stop.until is None)
    told = Findings(conditions=(condition,), wake_after=stop.until - now if stop.until is not None else None)
    return told + replace(findings, intents=kept)


def demand_moving(ledger: LedgerState, now: datetime) -> None:
    """For a use case that moves something forward. `Denied` (`Stopped`) while the stop is in force."""
    stop = stop_at(ledger, now)
    if stop is not None:
        raise Denied("Stopped", Sentence("everything is stopped {told}", told=stop.told), hint=stop.way_out)
