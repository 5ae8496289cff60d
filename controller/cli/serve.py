"""`modwright serve`: the controller itself. Everything heavy is imported when it runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import click

LEFT_OUT: Mapping[str, str] = {
    "pydantic.v1": "FastAPI asks of every route and answer whether it is of pydantic's former version, and goes without",
    "rich": "structlog takes it, where it is installed, for traces that are never shown here",
}
"""What libraries of the service would load and can do without: together 7 MiB of what it holds for good."""

settings_option = click.option(
    "--settings",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file, YAML or JSON. Default: the one that MODWRIGHT_SETTINGS names.",
)


@click.command()
@settings_option
def serve(file: Path | None) -> None:
    """Run the controller: the loop and its API, until SIGTERM or SIGINT.

    One line of JSON on stdout says where the API listens. Logs go to stderr.
    """
    leave_out()
    from controller import log, wiring
    from controller.serving.running import run
    from controller.settings import load

    settings = load(file)
    log.configure(level=settings.log.number)
    run(wiring.build_loop(settings), wiring.build_face(settings), ready=_say)


def leave_out() -> None:
    """Makes those be as if they were not installed. For a process that is the service and nothing else."""
    modules = cast("dict[str, Any]", sys.modules)
    for name in LEFT_OUT:
        modules.setdefault(name, None)


def _say(address: str) -> None:
    click.echo(json.dumps({"api": address}))
    sys.stdout.flush()
