"""The timeline as rows for other programs: the same columns in the same order, whatever comes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from controller.core.audit.entries import AuditEntry

COLUMNS = ("at", "deed", "environment", "who", "what", "why", "commit", "modules", "proof")
"""New ones are only added at the end."""

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\u2212")
"""Also as wide signs and the true minus, which some table programs take for the same."""
_BREAKS = ("\t", "\r", "\n")


def document(entry: AuditEntry) -> dict[str, object]:
    """The entry as JSON says it."""
    return {
        "at": entry.at.isoformat(),
        "deed": entry.deed.value,
        "environment": entry.environment,
        "who": entry.who,
        "what": entry.what,
        "why": entry.why,
        "commit": entry.commit,
        "modules": list(entry.modules),
        "proof": list(entry.proof),
    }


def csv_text(entries: Iterable[AuditEntry]) -> str:
    """A head line and a line an entry, as RFC 4180 has it; a list stands in one cell, its parts joined by `; `."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        told = document(entry)
        writer.writerow([_cell(told[name]) for name in COLUMNS])
    return stream.getvalue()


def _cell(value: object) -> str:
    """
    A value as text that no table program takes for a formula: people paste what strangers wrote.

    What begins like one gets an apostrophe in front, https://owasp.org/www-community/attacks/CSV_Injection.
    """
    text = "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    text = text.replace("\0", "")
    return f"'{text}" if text.startswith(_BREAKS) or text.lstrip().startswith(_FORMULA) else text
