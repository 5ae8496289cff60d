"""`modwright status`: environments, holds, freezes and what waits; by the API or from a clone alone."""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli.client import Document
from controller.cli.options import as_option, clone_option, json_option, make_client
from controller.cli.output import show_json, show_table, show_text

_ENVIRONMENT = ("name", "release", "phase", "verification", "predecessor", "since")
_HOLD = ("id", "state", "release", "environment", "reason")
_PROPOSAL = ("number", "stage", "title")


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

    state, _ = open_clone(folder).ledger()
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
    freezes = [freeze for freeze in state.freezes.values() if freeze.lifted_at is None]
    return {
        "environments": environments,
        "holds": [
            {"id": h.id, "state": h.state.value, "release": h.release, "environment": h.environment, "reason": h.reason}
            for h in state.standing_holds
        ],
        "freezes": [{"id": f.id, "environment": f.environment, "reason": f.reason} for f in freezes],
        "proposals": [],
        "conditions": [],
    }


def _show(document: Document) -> None:
    rows = [{**row, "verification": _word(row.get("verification"))} for row in document["environments"]]
    show_table(_ENVIRONMENT, ([row.get(key) for key in _ENVIRONMENT] for row in rows))
    for title, key, columns in (
        ("Holds", "holds", _HOLD),
        ("Freezes", "freezes", ("id", "environment", "reason")),
        ("Proposals", "proposals", _PROPOSAL),
    ):
        if document.get(key):
            show_text(f"\n{title}")
            show_table(columns, ([row.get(column) for column in columns] for row in document[key]))
    conditions = [*(document.get("conditions") or [])]
    conditions += [condition for row in rows for condition in row.get("conditions") or []]
    for condition in conditions:
        show_text(f"{condition.get('reason')}: {condition.get('message')}")


def _word(verification: object) -> object:
    return verification.get("state") if isinstance(verification, dict) else verification
