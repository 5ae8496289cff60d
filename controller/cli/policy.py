"""`modwright policy test`: every case of every policy, without a server."""

from __future__ import annotations

import json
from pathlib import Path

import click

from controller.core.errors import Terminal
from controller.core.policy import CaseResult, read_policies, run_cases

_FOLDERS = (Path(".modwright/policies"), Path("policies"))
_DIFFERS = 1


@click.group()
def policy() -> None:
    """Judge policies by their own cases."""


@policy.command(name="test")
@click.option("--dir", "folder", type=click.Path(path_type=Path), help=f"Default: {_FOLDERS[0]}, else {_FOLDERS[1]}.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")
@click.pass_context
def test_command(context: click.Context, folder: Path | None, *, as_json: bool) -> None:
    """Run the cases of all policies; exit 1 where one does not hold."""
    results = tuple(result for read in read_policies(_texts(_folder(folder))) for result in run_cases(read))
    if as_json:
        click.echo(json.dumps([_as_json(result) for result in results], indent=2))
    else:
        click.echo("\n".join(_line(result) for result in results))
    failed = sum(not result.holds for result in results)
    click.echo(f"{len(results)} cases, {failed} failed", err=True)
    context.exit(_DIFFERS if failed else 0)


def _folder(given: Path | None) -> Path:
    found = given or next((folder for folder in _FOLDERS if folder.is_dir()), None)
    if found is None or not found.is_dir():
        where = str(found) if found is not None else " or ".join(map(str, _FOLDERS))
        raise Terminal("PoliciesMissing", f"no folder {where}", hint="name one with --dir")
    return found


def _texts(folder: Path) -> dict[str, str]:
    texts = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            texts[str(file)] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Terminal("PolicyUnreadable", f"{file}: cannot be read as UTF-8: {error}") from error
    if not texts:
        raise Terminal("PoliciesMissing", f"{folder} holds no *.yaml", hint="name another folder with --dir")
    return texts


def _line(result: CaseResult) -> str:
    if result.holds:
        return f"ok    {result.policy}: {result.case}"
    said = f" ({result.verdict.message})" if result.verdict.message else ""
    return f"FAIL  {result.policy}: {result.case}: expected {result.expected}, found {result.verdict.effect}{said}"


def _as_json(result: CaseResult) -> dict[str, object]:
    return {
        "policy": result.policy,
        "case": result.case,
        "expected": result.expected,
        "found": result.verdict.effect,
        "message": result.verdict.message,
        "error": result.verdict.error,
        "holds": result.holds,
    }
