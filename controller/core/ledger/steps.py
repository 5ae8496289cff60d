"""The ledger's states one after the other: each is the one before it with the documents that its commit changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from controller.core.ledger.documents import SIGNERS_PATH, load, read_signers
from controller.core.ledger.state import (
    Admission,
    EnvironmentState,
    Freeze,
    Hold,
    KeyedRequest,
    LedgerState,
    Override,
    Release,
)

_FOLDERS: Mapping[str, tuple[str, type[Any], str]] = {
    "environments": ("environments", EnvironmentState, "name"),
    "releases": ("releases", Release, "id"),
    "holds": ("holds", Hold, "id"),
    "freezes": ("freezes", Freeze, "id"),
    "admissions": ("admissions", Admission, "commit"),
    "overrides": ("overrides", Override, "id"),
    "requests": ("requests", KeyedRequest, "id"),
}
"""The folder of each kind of document: the field of the state, what it holds, and the field that names one."""


def advance(state: LedgerState, changed: Mapping[str, bytes | None]) -> LedgerState:
    """
    The state with these files as they are now, `None` for one that is gone.

    Comes to the same as reading all files anew, at the cost of those that changed. What did not change stays the same
    object, so that whoever compares two states need not look into it. `Terminal` as for `documents.read`.
    """
    fields: dict[str, Any] = {}
    for path in sorted(changed):
        folder, _, rest = path.partition("/")
        content = changed[path]
        if path == SIGNERS_PATH:
            fields["signers"] = read_signers(content) if content is not None else ()
        elif folder in _FOLDERS and _is_document(folder, rest):
            name, kind, key = _FOLDERS[folder]
            known = fields.setdefault(name, dict(getattr(state, name)))
            if content is None:
                known.pop(_stem(folder, rest), None)
            else:
                value = load(content, kind, path=path)
                known[getattr(value, key)] = value
    return replace(state, **fields) if fields else state


def _is_document(folder: str, rest: str) -> bool:
    return rest.endswith("/state.yaml") if folder == "environments" else rest.endswith(".yaml")


def _stem(folder: str, rest: str) -> str:
    return rest.removesuffix("/state.yaml" if folder == "environments" else ".yaml")
