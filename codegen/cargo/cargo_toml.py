"""Brings a Cargo manifest in step with a composition: single lines and array items, everything else untouched."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import Literal, NoReturn

from codegen.errors import Finding, ManifestError, shown
from codegen.toml.scan import Key, Scan
from codegen.toml.splice import insert_item, insert_line, remove_lines
from codegen.toml.splice import remove_item as take_item
from codegen.toml.text import Statement, Table, TomlText, scan

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


def ensure_entry(text: str, wish: EntryWish, *, path: str) -> str:
    """The text with the entry in it; raises `ManifestError` where the table is not there."""
    source = scan(text, path=path)
    present = _statements(text, wish.table, path=path).get(wish.key.partition(".")[0])
    if not present:
        _refuse_own_table(source, wish)
        return _with_line(source, wish)
    if wish.keeps == "present":
        _refuse_another_crate(source, present, wish)
        return text
    if wish.keeps == "items":
        return _with_items(source, present, wish)
    edits = _replacement(source, present, wish.key, wish.value)
    return _spliced(text, edits)


def remove_entry(text: str, table: Key, key: str, *, path: str) -> str:
    """The text without the entry, in however many lines it stands; the same text where it is not there."""
    if not has_table(text, table, path=path):
        return text
    present = _statements(text, table, path=path).get(key.partition(".")[0], [])
    return _spliced(text, [(statement.start, statement.end, "") for statement in present])


def ensure_item(text: str, wish: ItemWish, *, path: str) -> str:
    """The text with the item in its array; raises `ManifestError` where the array is not there."""
    if wish.item in item_names(text, wish.table, wish.key, path=path):
        return text
    source = scan(text, path=path)
    statement = _array(source, wish.table, wish.key)
    items = [str(item.data) for item in statement.value.items]
    index = _sorted_index(items, wish.item) if wish.beside is None else _index_beside(items, wish.beside())
    return _with_item(source, statement, index, wish.item)


def remove_item(text: str, table: Key, key: str, *, item: str, path: str) -> str:
    """The text without the item; the same text where the array or the item is not there."""
    source = scan(text, path=path)
    statement = _found_array(source, table, key)
    items = [value.data for value in statement.value.items] if statement else []
    if statement is None or item not in items:
        return text
    own = take_item(text[statement.start : statement.end], statement.value, items.index(item))
    return text[: statement.start] + own + text[statement.end :]


def entries(text: str, table: Key, *, path: str) -> Mapping[str, int]:
    """The keys of a table with the line each stands on; empty where the table is not there."""
    if not has_table(text, table, path=path):
        return {}
    source = scan(text, path=path)
    return {key: source.place(found[0].key_start)[0] for key, found in _statements(text, table, path=path).items()}


@lru_cache(maxsize=64)
def item_names(text: str, table: Key, key: str, *, path: str) -> frozenset[str]:
    """The strings of an array; empty where the array is not there."""
    statement = _found_array(scan(text, path=path), table, key)
    return frozenset(str(value.data) for value in statement.value.items) if statement else frozenset()


def items(text: str, table: Key, key: str, *, path: str) -> Mapping[str, int]:
    """The strings of an array with the line each stands on; empty where the array is not there."""
    source = scan(text, path=path)
    statement = _found_array(source, table, key)
    values = statement.value.items if statement else ()
    start = statement.start if statement else 0
    return {str(value.data): source.place(start + value.start)[0] for value in values}


def meaning(text: str, table: Key, key: str, *, path: str) -> object:
    """What an entry says, whether `x.workspace = true` or `x = { workspace = true }`; `None` where it is not there."""
    present = _statements(text, table, path=path).get(key) if has_table(text, table, path=path) else None
    if not present:
        return None
    found = _meaning(present)
    return {".".join(inner): value for inner, value in found.items()} if isinstance(found, dict) else found


def has_table(text: str, table: Key, *, path: str) -> bool:
    """Whether the file has the table."""
    return scan(text, path=path).table(*table) is not None


def has_array(text: str, table: Key, key: str, *, path: str) -> bool:
    """Whether the table has such an array."""
    return _found_array(scan(text, path=path), table, key) is not None


@lru_cache(maxsize=64)
def _statements(text: str, table: Key, *, path: str) -> dict[str, list[Statement]]:
    """A table's statements by the first part of their keys; found once for a text, since every module asks for it."""
    found: dict[str, list[Statement]] = {}
    for statement in _table(scan(text, path=path), table).statements:
        found.setdefault(statement.key[0], []).append(statement)
    return found


def _table(source: TomlText, path: Key) -> Table:
    if table := source.table(*path):
        return table
    name = ".".join(path)
    problem = f"the table [{name}] is missing"
    raise ManifestError(Finding(path=source.path, key=name, problem=problem, hint=f"add [{name}]"))


def _found_array(source: TomlText, table: Key, key: str) -> Statement | None:
    if source.table(*table) is None:
        return None
    found = _statements(source.text, table, path=source.path).get(key, [])
    fits = [s for s in found if len(s.key) == 1 and isinstance(s.value.data, list)]
    return fits[0] if fits else None


def _array(source: TomlText, table: Key, key: str) -> Statement:
    _table(source, table)
    if statement := _found_array(source, table, key):
        return statement
    name = ".".join((*table, key))
    raise ManifestError(Finding(path=source.path, key=name, problem="the list is missing", hint=f"add `{key} = []`"))


