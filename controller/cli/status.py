"""`modwright status`: environments, holds, freezes and what waits; by the API or from a clone alone."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from controller.cli.client import Document
from controller.cli.options import as_option, clone_option, json_option, make_client
from controller.cli.output import coloured, show_json, table, visible
from controller.core.freezes import FreezeSpan, freezes_at

_ENVIRONMENT = ("name", "release", "phase", "verification", "predecessor", "since")
_HOLD = ("id", "state", "release", "environment", "reason")
_PROPOSAL = ("number", "stage", "title", "waits_for")
_PARTS = (
    ("Holds", "holds", _HOLD, "modwright hold"),
    ("Freezes", "freezes", ("id", "environment", "until", "reason"), "modwright freeze"),
    ("Calendars", "calendars", ("name", "environments", "until", "reason"), "modwright freeze"),
    ("Proposals", "proposals", _PROPOSAL, "modwright changes"),
)


@click.command()
@json_option
@clone_option
@as_option
def status(*, as_json: bool, clone: str | None, user: str | None) -> None:
    """Show what every environment runs and what waits."""
    from controller.cli.clone import chosen_clone

    folder = chosen_clone(clone)
    document: Document = status_in_clone(folder) if folder is not None else make_client(user).get("/status")
    if as_json:
        show_json(document)
    else:
        _show(document)


def status_in_clone(folder: Path) -> Document:
    """What the ledger of a clone says; what is running now only the API knows."""
    from controller.cli.clone import open_clone

    clone = open_clone(folder)
    state, _ = clone.ledger()
    now = freezes_at(clone.configuration, state, datetime.now(UTC))
    environments = []
    for environment in state.environments.values():
        release = state.releases.get(environment.release) if environment.release else None
        environments.append(
            {
                "name": environment.name,
                "release": environment.release,
                "commit": release.commit if release else None,
                "digest": release.digest if release else None,
                "verification": environment.verification.state.value if release else None,
                "since": environment.since.isoformat() if environment.since else None,
            }
        )
    return {
        "environments": environments,
        "holds": [
            {"id": h.id, "state": h.state.value, "release": h.release, "environment": h.environment, "reason": h.reason}
            for h in state.standing_holds
        ],
        "freezes": [_freeze(freeze) for freeze in now.in_ledger],
        "calendars": [_freeze(freeze) for freeze in now.in_calendars],
        "proposals": [],
        "conditions": [],
    }


def _freeze(found: FreezeSpan) -> Document:
    """A freeze of the ledger or a calendar's window, under the keys that the API gives."""
    return {
        "id": found.id,
        "name": found.id,
        "environment": ", ".join(found.environments) or None,
        "environments": list(found.environments),
        "reason": found.reason,
        "until": found.until.isoformat() if found.until is not None else None,
        "stop": found.stop,
    }


def _show(document: Document) -> None:
    for line in _screen(document, height=shutil.get_terminal_size().lines if sys.stdout.isatty() else None):
        click.echo(coloured(line))


def _screen(document: Document, *, height: int | None) -> list[str]:
    """
    All of it, or what fits so many lines: environments whole, since they are what is asked for first, then what waits.
    The parts below give way to one line that says how many were left out and which command shows them.
    """
    rows = [{**row, "verification": _word(row.get("verification"))} for row in document["environments"]]
    top = table(_ENVIRONMENT, ([row.get(key) for key in _ENVIRONMENT] for row in rows))
    parts = [
        (command, ["", title, *table(columns, ([_value(row, column) for column in columns] for row in document[key]))])
        for title, key, columns, command in _PARTS
        if document.get(key)
    ]
    conditions = [*(document.get("conditions") or []), *(c for row in rows for c in row.get("conditions") or [])]
    told = list(dict.fromkeys(visible(_condition(found)) for found in conditions))
    parts += [("modwright status --json", ["", *told])] if told else []
    room = height - 2 - len(top) if height is not None else None
    return [*top, *_fitted(parts, room)]


def _fitted(parts: Sequence[tuple[str, list[str]]], room: int | None) -> list[str]:
    """Each part gets an equal share of what is left, so that many proposals do not push the conditions off the screen."""
    lines: list[str] = []
    for number, (command, part) in enumerate(parts):
        share = len(part) if room is None else max((room - len(lines)) // (len(parts) - number), 3)
        lines += part if len(part) <= share else [*part[: share - 1], f"… and {len(part) - share + 1} more: {command}"]
    return lines


def _value(row: Document, column: str) -> object:
    found = row.get(column)
    if column == "environment" and found is None and "stop" in row:
        return "everything is stopped" if row["stop"] else "all"
    return found["says"] if column == "waits_for" and isinstance(found, dict) else found


def _condition(found: Document) -> str:
    """With what it is about, which alone tells two alike ones apart."""
    about = found.get("about")
    return f"{found.get('reason')}{f' ({about})' if about else ''}: {found.get('message')}"


def _word(verification: object) -> object:
    return verification.get("state") if isinstance(verification, dict) else verification
