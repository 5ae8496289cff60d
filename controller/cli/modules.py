"""`modwright modules`: what is installed and what may be; by the API or from a clone alone."""

from __future__ import annotations

from pathlib import Path

import click

from controller.cli.client import Document
from controller.cli.options import as_option, clone_option, json_option, make_client
from controller.cli.output import show_json, show_table

_HEAD = ("module", "state", "version", "required", "needs", "what it is")
_KEYS = ("slug", "state", "version", "required", "depends_on", "description")


@click.command()
@click.option("--installed", is_flag=True, help="Leave out what is only available.")
@json_option
@clone_option
@as_option
def modules(*, installed: bool, as_json: bool, clone: str | None, user: str | None) -> None:
    """Show what is installed and what may be."""
    from controller.cli.clone import chosen_clone

    folder = chosen_clone(clone)
    found = modules_in_clone(folder) if folder is not None else make_client(user).all("/modules")
    rows = [row for row in found if not installed or row.get("state") == "installed"]
    if as_json:
        show_json(rows)
    else:
        show_table(_HEAD, ([row.get(key) for key in _KEYS] for row in rows))


def modules_in_clone(folder: Path) -> list[Document]:
    """What the default branch says; where each runs and what is on its way only the API knows."""
    from pydantic import TypeAdapter

    from controller.cli.clone import open_clone
    from controller.operations.catalog import CatalogRow, read_modules

    clone = open_clone(folder)
    adapter = TypeAdapter(CatalogRow)
    return [adapter.dump_python(row, mode="json") for row in read_modules(clone.files, clone.configuration)]
