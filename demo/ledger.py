"""The ledger as the forge shows it to anybody who may read the repository."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML

from demo.people import Person, RefusedError

_BRANCH = "environments"
_NOT_FOUND = 404


def environment(reader: Person, name: str) -> dict[str, Any]:
    """An environment's state."""
    return _document(reader, f"environments/{name}/state.yaml")


def release(reader: Person, identity: str) -> dict[str, Any]:
    """A release's record."""
    return _document(reader, f"releases/{identity}.yaml")


def releases(reader: Person) -> list[str]:
    """The ids of all releases."""
    return [name.removesuffix(".yaml") for name in _names(reader, "releases")]


def holds(reader: Person) -> list[dict[str, Any]]:
    """All holds, also those that do not hold any more."""
    return [_document(reader, f"holds/{name}") for name in _names(reader, "holds")]


def hold_on(reader: Person, commit: str) -> dict[str, Any] | None:
    """The newest hold that names this commit."""
    found = [hold for hold in holds(reader) if commit in hold["commits"]]
    return max(found, key=lambda hold: str(hold["at"]), default=None)


def _names(reader: Person, folder: str) -> list[str]:
    try:
        return [entry["name"] for entry in reader.get(f"/contents/{folder}", ref=_BRANCH)]
    except RefusedError as error:
        if error.status == _NOT_FOUND:
            return []
        raise


def _document(reader: Person, path: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(reader.file(path, _BRANCH))
    return found
