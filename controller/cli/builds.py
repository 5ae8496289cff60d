"""`modwright builds` and `modwright logs`; by the API, or from a clone's `builds` branch."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from controller.cli.client import Client, Document, segment
from controller.cli.options import as_option, clone_option, json_option, make_client, with_client
from controller.cli.output import show_json, show_table, show_text
from controller.core.errors import Terminal

_GOING_ON = {"queued", "running"}
_PAUSE = 0.5
"""Seconds between two looks at a log that grows."""
_COLUMNS = ("build_id", "status", "commit", "digest", "proposal", "started_at", "finished_at")


@click.command()
@click.argument("build", required=False)
@json_option
@clone_option
@as_option
def builds(*, build: str | None, as_json: bool, clone: str | None, user: str | None) -> None:
    """Show builds, or one with its errors."""
    from controller.cli.clone import chosen_clone

    folder = chosen_clone(clone)
    if folder is not None:
        found = builds_in_clone(folder, build)
    else:
        client = make_client(user)
        found = client.get(f"/builds/{segment(build)}") if build else client.all("/builds")
    if as_json:
        show_json(found)
    elif build:
        _show_one(found)
    else:
        show_table(_COLUMNS, ([row.get(key) for key in _COLUMNS] for row in found))


def builds_in_clone(folder: Path, build: str | None) -> Any:
    """The records of the `builds` branch, the newest first, or one of them; what still runs only the API knows."""
    from controller.api.answers.builds import Build
    from controller.cli.clone import open_clone
    from controller.core.builds import read_record
    from controller.core.model import BranchName
    from controller.operations.builds import number_of

    history = open_clone(folder).history
    head = history.head(BranchName("builds"))
    files = history.files(head) if head is not None else {}
    records = [read_record(files[path]) for path in files if path.startswith("builds/") and path.endswith(".yaml")]
    shown = [Build.of(record).plain() for record in sorted(records, key=number_of, reverse=True)]
    if build is None:
        return shown
    for found in shown:
        if found["build_id"] == build:
            return found
    raise Terminal("NoSuchBuild", f"the clone has no record of {build!r}", hint="modwright builds")


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
