"""`modwright image`: the same commands as `python -m images`, which a runner starts without anything installed."""

from __future__ import annotations

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def image(context: click.Context, arguments: tuple[str, ...]) -> None:
    """Assemble, name and push images; as on a runner."""
    from images.cli import main

    context.exit(main(arguments or ("--help",), program="modwright image"))
