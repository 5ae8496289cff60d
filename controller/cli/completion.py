"""
`modwright completion`, and what names complete to.

A name comes from the API, asked once with little patience: at a key press nobody waits, and an API that is away completes
to nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import click
from click.shell_completion import CompletionItem, get_completion_class

from controller.core.errors import ControllerError

_PATIENCE = timedelta(seconds=1)
_LINE = {
    "bash": 'eval "$(modwright completion bash)"     # in ~/.bashrc',
    "zsh": 'eval "$(modwright completion zsh)"      # in ~/.zshrc',
    "fish": "modwright completion fish | source      # in ~/.config/fish/config.fish",
}

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


@click.command(epilog="\b\n" + "\n".join(_LINE.values()))
@click.argument("shell", type=click.Choice(tuple(_LINE)))
def completion(*, shell: str) -> None:
    """Print the script that has a shell complete commands and names."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click completes nothing for {shell}")
    script = kind(click.Command("modwright"), {}, "modwright", "_MODWRIGHT_COMPLETE").source()
    click.echo(script)


def names(path: str, key: str, *, about: str = "") -> Complete:
    """Completes to what the list at `path` has under `key`; `about` names the field that is shown beside it."""

    def complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        rows = _rows(path)
        found = [(str(row.get(key)), str(row.get(about) or "")) for row in rows]
        return [CompletionItem(name, help=text or None) for name, text in found if name.startswith(incomplete)]

    return complete


def _rows(path: str) -> list[dict[str, object]]:
    from controller.cli.client import Client
    from controller.cli.context import find_context

    try:
        context = find_context()
        if context is None:
            return []
        client = Client(context.api, token=context.token_of(None), patience=_PATIENCE)
        found = client.get(path, limit=200)
    except ControllerError:
        return []
    rows = found.get("items") if isinstance(found, dict) else found
    return [row for row in rows or [] if isinstance(row, dict)]


modules = names("/modules", "slug", about="description")
environments = names("/environments", "name", about="release")
releases = names("/releases", "id", about="created_at")
