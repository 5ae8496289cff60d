"""The edit of each kind of place: a module put in, a module taken out, and what looks like a module's there.

Putting in what is there already changes nothing. So a plan, a check and a repair ask the same question: a place is in
step exactly where `ensure` gives the text back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache, singledispatch

from codegen.cargo import cargo_toml
from codegen.cargo.entries import has_array, has_table, item_names, items, list_of, meaning
from codegen.cargo.features import enabled
from codegen.cargo.wish import EntryWish, ItemWish
from codegen.lines import blocks as lines
from codegen.lines import document_row
from codegen.lines.document_row import RowWish
from codegen.rust.source import code_of
from codegen.toml.scan import Key
from codegen.wiring.preset import ArrayItem, DocumentRow, Place, SourceLines, TableEntry
from codegen.wiring.render import toml_list
from codegen.wiring.shape import Shape


@singledispatch
def ensure(place: Place, text: str, shape: Shape) -> str:
    """The text with the module in this place; raises `ManifestError` where the text has no room for it."""
    raise TypeError(type(place).__name__)


@singledispatch
def remove(place: Place, text: str, shape: Shape) -> str:
    """The text without the module in this place; the same text where it is not there."""
    raise TypeError(type(place).__name__)


@singledispatch
def strays(place: Place, text: str) -> Iterable[tuple[str, int]]:
    """What looks like a module's in this place: its name, and the line (0 where no line of its own holds it)."""
    return ()


@ensure.register
def _(place: TableEntry, text: str, shape: Shape) -> str:
    if not place.demanded and not has_table(text, place.table, path=place.path):
        return text
    key, value = shape.render(place.key), _value(place, text, shape, place.value)
    if place.keeps == "exact" and cargo_toml.has_verbatim(text, place.table, key, value, path=place.path):
        return text
    wish = EntryWish(
        table=place.table,
        key=key,
        value=value,
        keeps=place.keeps,
        demands=_value(place, text, shape, place.demands) if place.demands else None,
        folder=shape.path,
        beside=shape.beside(place.key),
    )
    return cargo_toml.ensure_entry(text, wish, path=place.path)


@remove.register
def _(place: TableEntry, text: str, shape: Shape) -> str:
    return cargo_toml.remove_entry(text, place.table, shape.render(place.key), path=place.path)


@ensure.register
def _(place: ArrayItem, text: str, shape: Shape) -> str:
    if not place.demanded and not has_array(text, place.table, place.key, path=place.path):
        return text
    item = shape.render(place.item)
    if _is_there(place, text, item, direct=shape.holds(place.direct)):
        return text
    wish = ItemWish(table=place.table, key=place.key, item=item, beside=shape.beside(place.item))
    return cargo_toml.ensure_item(text, wish, path=place.path)


@remove.register
def _(place: ArrayItem, text: str, shape: Shape) -> str:
    return cargo_toml.remove_item(text, place.table, place.key, item=shape.render(place.item), path=place.path)


@strays.register
def _(place: ArrayItem, text: str) -> Iterable[tuple[str, int]]:
    if place.among is None:
        return
    listed = items(text, place.table, place.key, path=place.path)
    for item in {**listed, **enabled(text, place.key, path=place.path)} if place.reached else listed:
        if match := re.fullmatch(place.among, item):
            yield match["name"], listed.get(item, 0)


@ensure.register
def _(place: SourceLines, text: str, shape: Shape) -> str:
    if stands(place, text, shape) or stands_by_hand(place, text, shape) is not None:
        return text
    return lines.insert_block(
        text,
        region(place),
        pattern=place.like,
        lines=shape.render(place.lines),
        name=shape.render(place.name),
        after=_nearest(shape, place),
        order=place.order,
        path=place.path,
    )


@remove.register
def _(place: SourceLines, text: str, shape: Shape) -> str:
    if not stands(place, text, shape):
        return text
    name = shape.render(place.name)
    return lines.remove_block(text, region(place), pattern=place.like, name=name, path=place.path)


def stands(place: SourceLines, text: str, shape: Shape) -> bool:
    """Whether the module's lines are in the text in the preset's own form."""
    return shape.render(place.name) in _names(text, place)


def stands_by_hand(place: SourceLines, text: str, shape: Shape) -> int | None:
    """The line on which other code does what these lines would do, or nothing."""
    if not place.by_hand:
        return None
    code = code_of(text) if place.kind == "rust" else text
    start, end = lines.region_span(text, region(place), path=place.path) if place.kind == "rust" else (0, len(text))
    match = re.compile(shape.render(place.by_hand)).search(code, start, end)
    return code.count("\n", 0, match.start()) + 1 if match else None


@lru_cache(maxsize=64)
def _names(text: str, place: SourceLines) -> frozenset[str]:
    """The modules that have lines in a place; found once for a text, since every module asks for it."""
    return frozenset(block.name for block in lines.blocks(text, region(place), place.like, path=place.path))


def region(place: SourceLines) -> lines.Region:
    """Where in its file a place's lines stand."""
    return lines.Region(within=place.within, kind=place.kind if place.within else "file")


@ensure.register
def _(place: DocumentRow, text: str, shape: Shape) -> str:
    return document_row.write_row(text, _row(place, shape), after=_nearest(shape, place), path=place.path)


@remove.register
def _(place: DocumentRow, text: str, shape: Shape) -> str:
    return document_row.remove_row(text, place.heading, shape.slug, path=place.path)


@strays.register
def _(place: DocumentRow, text: str) -> Iterable[tuple[str, int]]:
    return [(row.name, row.line) for row in document_row.rows(text, place.heading, path=place.path)]


def _row(place: DocumentRow, shape: Shape) -> RowWish:
    """A row that is there keeps its free cells, so their text is asked of the module's file only for a new one."""
    return RowWish(heading=place.heading, cells=tuple(map(shape.render, place.cells)), free=place.free)


def _value(place: TableEntry, text: str, shape: Shape, template: str) -> str:
    value = shape.render(template)
    return _possible_items(text, value, path=place.path) if place.keeps == "items" else value


def _possible_items(text: str, value: str, *, path: str) -> str:
    """A feature's items without `dep:` of a dependency that is not optional, which Cargo refuses."""
    items = list_of(value, path=path)
    return toml_list([item for item in items if not item.startswith("dep:") or _is_optional(text, item[4:], path=path)])


def _is_optional(text: str, crate: str, *, path: str) -> bool:
    found = meaning(text, ("dependencies",), crate, path=path)
    return isinstance(found, dict) and found.get("optional") is True


def _is_there(place: ArrayItem, text: str, item: str, *, direct: bool) -> bool:
    if place.reached and not direct and item in enabled(text, place.key, path=place.path):
        return True
    listed = item_names(text, place.table, place.key, path=place.path)
    return item in listed or (place.globs and any(fnmatchcase(item, pattern) for pattern in listed))


def _nearest(shape: Shape, place: SourceLines | DocumentRow) -> Sequence[str]:
    """The names of the module's needs, next to which its lines stand best."""
    template = place.name if isinstance(place, SourceLines) else "{{ slug }}"
    return shape.named(shape.all_needs, template=template)


def inherits(text: str, crate: str, *, path: str, tables: Sequence[Key] = (("dependencies",),)) -> bool:
    """Whether a `Cargo.toml` takes a dependency from its workspace."""
    found = [meaning(text, table, crate, path=path) for table in tables]
    return any(isinstance(one, dict) and one.get("workspace") is True for one in found)
