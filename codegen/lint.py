"""Judges a manifest's text: what is known, what is allowed where, and what does not fit together.

Unknown keys are findings and not ignored, since a misspelt `depend_on` would install a module without what it needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from codegen import names
from codegen.errors import Finding, ManifestError, shown
from codegen.graph import find_cycle
from codegen.manifest import Manifest, ModuleEntry
from codegen.names import ModuleName
from codegen.row import Note, Row, judge_list, read_row
from codegen.toml_text import Statement, TomlText, parse

SCHEMAS = (1, 2)
# About 700 modules; keeps the worst text under a second.
LARGEST = 128 * 1024
# More than a person mends in one go; a hostile text could have a finding in every other character.
_MOST = 100
_TOP_KEYS = ("schema", "app", "build", "modules", "settings")
_SETTINGS_KEYS = ("default_enabled",)

Rows = dict[ModuleName, tuple[Statement, Row]]


def lint_manifest(text: str, *, path: str) -> tuple[Finding, ...]:
    """Every finding of a manifest's text, in the file's order; empty when nothing is wrong."""
    try:
        judged_manifest(text, path=path)
    except ManifestError as error:
        return error.findings
    return ()


def judged_manifest(text: str, *, path: str) -> Manifest:
    """The manifest of a text, or `ManifestError` with every finding (of more than a hundred, the first)."""
    if len(text) > LARGEST:
        found, allowed = f"{len(text)} characters", f"at most {LARGEST}"
        raise ManifestError(Finding(path=path, problem="the manifest is too large", found=found, allowed=allowed))
    source = parse(text, path=path)
    notes = [*_shape_notes(source), *_settings_notes(source)]
    rows: Rows = {}
    for statement in _module_statements(source):
        row = read_row(text[statement.start : statement.end])
        notes += [note.moved(statement.start) for note in row.notes]
        rows[ModuleName(statement.key[0])] = (statement, row)
    manifest = _manifest(source, rows)
    notes += _whole_notes(manifest, rows, source) if not notes else []
    if notes:
        first = sorted(notes, key=lambda note: note.offset)[:_MOST]
        raise ManifestError(*(_finding(source, note) for note in first))
    return manifest


def _finding(source: TomlText, note: Note) -> Finding:
    line, column = source.place(note.offset)
    return Finding(
        path=source.path,
        line=line,
        column=column,
        key=note.key,
        problem=note.problem,
        found=note.found,
        allowed=note.allowed,
        hint=note.hint,
    )


def _module_statements(source: TomlText) -> list[Statement]:
    table = source.table("modules")
    return table.statements if table else []


def _manifest(source: TomlText, rows: Rows) -> Manifest:
    enabled = _default_enabled(source)
    entries = {slug: row.entry for slug, (_, row) in rows.items() if row.entry is not None}
    for slug in enabled:
        if slug in entries:
            entries[slug] = replace(entries[slug], default_enabled=True)
    schema, app = _top_data(source, "schema"), _top_data(source, "app")
    return Manifest(
        schema=schema if isinstance(schema, int) else 0, app=str(app), modules=entries, default_enabled=tuple(enabled)
    )


def _top_data(source: TomlText, key: str) -> object:
    statement = source.tables[0].find(key)
    return statement.value.data if statement and len(statement.key) == 1 else None


def _default_enabled(source: TomlText) -> dict[ModuleName, int]:
    statement = _enabled_statement(source)
    items = statement.value.items if statement else ()
    return {ModuleName(str(item.data)): (statement.start if statement else 0) + item.start for item in items}


def _enabled_statement(source: TomlText) -> Statement | None:
    settings = source.table("settings")
    return settings.find("default_enabled") if settings else None


def _shape_notes(source: TomlText) -> Iterator[Note]:
    for table in source.tables:
        keys = [(table.path, table.start)] if table.path else [(s.key, s.key_start) for s in table.statements]
        for key, offset in keys:
            if key[0] not in _TOP_KEYS:
                allowed = ", ".join(_TOP_KEYS)
                yield Note(offset=offset, key=shown(".".join(key)), problem="unknown key", allowed=allowed)
        if table.path[:1] in (("modules",), ("settings",)) and (len(table.path) > 1 or table.is_array_element):
            hint = "write it as one line of the table above it: name = { … }"
            yield Note(offset=table.start, key=shown(".".join(table.path)), problem="a table of its own", hint=hint)
    if source.table("modules") is None:
        yield Note(offset=0, key="modules", problem="the table [modules] is missing", hint="add [modules]")
    schema, app = _top_data(source, "schema"), _top_data(source, "app")
    if isinstance(schema, bool) or schema not in SCHEMAS:
        yield _top_note(source, "schema", "not a known schema", allowed=" or ".join(map(str, SCHEMAS)))
    if not isinstance(app, str) or not names.CRATE.accepts(app):
        yield _top_note(source, "app", "not a package name", allowed=names.CRATE.allowed)


def _top_note(source: TomlText, key: str, problem: str, *, allowed: str) -> Note:
    statement = source.tables[0].find(key)
    found = shown(statement.value.data) if statement else "nothing"
    offset = statement.key_start if statement else 0
    return Note(offset=offset, key=key, problem=problem, found=found, allowed=allowed, hint=f"set {key}")


def _settings_notes(source: TomlText) -> Iterator[Note]:
    settings = source.table("settings")
    for statement in settings.statements if settings else ():
        if statement.key == _SETTINGS_KEYS:
            notes = judge_list("settings.default_enabled", statement.value, names.SLUG)
            yield from (note.moved(statement.start) for note in notes)
        else:
            key = f"settings.{shown('.'.join(statement.key))}"
            yield Note(offset=statement.key_start, key=key, problem="unknown key", allowed=", ".join(_SETTINGS_KEYS))


def _whole_notes(manifest: Manifest, rows: Rows, source: TomlText) -> Iterator[Note]:
    """What no single line shows: names that are not installed, one crate twice, modules in a circle."""
    for slug, offset in _default_enabled(source).items():
        if slug not in manifest.modules:
            yield _absent(offset, "settings.default_enabled", slug)
    yield from _crate_notes(manifest, rows)
    for slug, entry in manifest.modules.items():
        statement, row = rows[slug]
        for needed in entry.depends_on:
            if needed not in manifest.modules:
                yield _absent(statement.start + row.places["depends_on"], f"{slug}.depends_on", needed)
    if cycle := find_cycle({slug: entry.depends_on for slug, entry in manifest.modules.items()}):
        offset, chain = rows[cycle[0]][0].key_start, " → ".join(cycle)
        key, problem = f"{cycle[0]}.depends_on", "modules depend on each other in a circle"
        yield Note(offset=offset, key=key, problem=problem, found=chain, hint="take one of them out of depends_on")


def _crate_notes(manifest: Manifest, rows: Rows) -> Iterator[Note]:
    owners: dict[str, ModuleEntry] = {}
    for slug, entry in manifest.modules.items():
        owner = owners.setdefault(entry.crate, entry)
        if owner is not entry:
            statement, row = rows[slug]
            problem = f"module {owner.slug} has the same crate"
            offset = statement.start + row.places["crate"]
            yield Note(offset=offset, key=f"{slug}.crate", problem=problem, found=entry.crate)


def _absent(offset: int, key: str, name: ModuleName) -> Note:
    problem, hint = "names a module that is not installed", f"install {name} or take its name out"
    return Note(offset=offset, key=key, problem=problem, found=name, hint=hint)
