"""`modwright login | logout`: keeps the API's address and a token where the other commands find them."""

from __future__ import annotations

import os
import sys

import click

from controller.cli.client import Client, Document
from controller.cli.context import VARIABLE, keep_context, kept_file
from controller.cli.output import show_text, tell
from controller.core.errors import Terminal


@click.command()
@click.argument("api", metavar="ADDRESS")
def login(*, api: str) -> None:
    """Keep an API's address and your token for it.

    The token is asked for without being shown, or read from stdin where that is no terminal.
    Nothing is kept before the API has accepted it.
    """
    address = api.rstrip("/")
    token = _token()
    who: Document = Client(address, token=token).get("/me")
    file = keep_context(address, token)
    show_text(f"signed in at {address} as {who.get('login')} ({who.get('role') or 'no role'})")
    tell(f"kept in {file}, readable by you alone")
    if os.environ.get(VARIABLE):
        tell(f"{VARIABLE} is set and comes before it; unset it to use what was kept")


@click.command()
def logout() -> None:
    """Forget what `modwright login` kept; the token itself lives on until its line is removed on the server."""
    file = kept_file()
    if not file.is_file():
        raise Terminal("NoContext", f"nothing is kept in {file}", hint="modwright login ADDRESS")
    file.unlink()
    show_text(f"forgotten: {file}")


def _token() -> str:
    """Never an argument: others see a process's arguments."""
    given: str = click.prompt("Token", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    token = given.strip()
    if not token:
        raise Terminal(
            "NoToken", "no token was given", hint="type it at the prompt, or: modwright login ADDRESS < FILE"
        )
    return token
