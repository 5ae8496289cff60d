"""
One timeline of who did what, when and why, and what proves it, from git alone.

    entries       what an entry of the timeline is, and which of them somebody wants to see
    commits       what the default branch tells: merges, pushes, reverts, with the evidence that releases keep
    steps         a commit of the ledger, and what lies between it and the one before it
    decisions     what such a step tells
    environments  its moves and verdicts
    standing      its holds and freezes
    runs          what the builds' records tell
    timeline      all of it in one order
    paging        a page of it, newest first
    export        its rows for other programs

What happened is read from states, never from the wording of a message: a message can claim anything. Messages only
say who and why where no state does.
"""

from controller.core.audit.entries import AuditEntry, Deed, select
from controller.core.audit.export import COLUMNS, csv_text, document
from controller.core.audit.paging import Page, entry_id, page
from controller.core.audit.timeline import (
    AuditCommit,
    BuildTold,
    Decided,
    LedgerStep,
    arrange,
    tell_commits,
    tell_on,
    timeline,
)

__all__ = [
    "COLUMNS",
    "AuditCommit",
    "AuditEntry",
    "BuildTold",
    "Decided",
    "Deed",
    "LedgerStep",
    "Page",
    "arrange",
    "csv_text",
    "document",
    "entry_id",
    "page",
    "select",
    "tell_commits",
    "tell_on",
    "timeline",
]
