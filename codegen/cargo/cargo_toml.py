"""Brings a Cargo manifest in step with a composition: single lines and array items, everything else untouched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codegen.cargo.entries import (
    array_of,
    found_array,
    item_names,
    list_of,
    meaning_of,
    table_of,
)
from codegen.cargo.wish import (
    EntryWish,
    ItemWish,
    refuse_another_crate,
    refuse_no_list,
    refuse_other_meaning,
    refuse_own_table,
)
from codegen.toml.scan import Key
from codegen.toml.splice import insert_item, insert_line, remove_lines
from codegen.toml.splice import remove_item as take_item
from codegen.toml.table import Statement, Table
from codegen.toml.text import TomlText, scan


def ensure_entry(text: str, wish: EntryWish, *, path: str) -> str:
    """The text with the entry in it; raises `ManifestError` where the table is not there."""
    source = scan(text, path=path)
    present = table_of(source, wish.table).find_all(wish.key.partition(".")[0])
    if not present:
        refuse_own_table(source, wish)
        return _with_line(source, wish)
    if wish.keeps == "present":
        refuse_another_crate(source, present, wish)
        return text
    if wish.keeps == "items":
        return _with_items(source, present, wish)
    edits = _replacement(source, present, wish.key, wish.value)
    return _spliced(text, edits)


def has_verbatim(text: str, table: Key, key: str, value: str, *, path: str) -> bool:
    """Whether the table has the entry on a line of its own, as it would be written: at a glance, since nearly all do."""
    found = scan(text, path=path).table(*table)
    return found is not None and found.has_line(key, f"{key} = {value}")


def remove_entry(text: str, table: Key, key: str, *, path: str) -> str:
    """The text without the entry, in however many lines it stands; the same text where it is not there."""
    found = scan(text, path=path).table(*table)
    present = found.find_all(key.partition(".")[0]) if found else []
    return _spliced(text, [(statement.start, statement.end, "") for statement in present])


def ensure_item(text: str, wish: ItemWish, *, path: str) -> str:
    """The text with the item in its array; raises `ManifestError` where the array is not there."""
    if wish.item in item_names(text, wish.table, wish.key, path=path):
        return text
    source = scan(text, path=path)
    statement = array_of(source, wish.table, wish.key)
    items = [str(item) for item in statement.data]
    index = _sorted_index(items, wish.item) if wish.beside is None else _index_beside(items, wish.beside())
    return _with_item(source, statement, index, wish.item)


def remove_item(text: str, table: Key, key: str, *, item: str, path: str) -> str:
    """The text without the item; the same text where the array or the item is not there."""
    source = scan(text, path=path)
    statement = found_array(source, table, key)
    if statement is None or item not in statement.data:
        return text
    own = take_item(text[statement.start : statement.end], statement.value, statement.data.index(item))
    return text[: statement.start] + own + text[statement.end :]


def _with_items(source: TomlText, present: list[Statement], wish: EntryWish) -> str:
    """The entry's list with the wished items behind those that people added."""
    statement = present[0]
    if len(present) > 1 or not isinstance(statement.data, list):
        refuse_no_list(source, statement, wish)
    refuse_other_meaning(source, statement, wish)
    text = source.text
    for item in list_of(wish.demands or wish.value, path=source.path):
        now = scan(text, path=source.path)
        here = table_of(now, wish.table).find_all(wish.key)[0]
        if item not in here.data:
            text = _with_item(now, here, len(here.data), item)
    return text


def _with_item(source: TomlText, statement: Statement, index: int, item: str) -> str:
    own = source.text[statement.start : statement.end]
    own = insert_item(own, statement.value, index, item=f'"{item}"', newline=source.newline)
    return source.text[: statement.start] + own + source.text[statement.end :]


def _spliced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    for start, end, line in sorted(edits, reverse=True):
        text = f"{text[:start]}{line}{text[end:]}" if line else remove_lines(text, start, end)
    return text


def _replacement(source: TomlText, statements: list[Statement], key: str, value: str) -> list[tuple[int, int, str]]:
    """The edits that give an existing key its value; none where it already means the same, however it is written."""
    if _is_verbatim(source, statements, key, value):
        return []
    wanted = scan(f"{key} = {value}\n", path=source.path).tables[0].statements
    if meaning_of(statements) == meaning_of(wanted):
        return []
    first, *others = statements
    end = source.newline if source.text[: first.end].endswith("\n") else ""
    return [(first.start, first.end, f"{key} = {value}{end}"), *((other.start, other.end, "") for other in others)]


def _is_verbatim(source: TomlText, statements: list[Statement], key: str, value: str) -> bool:
    if len(statements) > 1:
        return False
    if statements[0].line.rstrip("\r\n") == f"{key} = {value}":
        return True
    start, found = statements[0].start, statements[0].value
    return source.text[start + found.start : start + found.end] == value


def _with_line(source: TomlText, wish: EntryWish) -> str:
    table = table_of(source, wish.table)
    at = _sorted_place(table, wish.key) if wish.beside is None else _place_beside(table, wish.beside())
    line = f"{wish.key} = {wish.value}"
    return insert_line(source.text, at, line=line, newline=source.newline)


def _sorted_place(table: Table, key: str) -> int:
    family = key.split("-", 1)[0]
    statements = table.statements
    kin = [s for s in statements if s.key[0].split("-", 1)[0] == family] or statements
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
