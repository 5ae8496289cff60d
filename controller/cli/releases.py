"""`modwright releases`: what can be and was promoted; by the API or from a clone alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from controller.cli import completion
from controller.cli.client import segment
from controller.cli.options import as_option, clone_option, json_option, make_client
from controller.cli.output import show_json, show_table
from controller.core.errors import Terminal

_COLUMNS = ("id", "commit", "digest", "modules", "created_at")


@click.command()
@click.argument("release", required=False, shell_complete=completion.releases)
@json_option
@clone_option
@as_option
def releases(*, release: str | None, as_json: bool, clone: str | None, user: str | None) -> None:
    """Show releases, or one with its evidence."""
    from controller.cli.clone import chosen_clone

    folder = chosen_clone(clone)
    if folder is not None:
        found = releases_in_clone(folder, release)
    else:
        client = make_client(user)
        found = client.get(f"/releases/{segment(release)}") if release else client.all("/releases")
    if as_json or release:
        show_json(found)
        return
    show_table(_COLUMNS, ([row.get(key) for key in _COLUMNS] for row in found))


def releases_in_clone(folder: Path, release: str | None) -> Any:
    """All releases of the ledger, newest first, or one of them whole."""
    from pydantic import TypeAdapter

    from controller.cli.clone import open_clone
    from controller.core.ledger.state import Release

    state, _ = open_clone(folder).ledger()
    adapter = TypeAdapter(Release)
    newest = sorted(state.releases.values(), key=lambda found: found.created_at, reverse=True)
    if release is None:
        return [adapter.dump_python(found, mode="json") for found in newest]
    for found in newest:
        if found.id == release:
            return adapter.dump_python(found, mode="json")
    raise Terminal("NoSuchRelease", f"the ledger has no release {release!r}", hint="modwright releases")
