"""`modwright plan`: what a change would do, by the API or from a clone alone."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from controller.cli.changes import change_of
from controller.cli.client import Document
from controller.cli.options import as_option, clone_option, json_option, make_client
from controller.cli.output import show_json, show_text, tell


@click.command()
@click.argument("modules", nargs=-1, metavar="[MODULE[@VERSION]]...")
@click.option("--install", "installed", multiple=True, metavar="MODULE[@VERSION]", help="Put in. Repeatable.")
@click.option("--uninstall", "uninstalled", multiple=True, metavar="MODULE", help="Take out. Repeatable.")
@click.option("--upgrade", "upgraded", multiple=True, metavar="MODULE@VERSION", help="Move. Repeatable.")
@json_option
@clone_option
@as_option
def plan(
    *,
    modules: tuple[str, ...],
    installed: tuple[str, ...],
    uninstalled: tuple[str, ...],
    upgraded: tuple[str, ...],
    as_json: bool,
    clone: str | None,
    user: str | None,
) -> None:
    """Show what a change would do; nothing is written.

    A MODULE alone is one to install.
    """
    asked = {"install": (*modules, *installed), "uninstall": uninstalled, "upgrade": upgraded}
    changes = [change_of(kind, name) for kind, names in asked.items() for name in names]
    if not changes:
        raise click.UsageError("name a change: MODULE to install, --uninstall MODULE or --upgrade MODULE@VERSION")
    document = _planned(changes, clone=clone, user=user)
    if as_json:
        show_json(document)
    else:
        _show(document)


def _planned(changes: list[Document], *, clone: str | None, user: str | None) -> Document:
    from controller.cli.clone import chosen_clone

    folder = chosen_clone(clone)
    if folder is not None:
        return plan_in_clone(folder, changes)
    document: Document = make_client(user).post("/changes:plan", {"changes": changes})
    return document


def plan_in_clone(folder: Path, changes: Iterable[Document]) -> Document:
    """
    The plan over the default branch's files of a clone, as the API words it.

    Raises `codegen.Refused` where the modules do not go together.
    """
    from codegen import plan_changes, unified_diff
    from controller.cli.clone import open_clone
    from controller.core.model import Person
    from controller.core.policy import evaluate, read_policies
    from controller.core.subjects import plan_subject

    clone = open_clone(folder)
    edits = plan_changes(clone.files, [_change(change) for change in changes], host=clone.configuration.host)
    texts = {
        path: clone.files[path].decode(errors="replace")
        for path in clone.files
        if path.startswith(".modwright/policies/") and path.endswith(".yaml")
    }
    subject = plan_subject(edits.delta, tuple(edits.files), clone.configuration, Person(login="you"))
    return {
        "delta": {
            "added": [{"slug": entry.slug} for entry in edits.delta.added],
            "removed": [{"slug": entry.slug} for entry in edits.delta.removed],
            "changed": [{"slug": after.slug} for _, after in edits.delta.changed],
        },
        "because": dict(edits.resolution.because),
        "files": [
            {"path": path, "diff": unified_diff(path, _text(clone.files.get(path)), _text(content))}
            for path, content in edits.files.items()
        ],
        "verdicts": [vars(verdict) for verdict in evaluate(read_policies(texts), subject)],
    }


def _change(change: Document) -> Any:
    from codegen import Install, ModuleName, Uninstall, Upgrade

    module, version = ModuleName(str(change["module"])), change.get("version")
    if change["kind"] == "uninstall":
        return Uninstall(module)
    if change["kind"] == "install":
        return Install(module, str(version) if version else None)
    if not version:
        raise click.UsageError(f"which version of {module}? Write {module}@VERSION")
    return Upgrade(module, str(version))


def _text(content: bytes | None) -> str:
    return (content or b"").decode(errors="replace")


def _show(document: Document) -> None:
    delta, because = document["delta"], document.get("because") or {}
    lines = [
        f"{mark} {_slug(entry)}" + (f": {because[_slug(entry)]}" if because.get(_slug(entry)) else "")
        for mark, part in (("+", "added"), ("-", "removed"), ("~", "changed"))
        for entry in delta.get(part) or []
    ]
    show_text("\n".join(lines) or "already so")
    for verdict in document.get("verdicts") or []:
        said = f": {verdict['message']}" if verdict.get("message") else ""
        show_text(f"policy {verdict['policy']}: {verdict['effect']}{said}")
    for warning in document.get("warnings") or []:
        tell(f"warning: {warning if isinstance(warning, str) else warning.get('message')}")
    for file in document.get("files") or []:
        show_text(file["diff"])


def _slug(entry: Any) -> str:
    """An entry is a name or a document with one; a changed one may be the pair of before and after."""
    if isinstance(entry, list | tuple):
        return _slug(entry[-1])
    return str(entry.get("slug") or _slug(entry.get("after", "?")) if isinstance(entry, dict) else entry)
