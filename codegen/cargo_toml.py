"""Brings a Cargo manifest in step with a composition: single lines and array items, everything else untouched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from codegen.errors import Finding, ManifestError
from codegen.splice import insert_item, insert_line, remove_item, remove_lines
from codegen.toml_scan import Key, Scan
from codegen.toml_text import Statement, Table, TomlText, scan


@dataclass(frozen=True, kw_only=True)
class TableWish:
    """What a table's module keys must be: `values` by key as TOML text, and the keys in `gone` must not be there."""

    table: Key
    values: Mapping[str, str]
    gone: frozenset[str] = frozenset()
    owned: str | None = None

    def is_stale(self, key: str) -> bool:
        """Whether a key of the table is ours and no module gives it."""
        if key in self.values:
            return False
        return key in self.gone or bool(self.owned and re.fullmatch(self.owned, key))


@dataclass(frozen=True, kw_only=True)
class ArrayWish:
    """What an array's module items must be; items that are not ours stay."""

    table: Key
    key: str
    items: frozenset[str]
    gone: frozenset[str] = frozenset()
    owned: str | None = None

    def is_stale(self, item: object) -> bool:
        """Whether an item of the array is ours and no module gives it."""
        if not isinstance(item, str) or item in self.items:
            return False
        return item in self.gone or bool(self.owned and re.fullmatch(self.owned, item))


def write_table(text: str, wish: TableWish, *, path: str) -> str:
    """The text with the table's module keys as wished; raises `ManifestError` where the table is not there."""
    source = scan(text, path=path)
    table = _table(source, wish.table)
    _refuse_own_tables(source, wish)
    edits = [(s.start, s.end, "") for s in table.statements if wish.is_stale(s.key[0])]
    present: dict[str, list[Statement]] = {}
    for statement in table.statements:
        present.setdefault(statement.key[0], []).append(statement)
    for key in present.keys() & wish.values.keys():
        edits += _replacement(source, present[key], key, wish.values[key])
    for start, end, line in sorted(edits, reverse=True):
        text = f"{text[:start]}{line}{text[end:]}" if line else remove_lines(text, start, end)
    for key in sorted(wish.values.keys() - present.keys()):
        text = _with_line(text, wish.table, key, wish.values[key], path=path)
    return text


def write_array(text: str, wish: ArrayWish, *, path: str) -> str:
    """The text with the array's module items as wished; raises `ManifestError` where the array is not there."""
    source = scan(text, path=path)
    statement = _array(source, wish)
    own = text[statement.start : statement.end]
    stale = [index for index, item in enumerate(statement.value.items) if wish.is_stale(item.data)]
    for index in reversed(stale):
        own = remove_item(own, Scan(own).statement().value, index)
    for item in sorted(wish.items - {item.data for item in statement.value.items}):
        array = Scan(own).statement().value
        index = _sorted_index([str(other.data) for other in array.items], item)
        own = insert_item(own, array, index, item=f'"{item}"', newline=source.newline)
    return text[: statement.start] + own + text[statement.end :]


def _table(source: TomlText, path: Key) -> Table:
    if table := source.table(*path):
        return table
    name = ".".join(path)
    raise ManifestError(
        Finding(path=source.path, key=name, problem=f"the table [{name}] is missing", hint=f"add [{name}]")
    )


def _array(source: TomlText, wish: ArrayWish) -> Statement:
    statement = _table(source, wish.table).find(wish.key)
    if statement is not None and isinstance(statement.value.data, list) and len(statement.key) == 1:
        return statement
    name = ".".join((*wish.table, wish.key))
    raise ManifestError(
        Finding(path=source.path, key=name, problem="the list is missing", hint=f"add `{wish.key} = []`")
    )


def _refuse_own_tables(source: TomlText, wish: TableWish) -> None:
    for table in source.tables:
        if table.path[:-1] == wish.table and (table.path[-1] in wish.values or wish.is_stale(table.path[-1])):
            line, column = source.place(table.start)
            hint = f"write it as one line of [{'.'.join(wish.table)}]"
            problem = "a module stands in a table of its own"
            raise ManifestError(
                Finding(
                    path=source.path, line=line, column=column, key=".".join(table.path), problem=problem, hint=hint
                )
            )


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


def _meaning(statements: list[Statement]) -> object:
    """A key's value whether it is written `x.workspace = true` or `x = { workspace = true }`."""
    if len(statements) == 1 and len(statements[0].key) == 1:
        return statements[0].value.data
    return {statement.key[1:]: statement.value.data for statement in statements}


def _with_line(text: str, table_path: Key, key: str, value: str, *, path: str) -> str:
    source = scan(text, path=path)
    table = _table(source, table_path)
    family = key.split("-", 1)[0]
    kin = [s for s in table.statements if s.key[0].split("-", 1)[0] == family] or table.statements
    smaller = [statement for statement in kin if statement.key[0] < key]
    greater = [statement for statement in kin if statement.key[0] > key]
    at = smaller[-1].end if smaller else greater[0].start if greater else table.body
    return insert_line(text, at, line=f"{key} = {value}", newline=source.newline)


def _sorted_index(items: list[str], item: str) -> int:
    """After the last item that sorts before this one, among its kin (`mod-…`); so that a sorted list stays sorted."""
    family = item.split("-", 1)[0]
    kin = [index for index, other in enumerate(items) if other.split("-", 1)[0] == family]
    if not kin:
        return len(items)
    smaller = [index for index in kin if items[index] < item]
    return smaller[-1] + 1 if smaller else kin[0]
