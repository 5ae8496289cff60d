"""`modwright init-ledger`: what a platform's engineer does once, before the controller runs."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init-ledger")
@click.option(
    "--settings",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file, YAML or JSON; by default the one that MODWRIGHT_SETTINGS names.",
)
@click.option(
    "--seed",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder of the overlays that the ledger starts from, one folder an environment.",
)
def init_ledger(file: Path | None, seed: Path) -> None:
    """Make the ledger's branch, signed by the controller's key; nothing where it is there already."""
    from controller.core.model import BranchName
    from controller.operations.ledger import start_ledger
    from controller.operations.reading import configuration_at
    from controller.operations.view import refresh_heads
    from controller.settings import load
    from controller.wiring import build_platform

    platform = build_platform(load(file))
    refresh_heads(platform)
    head = platform.head(platform.default_branch)
    if head is None:
        raise click.ClickException(f"{platform.default_branch} is not on the forge yet")
    configuration = configuration_at(platform, head)
    platform.ledger_branch = BranchName(configuration.ledger_branch)
    if platform.head(platform.ledger_branch) is not None:
        click.echo(f"{platform.ledger_branch} is there already")
        return
    ledger = start_ledger(
        platform,
        seed=_overlays(seed),
        environments=tuple(definition.name for definition in configuration.environments),
        keys=configuration.signers or (platform.signer.public_key,),
        message="Start the ledger\n",
    )
    click.echo(f"{platform.ledger_branch} starts at {ledger.head}")


def _overlays(seed: Path) -> dict[str, bytes]:
    """Every file below the folder, as it will stand in the ledger."""
    files = sorted(path for path in seed.rglob("*") if path.is_file())
    return {f"environments/{path.relative_to(seed).as_posix()}": path.read_bytes() for path in files}
