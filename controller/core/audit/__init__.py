"""
One timeline of who did what, when and why, and what proves it, from git alone.

    entries     what an entry of the timeline is, and which of them somebody wants to see
    commits     what the default branch tells: merges, pushes, reverts, with the evidence that releases keep
    decisions   what the ledger tells: each commit against the one before it
    runs        what the builds' records tell
    timeline    all of it in one order

What happened is read from states, never from the wording of a message: a message can claim anything. Messages only
say who and why where no state does.
"""

from controller.core.audit.entries import AuditEntry, Deed, select
from controller.core.audit.timeline import AuditCommit, BuildTold, LedgerStep, timeline

__all__ = ["AuditCommit", "AuditEntry", "BuildTold", "Deed", "LedgerStep", "select", "timeline"]
