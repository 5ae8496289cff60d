"""Judges a manifest's text: what is known, what is allowed where, and what does not fit together.

Unknown keys are findings and not ignored, since a misspelt `depend_on` would install a module without what it needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from codegen import names
from codegen.errors import Finding, ManifestError, shown
from codegen.lint.build import build_notes
from codegen.lint.modules import Modules, module_notes
from codegen.lint.note import Note, finding_of, key_text
from codegen.lint.tables import Place, Walk, walk_tables
from codegen.manifest.keys import SCHEMAS, TABLES
from codegen.manifest.model import Manifest
from codegen.manifest.row import Row, read_row
from codegen.names import ModuleName
from codegen.toml.text import TomlText, parse

# More than a person mends in one go; a hostile text could have a finding in every other character.
_MOST = 100
_KNOWN = " or ".join(map(str, SCHEMAS))


def lint_manifest(text: str, *, path: str) -> tuple[Finding, ...]:
    """Every finding of a manifest's text, warnings too, in the file's order; empty when nothing is wrong.

    Of more than a hundred, the first. What keeps the text from being read at all (no TOML, a merge conflict) is one
    finding alone, and so is a schema of the future.
    """
    try:
        source, _, notes = _judged(text, path=path)
    except ManifestError as error:
        return error.findings
    return tuple(finding_of(note, source) for note in _first(notes))


@lru_cache(maxsize=64)
def read_manifest(text: str, *, path: str = "modules.toml") -> Manifest:
    """
    The manifest of a text; raises `ManifestError` with all findings of severity error, of more than a hundred the first.
    """
    source, manifest, notes = _judged(text, path=path)
    errors = _first([note for note in notes if note.severity == "error"])
    if errors:
        raise ManifestError(*(finding_of(note, source) for note in errors))
    return manifest


def _first(notes: list[Note]) -> list[Note]:
    return sorted(notes, key=lambda note: note.offset)[:_MOST]


def _judged(text: str, *, path: str) -> tuple[TomlText, Manifest, list[Note]]:
    source = parse(text, path=path)
    schema = _top(source, "schema")
    if isinstance(schema, int) and schema > max(SCHEMAS):
        return source, Manifest(schema=schema, app=""), list(_future_notes(source, schema))
    known = schema if isinstance(schema, int) and schema in SCHEMAS else max(SCHEMAS)
    walk = walk_tables(source, TABLES, schema=known, skipped=("modules",))
    modules = Modules(_rows(source, schema=known), *_default_enabled(walk))
    notes = [*walk.notes, *_shape_notes(source, schema)]
    parts = [_row_notes(modules), build_notes(walk)]
    table = source.table("modules")
    parts += [module_notes(modules)] if table is None or len(modules.rows) == len(table.written) else []
    for part in parts:
        notes += islice(part, _MOST)
    return source, _manifest(source, modules), notes


def _future_notes(source: TomlText, schema: int) -> Iterator[Note]:
    """A later schema may mean anything by any key, so of the rest only the host's name is judged."""
    hint = "use a modwright that knows this schema, or write the manifest in a known one"
    yield _top_note(source, "schema", "not a known schema", allowed=_KNOWN, hint=hint)
    app = _top(source, "app")
    if isinstance(app, str) and not names.CRATE.accepts(app):
        yield _top_note(source, "app", "not allowed", allowed=names.CRATE.allowed, hint="set app")


def _top_note(source: TomlText, key: str, problem: str, *, allowed: str, hint: str) -> Note:
    statement = source.tables[0].find(key)
    offset, found = (statement.key_start, shown(statement.data)) if statement else (0, "nothing")
    return Note(offset=offset, key=key, problem=problem, found=found, allowed=allowed, hint=hint)


def _top(source: TomlText, key: str) -> object:
    statement = source.tables[0].find(key)
    return statement.data if statement and len(statement.key) == 1 else None


def _shape_notes(source: TomlText, schema: object) -> Iterator[Note]:
    if isinstance(schema, int) and (isinstance(schema, bool) or schema not in SCHEMAS):
        yield _top_note(source, "schema", "not a known schema", allowed=_KNOWN, hint="set schema")
    if source.table("modules") is None:
        yield Note(offset=0, key="modules", problem="the table [modules] is missing", hint="add [modules]")
    for table in source.tables:
        if table.path[:1] == ("modules",) and (len(table.path) > 1 or table.is_array_element):
            hint = "write it as one line of the table above it: name = { … }"
            yield Note(offset=table.start, key=key_text(table.path), problem="a table of its own", hint=hint)


def _rows(source: TomlText, *, schema: int) -> tuple[tuple[int, Row], ...]:
    """The modules' lines, judged; of a text with more bad ones than are said, as many as that."""
    table = source.table("modules")
    rows: list[tuple[int, Row]] = []
    bad = 0
    for start, written in zip(table.starts, table.written, strict=True) if table else ():
        row = read_row(written.text, schema=schema)
        rows.append((start, row))
        bad += bool(row.problems)
        if bad > _MOST:
            break
    return tuple(rows)


def _row_notes(modules: Modules) -> Iterator[Note]:
    for start, row in modules.rows:
        if row.problems:
            yield from (note.moved(start) for note in row.notes)


def _default_enabled(walk: Walk) -> tuple[dict[ModuleName, int], Place | None]:
    place = walk.values.get(("settings", "default_enabled"))
    listed = place.value.data if place and isinstance(place.value.data, list) else ()
    return {ModuleName(name): index for index, name in enumerate(listed) if isinstance(name, str)}, place


def _manifest(source: TomlText, modules: Modules) -> Manifest:
    enabled = modules.default_enabled
    entries = {
        slug: entry
        for slug, (_, row) in modules.by_name.items()
        if (entry := row.enabled_entry if slug in enabled else row.entry) is not None
    }
    schema = _top(source, "schema")
    return Manifest(
        schema=schema if isinstance(schema, int) else 0,
        app=str(_top(source, "app")),
        modules=entries,
        default_enabled=tuple(enabled),
    )
