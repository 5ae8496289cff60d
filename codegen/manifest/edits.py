"""Writes a delta into a manifest's text so that only the changed entries differ.

Comments, order, spacing, line ends and a missing final newline are the authors'; a new entry stands where a person of
the platform would have put it (`placement`). What does not differ is not written: of a changed entry only the keys, of
a changed list only the items.
"""

from __future__ import annotations

from collections.abc import Sequence

from codegen.errors import Finding, ManifestError
from codegen.lint.manifest import read_manifest
from codegen.manifest.keys import MODULE_KEYS
from codegen.manifest.model import ModuleEntry
from codegen.manifest.placement import index_in_list, place_for
from codegen.names import ModuleName
from codegen.resolution.delta import Delta, delta
from codegen.resolution.graph import in_order
from codegen.toml.scan import Scan
from codegen.toml.splice import insert_item, insert_line, remove_item, remove_lines, set_items, set_pair
from codegen.toml.table import Table
from codegen.toml.text import TomlText, scan
from codegen.toml.value import toml_value


def write_delta(text: str, change: Delta, *, path: str) -> str:
    """The manifest's text with the delta in it; raises `ManifestError` where the text has no place for it.

    The result is read again: if it says anything but the old composition with this delta, nothing is returned.
    """
    written = text
    for entry in change.removed:
        written = _without(written, entry, path=path)
    for before, after in change.changed:
        written = _rewritten(written, before, after, path=path)
    for entry in _in_order(change.added):
        written = _with(written, entry, path=path)
    _prove(text, written, change, path=path)
    return written


def _in_order(added: Sequence[ModuleEntry]) -> list[ModuleEntry]:
    """Each added module after what it needs, so that it finds its needs' lines to stand behind."""
    entries = {entry.slug: entry for entry in added}
    return [entries[slug] for slug in in_order({slug: entry.depends_on for slug, entry in entries.items()})]


def _prove(before: str, after: str, meant: Delta, *, path: str) -> None:
    got = delta(read_manifest(before, path=path), read_manifest(after, path=path))
    if _as_sets(got) != _as_sets(meant):
        problem = "the edit did not come out as meant; this is a defect of modwright"
        raise ManifestError(
            Finding(path=path, problem=problem, found=got.canonical_json(), allowed=meant.canonical_json())
        )


def _as_sets(change: Delta) -> tuple[frozenset[object], ...]:
    return frozenset(change.added), frozenset(change.removed), frozenset(change.changed)


def modules_table(source: TomlText) -> Table:
    """The table that holds a manifest's modules; raises `ManifestError`."""
    table = source.table("modules")
    if table is None:
        raise ManifestError(Finding(path=source.path, key="modules", problem="the table [modules] is missing"))
    return table


def _without(text: str, entry: ModuleEntry, *, path: str) -> str:
    if entry.default_enabled:
        text = _enabled(text, entry.slug, enabled=False, path=path)
    statement = modules_table(scan(text, path=path)).find(entry.slug)
    return text if statement is None else remove_lines(text, statement.start, statement.end)


def _with(text: str, entry: ModuleEntry, *, path: str) -> str:
    source = scan(text, path=path)
    at = place_for(entry, source, modules_table(source))
    text = insert_line(text, at, line=_line(entry), newline=source.newline)
    return _enabled(text, entry.slug, enabled=True, path=path) if entry.default_enabled else text


def _line(entry: ModuleEntry) -> str:
    """An entry as one line, which is how the platform's own scripts read it; keys in the order that authors use."""
    facts = entry.facts()
    pairs = [f"{key} = {toml_value(facts[key])}" for key in MODULE_KEYS if key in facts]
    return f"{entry.slug} = {{ {', '.join(pairs)} }}"


def _rewritten(text: str, before: ModuleEntry, after: ModuleEntry, *, path: str) -> str:
    """One entry's line with only its changed keys set; the rest of the line keeps its spacing."""
    if before.default_enabled != after.default_enabled:
        text = _enabled(text, after.slug, enabled=after.default_enabled, path=path)
    statement = modules_table(scan(text, path=path)).find(after.slug)
    if statement is None:
        return text
    line, old, new = statement.line, before.facts(), after.facts()
    for key in MODULE_KEYS:
        if old.get(key) != new.get(key):
            line = _with_value(line, key, new.get(key))
    return text[: statement.start] + line + text[statement.end :]


def _with_value(line: str, key: str, value: object) -> str:
    """The line with the key's value, or without the key (None)."""
    table = Scan(line).statement().value
    found = next((pair.value for pair in table.pairs if pair.key == (key,)), None)
    if isinstance(value, list) and found is not None and found.items:
        return set_items(line, found, [toml_value(item) for item in value])
    return set_pair(line, table, key, value=None if value is None else toml_value(value))


def _enabled(text: str, slug: ModuleName, *, enabled: bool, path: str) -> str:
    source = scan(text, path=path)
    settings = source.table("settings")
    statement = settings.find("default_enabled") if settings else None
    if statement is None:
        hint = "add [settings] with default_enabled = []"
        raise ManifestError(
            Finding(path=path, key="settings.default_enabled", problem="the list is missing", found=slug, hint=hint)
        )
    own, array = statement.line, statement.value
    present = [item.data for item in array.items]
    if enabled:
        at = index_in_list(present, slug, modules=modules_table(source))
        own = insert_item(own, array, at, item=f'"{slug}"', newline=source.newline)
    else:
        own = remove_item(own, array, present.index(slug))
    return text[: statement.start] + own + text[statement.end :]
