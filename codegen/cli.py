"""`modwright codegen`: plan, apply, check and lint a folder. Exit 0 done or same, 1 refused or differs, 2 error."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

from codegen.compose import Edits, check, plan_changes, regenerate
from codegen.delta import Change, Install, Uninstall
from codegen.errors import BadName, CodegenError, Refused
from codegen.lint import lint_manifest
from codegen.names import ModuleName
from codegen.toml_text import decode
from codegen.tree import Folder, write_files

_P = ParamSpec("_P")
_DIFFERS, _ERROR = 1, 2

root_option = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The platform repository (default: here).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
host_option = click.option("--host", default="chain", show_default=True, help="The host preset.")


def _with_exit_codes(command: Callable[_P, None]) -> Callable[_P, None]:
    """Turn a refusal into exit 1 and bad input into exit 2, each with its sentence on stderr."""

    @wraps(command)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except BadName as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(_ERROR)
        except Refused as refused:
            click.echo(f"refused ({refused.reason}): {refused}", err=True)
            sys.exit(_DIFFERS)
        except CodegenError as error:
            click.echo(f"error: {error}", err=True)
            sys.exit(_ERROR)

    return wrapped


def _change_options(command: Callable[..., None]) -> Callable[..., None]:
    for name, text in (("uninstall", "A module to take out."), ("install", "A module to put in.")):
        command = click.option(f"--{name}", multiple=True, metavar="MODULE", help=f"{text} Repeatable.")(command)
    return command


@click.group()
def codegen() -> None:
    """Edit a manifest and regenerate what follows from it."""


@codegen.command()
@root_option
@host_option
@_change_options
@json_option
@_with_exit_codes
def plan(root: Path, *, host: str, install: tuple[str, ...], uninstall: tuple[str, ...], as_json: bool) -> None:
    """Show what a change would do; nothing is written."""
    folder = Folder(root)
    edits = plan_changes(folder, _changes(install, uninstall), host=host)
    click.echo(json.dumps(_as_json(folder, edits), indent=2) if as_json else _as_text(folder, edits), nl=as_json)


@codegen.command()
@root_option
@host_option
@_change_options
@json_option
@_with_exit_codes
def apply(root: Path, *, host: str, install: tuple[str, ...], uninstall: tuple[str, ...], as_json: bool) -> None:
    """Write a change, or without one bring the host files in step with the manifest."""
    folder = Folder(root)
    changes = _changes(install, uninstall)
    files = plan_changes(folder, changes, host=host).files if changes else regenerate(folder, host=host)
    write_files(root, files)
    click.echo(
        json.dumps({"written": sorted(files)}) if as_json else "".join(f"wrote {path}\n" for path in files), nl=as_json
    )


@codegen.command(name="check")
@root_option
@host_option
@json_option
@_with_exit_codes
def check_command(root: Path, *, host: str, as_json: bool) -> None:
    """Say which host files are not what the manifest gives."""
    mismatches = check(Folder(root), host=host)
    if as_json:
        click.echo(json.dumps({"mismatches": [{"path": found.path, "line": found.line} for found in mismatches]}))
    for found in mismatches:
        click.echo(f"{found.path}:{found.line}: not what the manifest gives; hint: modwright codegen apply", err=True)
    sys.exit(_DIFFERS if mismatches else 0)


@codegen.command()
@root_option
@click.option("--manifest", default="modules.toml", show_default=True, help="The manifest's path under the root.")
@json_option
@_with_exit_codes
def lint(root: Path, *, manifest: str, as_json: bool) -> None:
    """Say everything that is wrong with the manifest."""
    content = Folder(root).get(manifest)
    if content is None:
        raise click.FileError(str(root / manifest), hint="no such file")
    findings = lint_manifest(decode(content, path=manifest), path=manifest)
    if as_json:
        click.echo(json.dumps({"findings": [vars(finding) for finding in findings]}))
    for finding in findings:
        click.echo(str(finding), err=True)
    sys.exit(_ERROR if findings else 0)


def _changes(install: tuple[str, ...], uninstall: tuple[str, ...]) -> list[Change]:
    changes: list[Change] = [Install(ModuleName(module)) for module in install]
    return changes + [Uninstall(ModuleName(module)) for module in uninstall]


def _as_json(folder: Folder, edits: Edits) -> dict[str, Any]:
    return {
        "delta": json.loads(edits.delta.canonical_json()),
        "because": dict(edits.resolution.because),
        "files": {path: _diff(folder, path, content) for path, content in edits.files.items()},
    }


def _as_text(folder: Folder, edits: Edits) -> str:
    if edits.delta.is_empty:
        return "already so\n"
    lines = [f"+ {entry.slug}: {edits.resolution.because.get(entry.slug, '')}\n" for entry in edits.delta.added]
    lines += [f"- {entry.slug}: {edits.resolution.because.get(entry.slug, '')}\n" for entry in edits.delta.removed]
    lines += [f"~ {after.slug}\n" for _, after in edits.delta.changed]
    return "".join(lines) + "".join(_diff(folder, path, content) for path, content in edits.files.items())


def _diff(folder: Folder, path: str, content: bytes | None) -> str:
    old = folder.get(path, b"").decode().splitlines(keepends=True)
    new = (content or b"").decode().splitlines(keepends=True)
    return "".join(difflib.unified_diff(old, new, f"a/{path}", f"b/{path}"))
