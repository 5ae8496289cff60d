"""`modwright audit`: the ledger's commits as a table, from git alone: a server may be away, or lie."""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli.client import Document
from controller.cli.options import json_option
from controller.cli.output import show_json, show_table

_COLUMNS = ("at", "what", "environment", "release", "by", "reason", "commit", "signed")


@click.command()
@click.option("--clone", type=click.Path(exists=True, file_okay=False), default=".", help="The clone (default: here).")
@click.option("--environment", help="Of this environment alone.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=1000, show_default=True, help="At most so many, newest first."
)
@json_option
def audit(*, clone: str, environment: str | None, limit: int, as_json: bool) -> None:
    """Show who changed what, when and why, from git alone."""
    rows = [row for row in read_audit(Path(clone)) if environment in (None, row["environment"])][:limit]
    if as_json:
        show_json(rows)
    else:
        show_table(_COLUMNS, ([row[key] for key in _COLUMNS] for row in rows))


def read_audit(folder: Path) -> list[Document]:
    """One row for each commit of the ledger, newest first; `signed` is whether an allowed key signed it."""
    from controller.cli.clone import open_clone
    from controller.core.trailers import BY, DECISION, ENVIRONMENT, REASON, RELEASE, parse

    _, records = open_clone(folder).ledger()
    rows = []
    for record in records:
        said = parse(record.commit.message) if record.counts else {}
        rows.append(
            {
                "at": record.commit.committed_at.isoformat(),
                "what": said.get(DECISION) or record.commit.message.partition("\n")[0],
                "environment": said.get(ENVIRONMENT),
                "release": said.get(RELEASE),
                "by": said.get(BY) or record.commit.author_name,
                "reason": said.get(REASON),
                "commit": record.commit.sha,
                "signed": record.counts,
            }
        )
    return rows
