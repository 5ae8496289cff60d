"""`modwright audit`: who changed what, when and why, and what proves it, from git alone: a server may be away, or lie."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from controller.cli.audit_text import paragraph
from controller.cli.audit_verify import show, verify
from controller.cli.output import show_json, show_text

if TYPE_CHECKING:
    from controller.core.audit import AuditEntry

_MOMENT = "A date (2026-03-01, 2026-03-01T12:00) or how long ago (2h30m)."


class _LogByDefault(click.Group):
    """A group whose options alone mean its first command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments, with `log` in front where no command is named."""
        named = bool(args) and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else ["log", *args])


@click.group(cls=_LogByDefault)
def audit() -> None:
    """Show who changed what, when and why, and what proves it, from git alone. Oldest first.

    Without a command it is `log`.
    """


def _chosen(command: Callable[..., None]) -> Callable[..., None]:
    """Gives the command the entries that its options choose from a clone."""

    @click.option("--clone", type=click.Path(exists=True, file_okay=False), default=".", help="The clone. [here]")
    @click.option("--branch", default="main", show_default=True, help="The default branch.")
    @click.option("--environment", help="Of this environment alone.")
    @click.option("--module", help="About this module alone.")
    @click.option("--who", metavar="LOGIN", help="By this person alone.")
    @click.option("--deed", help="Of this kind alone: merged, promoted, rolled-back, ….")
    @click.option("--since", metavar="WHEN", help=f"From then on. {_MOMENT}")
    @click.option("--until", metavar="WHEN", help="Before then.")
    @click.option("--text", help="With this text in what happened, why, or the proof.")
    @wraps(command)
    def wrapped(*, clone: str, branch: str, since: str | None, until: str | None, **options: Any) -> None:
        from controller.cli.clone import open_clone
        from controller.cli.history import read_timeline
        from controller.core.audit import select

        given: dict[str, Any] = {name: options.pop(name) for name in ("environment", "module", "who", "deed", "text")}
        given |= {"since": _moment(since, "--since"), "until": _moment(until, "--until")}
        _demand_deed(given["deed"])
        entries = read_timeline(open_clone(Path(clone), branch=branch))
        command(select(entries, **given), **options)

    return wrapped


@audit.command()
@_chosen
@click.option("--limit", type=click.IntRange(min=1), help="The newest so many alone.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def log(entries: tuple[AuditEntry, ...], *, limit: int | None, as_json: bool) -> None:
    """Show what happened, newest last: who, what, when, why, and what proves it."""
    from controller.core.audit import document

    chosen = entries[-limit:] if limit is not None else entries
    if as_json:
        show_json([document(entry) for entry in chosen])
    else:
        show_text("".join(paragraph(entry) for entry in chosen))


@audit.command()
@_chosen
@click.option("--format", "form", type=click.Choice(["csv", "json", "jsonl"]), default="csv", show_default=True)
def export(entries: tuple[AuditEntry, ...], *, form: str) -> None:
    """Write it for another program: the same columns in the same order, oldest first.

    In CSV a cell that a table program would take for a formula gets an apostrophe in front.
    """
    import json

    from controller.core.audit import csv_text, document

    if form == "csv":
        click.echo(csv_text(entries).encode(), nl=False)
    elif form == "json":
        show_json([document(entry) for entry in entries])
    else:
        click.echo("".join(f"{json.dumps(document(entry))}\n" for entry in entries), nl=False)


audit.add_command(show)
audit.add_command(verify)


def _demand_deed(deed: str | None) -> None:
    from controller.core.audit import Deed

    known = sorted(member.value for member in Deed)
    if deed is not None and deed not in known:
        message = f"{deed!r} is no kind of deed; there are: {', '.join(known)}"
        raise click.BadParameter(message, param_hint="--deed")


def _moment(text: str | None, option: str) -> datetime | None:
    """A date, taken for UTC where it names no zone, or the moment so long ago."""
    from controller.core.durations import parse_duration

    if text is None:
        return None
    ago = parse_duration(text)
    if ago is not None:
        return datetime.now(UTC) - ago
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is neither a date such as 2026-03-01T12:00 nor a duration such as 2h30m"
        raise click.BadParameter(message, param_hint=option) from error
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