def _refuse_own_table(source: TomlText, wish: EntryWish) -> None:
    own = source.table(*wish.table, wish.key)
    if own is None:
        return
    line, column = source.place(own.start)
    key, hint = ".".join(own.path), f"write it as one line of [{'.'.join(wish.table)}]"
    problem = "a module stands in a table of its own"
    raise ManifestError(Finding(path=source.path, line=line, column=column, key=key, problem=problem, hint=hint))


def _refuse_another_crate(source: TomlText, present: list[Statement], wish: EntryWish) -> None:
    """A crate taken by version alone would come from an index, and one from another folder is another of its name."""
    found = _meaning(present)
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


def _with_items(source: TomlText, present: list[Statement], wish: EntryWish) -> str:
    """The entry's list with the wished items behind those that people added."""
    statement = present[0]
    if len(present) > 1 or not isinstance(statement.value.data, list):
        _refuse_no_list(source, statement, wish)
    _refuse_other_meaning(source, statement, wish)
    text = source.text
    for item in list_of(wish.demands or wish.value, path=source.path):
        now = scan(text, path=source.path)
        here = _statements(text, wish.table, path=source.path)[wish.key][0]
        if item not in [value.data for value in here.value.items]:
            text = _with_item(now, here, len(here.value.items), item)
    return text


def _refuse_other_meaning(source: TomlText, statement: Statement, wish: EntryWish) -> None:
    """A list that holds something and nothing of what is wished is another's, whatever its name."""
    present, wanted = [str(value.data) for value in statement.value.items], list_of(wish.value, path=source.path)
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


def _refuse_no_list(source: TomlText, statement: Statement, wish: EntryWish) -> NoReturn:
    line, column = source.place(statement.key_start)
    key, allowed = ".".join((*wish.table, wish.key)), wish.value
    raise ManifestError(
        Finding(path=source.path, line=line, column=column, key=key, problem="not a list", allowed=allowed)
    )


@lru_cache(maxsize=4096)
def list_of(value: str, *, path: str) -> tuple[str, ...]:
    """The strings of a TOML list."""
    return tuple(str(item) for item in scan(f"v = {value}\n", path=path).tables[0].statements[0].value.data)


def _with_item(source: TomlText, statement: Statement, index: int, item: str) -> str:
    own = source.text[statement.start : statement.end]
    own = insert_item(own, Scan(own).statement().value, index, item=f'"{item}"', newline=source.newline)
    return source.text[: statement.start] + own + source.text[statement.end :]


def _spliced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    for start, end, line in sorted(edits, reverse=True):
        text = f"{text[:start]}{line}{text[end:]}" if line else remove_lines(text, start, end)
    return text


def _replacement(source: TomlText, statements: list[Statement], key: str, value: str) -> list[tuple[int, int, str]]:
    """The edits that give an existing key its value; none where it already means the same, however it is written."""
    if _is_verbatim(source, statements, value):
        return []
    wanted = scan(f"{key} = {value}\n", path=source.path).tables[0].statements
    if _meaning(statements) == _meaning(wanted):
        return []
    first, *others = statements
    end = source.newline if source.text[: first.end].endswith("\n") else ""
    return [(first.start, first.end, f"{key} = {value}{end}"), *((other.start, other.end, "") for other in others)]


def _is_verbatim(source: TomlText, statements: list[Statement], value: str) -> bool:
    start, found = statements[0].start, statements[0].value
    return len(statements) == 1 and source.text[start + found.start : start + found.end] == value


def _is_dotted(statements: list[Statement]) -> bool:
    return len(statements) > 1 or len(statements[0].key) > 1


def _meaning(statements: list[Statement]) -> object:
    """A key's value whether it is written `x.workspace = true` or `x = { workspace = true }`."""
    if not _is_dotted(statements):
        return statements[0].value.data
    return {statement.key[1:]: statement.value.data for statement in statements}


def _with_line(source: TomlText, wish: EntryWish) -> str:
    table = _table(source, wish.table)
    at = _sorted_place(table, wish.key) if wish.beside is None else _place_beside(table, wish.beside())
    line = f"{wish.key} = {wish.value}"
    return insert_line(source.text, at, line=line, newline=source.newline)


def _sorted_place(table: Table, key: str) -> int:
    family = key.split("-", 1)[0]
    kin = [s for s in table.statements if s.key[0].split("-", 1)[0] == family] or table.statements
    smaller = [statement for statement in kin if statement.key[0] < key]
    greater = [statement for statement in kin if statement.key[0] > key]
    return smaller[-1].end if smaller else greater[0].start if greater else table.body


def _place_beside(table: Table, groups: Sequence[frozenset[str]]) -> int:
    """After the last line of the first group that has one here, else at the table's end."""
    for names in groups:
        ends = [statement.end for statement in table.statements if statement.key[0] in names]
        if ends:
            return ends[-1]
    return table.statements[-1].end if table.statements else table.body


def _index_beside(present: Sequence[str], groups: Sequence[frozenset[str]]) -> int:
    for names in groups:
        found = [index for index, item in enumerate(present) if item in names]
        if found:
            return found[-1] + 1
    return len(present)


def _sorted_index(present: Sequence[str], item: str) -> int:
    """After the last item that sorts before this one, among its kin (`mod-…`); so that a sorted list stays sorted."""
    family = item.split("-", 1)[0]
    kin = [index for index, other in enumerate(present) if other.split("-", 1)[0] == family]
    if not kin:
        return len(present)
    smaller = [index for index in kin if present[index] < item]
    return smaller[-1] + 1 if smaller else kin[0]


def stale(present: Iterable[str], *, pattern: str, kept: frozenset[str]) -> list[str]:
    """What of these names is ours by its form and given by no module."""
    form = re.compile(pattern)
    return [name for name in present if name not in kept and form.fullmatch(name)]
