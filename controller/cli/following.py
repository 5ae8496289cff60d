"""`modwright changes`: the changes there are, and how far one is."""

from __future__ import annotations

import click

from controller.cli.client import Client, Document
from controller.cli.options import json_option, with_client
from controller.cli.output import coloured, show_json, show_long, table, visible
from controller.cli.waiting import follow_change, timeout_option, until_option, wait_option

_COLUMNS = ("number", "stage", "title", "waits_for")
_STEP = ("name", "state", "at", "detail")


@click.command()
@click.argument("number", type=click.IntRange(min=1), required=False)
@wait_option
@until_option
@timeout_option
@json_option
@with_client
def changes(client: Client, *, number: int | None, wait: bool, until: str, timeout: float, as_json: bool) -> None:
    """Show changes, or how far one of them is."""
    if wait and number is None:
        raise click.UsageError("which change? --wait follows one: modwright changes NUMBER --wait")
    if number is None:
        _show_all(client, as_json=as_json)
        return
    found = follow_change(client, number, until=until, timeout=timeout) if wait else client.get(f"/changes/{number}")
    if as_json:
        show_json(found)
    elif not wait:
        _show_one(found)


def _show_all(client: Client, *, as_json: bool) -> None:
    rows = client.all("/changes")
    if as_json:
        show_json(rows)
    else:
        told = ({**row, "waits_for": _says(row)} for row in rows)
        show_long([coloured(line) for line in table(_COLUMNS, ([row.get(key) for key in _COLUMNS] for row in told))])


def _show_one(change: Document) -> None:
    steps = table(_STEP, ([step.get(key) for key in _STEP] for step in change.get("steps") or []))
    lines = [f"#{change.get('number')} {change.get('title')}: {change.get('stage')}", str(change.get("url") or "")]
    waits = _says(change)
    told = [*lines, waits] if waits is not None else lines
    show_long([*(visible(line) for line in told), "", *(coloured(line) for line in steps)])


def _says(change: Document) -> str | None:
    """The line that names who or what it waits for, or how it ended."""
    waits_for = change.get("waits_for")
    return str(waits_for["says"]) if isinstance(waits_for, dict) else None
