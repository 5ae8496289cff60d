"""What stands in a `Cargo.toml`: tables, entries in whichever way they are written, items of arrays, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from codegen.errors import Finding, ManifestError
from codegen.toml.scan import Key
from codegen.toml.table import Statement, Table
from codegen.toml.text import TomlText, scan


def entries(text: str, table: Key, *, path: str) -> Mapping[str, int]:
    """The keys of a table with the line each stands on; empty where the table is not there."""
    if not has_table(text, table, path=path):
        return {}
    source = scan(text, path=path)
    found = table_of(source, table)
    return {key: source.place(first.key_start)[0] for key in found.names if (first := found.find(key))}


def entry_names(text: str, table: Key, *, path: str) -> list[str]:
    """The keys of a table in the order of the file; none where the table is not there."""
    found = scan(text, path=path).table(*table)
    return list(found.names) if found else []


@lru_cache(maxsize=64)
def item_names(text: str, table: Key, key: str, *, path: str) -> frozenset[str]:
    """The strings of an array; empty where the array is not there."""
    statement = found_array(scan(text, path=path), table, key)
    return frozenset(map(str, statement.data)) if statement else frozenset()


def listed_items(text: str, table: Key, key: str, *, path: str) -> list[str]:
    """The strings of an array in its order; none where the array is not there."""
    statement = found_array(scan(text, path=path), table, key)
    return list(map(str, statement.data)) if statement else []


def items(text: str, table: Key, key: str, *, path: str) -> Mapping[str, int]:
    """The strings of an array with the line each stands on; empty where the array is not there."""
    source = scan(text, path=path)
    statement = found_array(source, table, key)
    values = statement.value.items if statement else ()
    start = statement.start if statement else 0
    return {str(value.data): source.place(start + value.start)[0] for value in values}


def meaning(text: str, table: Key, key: str, *, path: str) -> object:
    """What an entry says, whether `x.workspace = true` or `x = { workspace = true }`; `None` where it is not there."""
    found = scan(text, path=path).table(*table)
    present = found.find_all(key) if found else None
    if not present:
        return None
    said = meaning_of(present)
    return {".".join(inner): value for inner, value in said.items()} if isinstance(said, dict) else said


def has_table(text: str, table: Key, *, path: str) -> bool:
    """Whether the file has the table."""
    return scan(text, path=path).table(*table) is not None


def has_array(text: str, table: Key, key: str, *, path: str) -> bool:
    """Whether the table has such an array."""
    return found_array(scan(text, path=path), table, key) is not None


@lru_cache(maxsize=4096)
def list_of(value: str, *, path: str) -> tuple[str, ...]:
    """The strings of a TOML list."""
    return tuple(str(item) for item in scan(f"v = {value}\n", path=path).tables[0].statements[0].value.data)


def stale(present: Iterable[str], *, pattern: str, kept: frozenset[str]) -> list[str]:
    """What of these names is ours by its form and given by no module."""
    form = re.compile(pattern)
    return [name for name in present if name not in kept and form.fullmatch(name)]


def table_of(source: TomlText, path: Key) -> Table:
    if table := source.table(*path):
        return table
    name = ".".join(path)
    problem = f"the table [{name}] is missing"
    raise ManifestError(Finding(path=source.path, key=name, problem=problem, hint=f"add [{name}]"))


def found_array(source: TomlText, table: Key, key: str) -> Statement | None:
    holder = source.table(*table)
    found = holder.find_all(key) if holder else []
    fits = [s for s in found if len(s.key) == 1 and isinstance(s.data, list)]
    return fits[0] if fits else None


def array_of(source: TomlText, table: Key, key: str) -> Statement:
    table_of(source, table)
    if statement := found_array(source, table, key):
        return statement
    name = ".".join((*table, key))
    raise ManifestError(Finding(path=source.path, key=name, problem="the list is missing", hint=f"add `{key} = []`"))


def is_dotted(statements: list[Statement]) -> bool:
    return len(statements) > 1 or len(statements[0].key) > 1


def meaning_of(statements: list[Statement]) -> object:
    """A key's value whether it is written `x.workspace = true` or `x = { workspace = true }`."""
    if not is_dotted(statements):
        data = statements[0].data
        return {(key,): value for key, value in data.items()} if isinstance(data, dict) else data
    return {statement.key[1:]: statement.data for statement in statements}
