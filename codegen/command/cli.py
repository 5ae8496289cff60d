"""`modwright codegen`: plan, apply, check and lint a folder.

Exit 0 where it is done or all is well, 1 where `check` found drift, 2 where the input is bad or the change cannot be.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

from codegen.change import Change
from codegen.command.asked import changes_of
from codegen.command.tree import Folder
from codegen.command.writing import HalfWritten, recover, write_files
from codegen.errors import BadName, CodegenError, Finding, ManifestError, Refused, shown
from codegen.lint.findings import as_annotations, as_text, is_clean
from codegen.lint.findings import as_json as findings_document
from codegen.lint.repository import lint_repository
from codegen.planning.compose import Repository, check, regenerate
from codegen.planning.plan import Plan, plan_of
from codegen.planning.plan_text import drift_document, plan_document, plan_text, refusal_document
from codegen.wiring.drift import Drift, UnreadableHost

_P = ParamSpec("_P")
_DIFFERS, _BAD = 1, 2

root_option = click.option(
    "--root",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The platform repository (default: here).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
host_option = click.option("--host", help="The host preset (default: the one whose files are there).")


def _with_exit_codes(command: Callable[_P, None]) -> Callable[_P, None]:
    """Turn what codegen says into sentences on stderr, with a document on stdout where one is asked for, and exit 2."""

    @wraps(command)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json")) or kwargs.get("form") == "json"
        try:
            command(*args, **kwargs)
        except Refused as refused:
            kind = "error" if isinstance(refused, BadName) else f"refused ({refused.reason})"
            _say(refusal_document(refused), f"{kind}: {refused}", as_json=as_json)
        except CodegenError as error:
            document = {"findings": findings_document(error.findings)}
            _say(document, "".join(f"error: {one}\n" for one in error.findings), as_json=as_json)
        except BrokenPipeError:  # whoever read the result has enough of it; click ends without a word
            raise
        except OSError as error:
            _say({"error": str(error)}, f"error: {error}; {_state(error)}", as_json=as_json)
        else:
            return
        sys.exit(_BAD)

    return wrapped


def _state(error: OSError) -> str:
    half = "some files are written, and the next run writes the others"
    return half if isinstance(error, HalfWritten) else "nothing was written"


def _say(document: dict[str, Any], text: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(document, indent=2))
    click.echo(text.rstrip("\n"), err=True)


def _change_options(command: Callable[..., None]) -> Callable[..., None]:
    for name, metavar, text in reversed(_CHANGES):
        command = click.option(f"--{name}", multiple=True, metavar=metavar, help=f"{text} Repeatable.")(command)
    return command


_CHANGES = (
    ("install", "MODULE[@VERSION]", "Put in."),
    ("uninstall", "MODULE", "Take out."),
    ("upgrade", "MODULE@VERSION", "Move to this version, with what it needs by then."),
    ("features", "MODULE=A,B", "Build with exactly these Cargo features."),
    ("default-enabled", "MODULE=on|off", "Whether tenants have it on by default."),
)


@click.group()
def codegen() -> None:
    """Edit a manifest and regenerate what follows from it."""


@codegen.command()
@root_option
@host_option
@_change_options
@json_option
@_with_exit_codes
def plan(root: Path, *, host: str | None, as_json: bool, **asked: tuple[str, ...]) -> None:
    """Show what a change would do; nothing is written."""
    made = _planned(_folder(root), changes_of(asked), host=host)
    click.echo(json.dumps(plan_document(made), indent=2) if as_json else plan_text(made), nl=as_json)


@codegen.command()
@root_option
@host_option
@_change_options
@json_option
@_with_exit_codes
def apply(root: Path, *, host: str | None, as_json: bool, **asked: tuple[str, ...]) -> None:
    """Write a change, or without one bring the host files in step with the manifest."""
    folder = _folder(root)
    changes = changes_of(asked)
    made = _planned(folder, changes, host=host) if changes else None
    files = _contents(made) if made is not None else dict(regenerate(folder, host=host))
    write_files(root, files)
    for warning in made.warnings if made is not None else ():
        click.echo(f"warning: {warning}", err=True)
    document = {"written": sorted(files)} | ({"plan": plan_document(made)} if made is not None else {})
    text = "".join(f"wrote {path}\n" for path in sorted(files)) or "already so\n"
    click.echo(json.dumps(document, indent=2) if as_json else text, nl=as_json)


@codegen.command(name="check")
@root_option
@host_option
@json_option
@_with_exit_codes
def check_command(root: Path, *, host: str | None, as_json: bool) -> None:
    """Say where the host is not what the manifest gives."""
    drift, findings = _checked(_folder(root), host=host)
    if as_json:
        click.echo(json.dumps({**drift_document(drift), "findings": findings_document(findings)}, indent=2))
    else:
        click.echo("".join(f"{one}\n" for one in drift), nl=False)
    click.echo("".join(f"error: {finding}\n" for finding in findings), nl=False, err=True)
    sys.exit(_BAD if findings else _DIFFERS if drift else 0)


@codegen.command()
@root_option
@host_option
@click.option("--manifest", help="The manifest's path under the root (default: the preset's).")
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", help="How to say it.")
@json_option
@_with_exit_codes
def lint(root: Path, *, host: str | None, manifest: str | None, form: str, as_json: bool) -> None:
    """Say everything that is wrong with the manifest and with what its modules say of themselves."""
    findings = lint_repository(_folder(root), host=host, manifest=manifest)
    if as_json or form == "json":
        click.echo(json.dumps({"findings": findings_document(findings)}, indent=2))
    elif form == "github":
        click.echo(as_annotations(findings), nl=False)
    else:
        click.echo(as_text(findings), nl=False)
    sys.exit(0 if is_clean(findings) else _BAD)


def _checked(folder: Folder, *, host: str | None) -> tuple[tuple[Drift, ...], tuple[Finding, ...]]:
    """The drift, and what could not be read beside it."""
    try:
        return check(folder, host=host), ()
    except UnreadableHost as error:
        return error.drift, error.findings


def _folder(root: Path) -> Folder:
    """The folder, after an interrupted `apply` was finished or swept away."""
    if not root.is_dir():
        hint = "give the folder of the platform repository with --root"
        raise ManifestError(Finding(path=shown(str(root)), problem="not a folder", hint=hint))
    if recover(root):
        click.echo(
            "an interrupted run left files that were staged: finished, or swept away where it was early", err=True
        )
    return Folder(root)


def _planned(folder: Folder, changes: list[Change], *, host: str | None) -> Plan:
    repository = Repository(folder, host)
    edits = repository.edits(repository.resolve(changes), asked=[change.module for change in changes])
    return plan_of(repository, edits)


def _contents(plan: Plan) -> dict[str, bytes | None]:
    return {file.path: None if file.text is None else file.text.encode() for file in plan.files}
