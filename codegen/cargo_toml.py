"""Brings a Cargo manifest in step with a composition: single lines and array items, everything else untouched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from codegen.errors import Finding, ManifestError
from codegen.splice import insert_item, insert_line, remove_item, remove_lines
from codegen.toml_text import Key, Statement, Table, TomlText, parse


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
    source = parse(text, path=path)
    table = _table(source, wish.table)
    _refuse_own_tables(source, wish)
    edits = [(s.start, s.end, "") for s in table.statements if wish.is_stale(s.key[0])]
    edits += [edit for key, value in wish.values.items() for edit in _replacement(source, table, key, value)]
    for start, end, line in sorted(edits, reverse=True):
        text = f"{text[:start]}{line}{text[end:]}" if line else remove_lines(text, start, end)
    for key in sorted(wish.values.keys() - {s.key[0] for s in table.statements}):
        text = _with_line(text, wish.table, key, wish.values[key], path=path)
    return text


def write_array(text: str, wish: ArrayWish, *, path: str) -> str:
    """The text with the array's module items as wished; raises `ManifestError` where the array is not there."""
    statement = _array(parse(text, path=path), wish)
    for index in reversed(range(len(statement.value.items))):
        if wish.is_stale(statement.value.items[index].data):
            text = remove_item(text, _array(parse(text, path=path), wish).value, index)
    present = {item.data for item in statement.value.items}
    for item in sorted(wish.items - present):
        source = parse(text, path=path)
        array = _array(source, wish).value
        index = _sorted_index([str(other.data) for other in array.items], item)
        text = insert_item(text, array, index, item=f'"{item}"', newline=source.newline)
    return text


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


def _replacement(source: TomlText, table: Table, key: str, value: str) -> Iterable[tuple[int, int, str]]:
    """The edit that gives an existing key its value; none where it already means the same, however it is written."""
    statements = [statement for statement in table.statements if statement.key[0] == key]
    if not statements or _meaning(statements) == _meaning(_wanted(key, value, path=source.path)):
        return
    first = statements[0]
    yield first.start, first.end, _end_line(source, first, f"{_toml_key(key)} = {value}")
    yield from ((statement.start, statement.end, "") for statement in statements[1:])


def _end_line(source: TomlText, statement: Statement, line: str) -> str:
    return line + source.newline if source.text[: statement.end].endswith("\n") else line


def _wanted(key: str, value: str, *, path: str) -> list[Statement]:
    return parse(f"{_toml_key(key)} = {value}\n", path=path).tables[0].statements


def _meaning(statements: list[Statement]) -> object:
    """A key's value whether it is written `x.workspace = true` or `x = { workspace = true }`."""
    if len(statements) == 1 and len(statements[0].key) == 1:
        data = statements[0].value.data
        return data
    return {statement.key[1:]: statement.value.data for statement in statements}


def _toml_key(key: str) -> str:
    return key


def _with_line(text: str, table_path: Key, key: str, value: str, *, path: str) -> str:
    source = parse(text, path=path)
    table = _table(source, table_path)
    family = key.split("-", 1)[0]
    kin = [s for s in table.statements if s.key[0].split("-", 1)[0] == family] or table.statements
    smaller = [statement for statement in kin if statement.key[0] < key]
    greater = [statement for statement in kin if statement.key[0] > key]
    at = smaller[-1].end if smaller else greater[0].start if greater else table.body
    return insert_line(text, at, line=f"{_toml_key(key)} = {value}", newline=source.newline)


def _sorted_index(items: list[str], item: str) -> int:
    """After the last item that sorts before this one, among its kin (`mod-…`); so that a sorted list stays sorted."""
    family = item.split("-", 1)[0]
    kin = [index for index, other in enumerate(items) if other.split("-", 1)[0] == family]
    if not kin:
        return len(items)
    smaller = [index for index in kin if items[index] < item]
    return smaller[-1] + 1 if smaller else kin[0]
