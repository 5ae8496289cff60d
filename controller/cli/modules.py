"""`modwright modules`."""

from __future__ import annotations

import click

from controller.cli.client import Client
from controller.cli.options import json_option, with_client
from controller.cli.output import show_json, show_table


@click.command()
@click.option("--installed", is_flag=True, help="Leave out what is only available.")
@json_option
@with_client
def modules(client: Client, *, installed: bool, as_json: bool) -> None:
    """Show what is installed and what may be."""
    rows = [row for row in client.all("/modules") if not installed or row.get("state") == "installed"]
    if as_json:
        show_json(rows)
        return
    head = ("module", "state", "version", "required", "needs", "what it is")
    keys = ("slug", "state", "version", "required", "depends_on", "description")
    show_table(head, ([row.get(key) for key in keys] for row in rows))
