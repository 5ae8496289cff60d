"""`modwright builds` and `modwright logs`."""

from __future__ import annotations

import time
from typing import Any

import click

from controller.cli.client import Client, Document, segment
from controller.cli.options import json_option, with_client
from controller.cli.output import show_json, show_table, show_text

_GOING_ON = {"queued", "running"}
_PAUSE = 0.5
"""Seconds between two looks at a log that grows."""
_COLUMNS = ("build_id", "status", "commit", "digest", "proposal", "started_at", "finished_at")


@click.command()
@click.argument("build", required=False)
@json_option
@with_client
def builds(client: Client, *, build: str | None, as_json: bool) -> None:
    """Show builds, or one with its errors."""
    found: Any = client.get(f"/builds/{segment(build)}") if build else client.all("/builds")
    if as_json:
        show_json(found)
    elif build:
        _show_one(found)
    else:
        show_table(_COLUMNS, ([row.get(key) for key in _COLUMNS] for row in found))


@click.command()
@click.argument("build")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Leave out so many bytes at the start.")
@click.option("--follow", is_flag=True, help="Go on printing until the build has ended.")
@with_client
def logs(client: Client, *, build: str, offset: int, follow: bool) -> None:
    """Print a build's log."""
    if not follow:
        _print_from(client, build, offset)
        return
    ended = False
    while not ended:
        # Asked before the log is read: what the build says last then stands in it.
        ended = str(client.get(f"/builds/{segment(build)}").get("status")) not in _GOING_ON
        offset += _print_from(client, build, offset)
        if not ended:
            time.sleep(_PAUSE)


def _print_from(client: Client, build: str, offset: int) -> int:
    """Prints what stands after that many bytes; answers how many there were."""
    text = client.get_text(f"/builds/{segment(build)}/log", offset=offset)
    if text:
        show_text(text.rstrip("\n"))
    return len(text.encode())


def _show_one(build: Document) -> None:
    for key, value in build.items():
        if key != "errors":
            show_text(f"{key}: {value if value is not None else '–'}")
    for error in build.get("errors") or []:
        show_text(f"{error.get('path')}:{error.get('line')}: {error.get('title')}: {error.get('message')}")
