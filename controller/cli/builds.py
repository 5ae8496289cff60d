"""`modwright builds` and `modwright logs`."""

from __future__ import annotations

import click

from controller.cli.client import Client, Document, segment
from controller.cli.options import json_option, with_client
from controller.cli.output import show_json, show_table, show_text

_COLUMNS = ("build_id", "status", "commit", "digest", "proposal", "started_at", "finished_at")


@click.command()
@click.argument("build", required=False)
@json_option
@with_client
def builds(client: Client, *, build: str | None, as_json: bool) -> None:
    """Show builds, or one with its errors."""
    found = client.get(f"/builds/{segment(build)}" if build else "/builds")
    if as_json:
        show_json(found)
    elif build:
        _show_one(found)
    else:
        rows = found["builds"] if isinstance(found, dict) else found
        show_table(_COLUMNS, ([row.get(key) for key in _COLUMNS] for row in rows))


@click.command()
@click.argument("build")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Leave out so many bytes at the start.")
@with_client
def logs(client: Client, *, build: str, offset: int) -> None:
    """Print a build's log."""
    show_text(client.get_text(f"/builds/{segment(build)}/log", offset=offset))


def _show_one(build: Document) -> None:
    for key, value in build.items():
        if key != "errors":
            show_text(f"{key}: {value if value is not None else '–'}")
    for error in build.get("errors") or []:
        show_text(f"{error.get('path')}:{error.get('line')}: {error.get('title')}: {error.get('message')}")
