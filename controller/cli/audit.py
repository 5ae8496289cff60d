"""`modwright audit`: who changed what, when and why, and what proves it, from git alone: a server may be away, or lie."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from controller.cli.output import show_json, show_text, visible

if TYPE_CHECKING:
    from controller.core.audit import AuditEntry


@click.command()
@click.option("--clone", type=click.Path(exists=True, file_okay=False), default=".", help="The clone (default: here).")
@click.option("--branch", default="main", show_default=True, help="The default branch.")
@click.option("--environment", help="Of this environment alone.")
@click.option("--module", help="About this module alone.")
@click.option("--since", metavar="WHEN", help="From a date (2026-03-01, 2026-03-01T12:00) or for so long (2h30m) on.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def audit(
    *, clone: str, branch: str, environment: str | None, module: str | None, since: str | None, as_json: bool
) -> None:
    """Show who changed what, when and why, and what proves it, from git alone. Oldest first."""
    from controller.cli.clone import open_clone
    from controller.cli.history import read_timeline
    from controller.core.audit import select

    begin = _moment(since) if since is not None else None
    entries = read_timeline(open_clone(Path(clone), branch=branch))
    chosen = select(entries, environment=environment, module=module, since=begin)
    if as_json:
        show_json([_document(entry) for entry in chosen])
    else:
        show_text("".join(_paragraph(entry) for entry in chosen))


def _moment(text: str) -> datetime:
    """A date, taken for UTC where it names no zone, or the moment so long ago."""
    from controller.core.durations import parse_duration

    ago = parse_duration(text)
    if ago is not None:
        return datetime.now(UTC) - ago
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is neither a date such as 2026-03-01T12:00 nor a duration such as 2h30m"
        raise click.BadParameter(message, param_hint="--since") from error
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _document(entry: AuditEntry) -> dict[str, object]:
    return {
        "at": entry.at.isoformat(),
        "deed": entry.deed.value,
        "who": entry.who,
        "what": entry.what,
        "why": entry.why,
        "proof": list(entry.proof),
        "environment": entry.environment,
        "commit": entry.commit,
        "modules": list(entry.modules),
    }


_ON_REQUEST = {"merged", "reverted", "built", "build-failed", "build-cancelled"}


def _paragraph(entry: AuditEntry) -> str:
    """A line with when, what, where and who; below it the sentence, the reason and the proof."""
    where = f" in {entry.environment}" if entry.environment is not None else ""
    # Who asked had it merged or built for them; everything else somebody did.
    word = "for" if entry.deed.value in _ON_REQUEST else "by"
    proof = ", ".join(_short(proof) for proof in entry.proof)
    lines = [f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.deed.value}{where} {word} {entry.who}", f"  {entry.what}"]
    lines += [f"  {word}: {text}" for word, text in (("why", entry.why), ("proof", proof)) if text]
    return "".join(f"{visible(line)}\n" for line in lines)


def _short(proof: str) -> str:
    """A commit's first twelve digits find it; everything else is shown whole."""
    kind, _, name = proof.partition(" ")
    return f"{kind} {name[:12]}" if kind in ("commit", "ledger") else proof
