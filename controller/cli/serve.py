"""`modwright serve`: the controller itself. Everything heavy is imported when it runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

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
    from controller import log, wiring
    from controller.serving.running import run
    from controller.settings import load

    settings = load(file)
    log.configure(level=settings.log.number)
    run(wiring.build_loop(settings), wiring.build_face(settings), ready=_say)


def _say(address: str) -> None:
    click.echo(json.dumps({"api": address}))
    sys.stdout.flush()
