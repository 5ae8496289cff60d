"""The options that several commands share, and the client that they lead to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from controller.cli.client import Client
from controller.cli.context import demand_context

as_option = click.option("--as", "user", metavar="USER", help="Whose token of the context to use.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the API's own document.")
clone_option = click.option(
    "--clone",
    type=click.Path(exists=True, file_okay=False),
    help="Read this clone and ask no API (default without a context: here).",
)
reason_option = click.option("--reason", required=True, help="Why; it stands in the history.")
optional_reason = click.option("--reason", default="", help="Why; it stands in the history.")


def with_client(command: Callable[..., None]) -> Callable[..., None]:
    """Gives the command a client for the context and the user that `--as` names."""

    @as_option
    @wraps(command)
    def wrapped(*args: Any, user: str | None, **kwargs: Any) -> None:
        command(make_client(user), *args, **kwargs)

    return wrapped


def make_client(user: str | None) -> Client:
    """A client for the context. `Terminal` where there is none, or no such user in it."""
    context = demand_context()
    return Client(context.api, token=context.token_of(user))
