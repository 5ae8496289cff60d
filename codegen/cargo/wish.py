"""What a preset wishes to stand in a `Cargo.toml`, and what of the file as it is forbids it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from posixpath import dirname, join, normpath
from typing import Literal, NoReturn

from codegen.cargo.entries import list_of, meaning_of
from codegen.errors import Finding, ManifestError, shown
from codegen.toml.scan import Key
from codegen.toml.table import Statement
from codegen.toml.text import TomlText

Keeps = Literal["exact", "present", "items"]
"""What of an entry that is there already must be as the preset says: all of it, its key alone, or at least its items."""

Beside = Callable[[], Sequence[frozenset[str]]]
"""Names next to which a new one may stand, the best first; asked only where one is written."""


@dataclass(frozen=True, kw_only=True)
class EntryWish:
    """A `key = value` that a table must have. Without `beside` it goes where its family is sorted.

    `folder`: of the repository, in which a crate has to be that is there already and names its own.
    """

    table: Key
    key: str
    value: str
    keeps: Keeps = "exact"
    demands: str | None = None
    folder: str | None = None
    beside: Beside | None = None


@dataclass(frozen=True, kw_only=True)
class ItemWish:
    """A string that an array must hold. Without `beside` it goes where its family is sorted."""

    table: Key
    key: str
    item: str
    beside: Beside | None = None


def refuse_own_table(source: TomlText, wish: EntryWish) -> None:
    own = source.table(*wish.table, wish.key)
    if own is None:
        return
    line, column = source.place(own.start)
    key, hint = ".".join(own.path), f"write it as one line of [{'.'.join(wish.table)}]"
    problem = "a module stands in a table of its own"
    raise ManifestError(Finding(path=source.path, line=line, column=column, key=key, problem=problem, hint=hint))


def refuse_another_crate(source: TomlText, present: list[Statement], wish: EntryWish) -> None:
    """A crate taken by version alone would come from an index, and one from another folder is another of its name."""
    found = meaning_of(present)
    named = {key[0] for key in found} if isinstance(found, dict) else set()
    if not wish.value.startswith("{") or (
        named & {"path", "git", "workspace"} and _is_inside(found, wish, source.path)
    ):
        return
    line, column = source.place(present[0].key_start)
    key, allowed = ".".join((*wish.table, wish.key)), wish.value
    problem, hint = "a crate of this name comes from elsewhere", "take it from the repository, or rename one of the two"
    finding = Finding(path=source.path, line=line, column=column, key=key, problem=problem, allowed=allowed, hint=hint)
    raise ManifestError(finding)


def _is_inside(found: object, wish: EntryWish, path: str) -> bool:
    stated = found.get(("path",)) if isinstance(found, dict) else None
    if not isinstance(stated, str) or wish.folder is None:
        return True
    folder = normpath(join(dirname(path), stated))
    return folder == wish.folder or folder.startswith(f"{wish.folder}/")


def refuse_other_meaning(source: TomlText, statement: Statement, wish: EntryWish) -> None:
    """A list that holds something and nothing of what is wished is another's, whatever its name."""
    present, wanted = [str(item) for item in statement.data], list_of(wish.value, path=source.path)
    if not present or not wanted or set(present) & set(wanted) or any(_is_akin(item, wanted) for item in present):
        return
    line, column = source.place(statement.key_start)
    key, found = ".".join((*wish.table, wish.key)), shown(", ".join(present))
    problem, hint = "the name means something else already", "give one of the two another name"
    finding = Finding(path=source.path, line=line, column=column, key=key, problem=problem, found=found, hint=hint)
    raise ManifestError(replace(finding, allowed=wish.value))


def _is_akin(item: str, wanted: Sequence[str]) -> bool:
    """Whether an item speaks of a crate that a wished one names: `dep:x`, `x/feature`, `x?/feature`."""
    crates = {each.removeprefix("dep:").partition("/")[0].removesuffix("?") for each in wanted}
    return item.removeprefix("dep:").partition("/")[0].removesuffix("?") in crates


def refuse_no_list(source: TomlText, statement: Statement, wish: EntryWish) -> NoReturn:
    line, column = source.place(statement.key_start)
    key, allowed = ".".join((*wish.table, wish.key)), wish.value
    raise ManifestError(
        Finding(path=source.path, line=line, column=column, key=key, problem="not a list", allowed=allowed)
    )
