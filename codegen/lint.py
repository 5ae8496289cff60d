"""Judges a manifest's text: what is known, what is allowed where, and what does not fit together.

Unknown keys are findings and not ignored, since a misspelt `depend_on` would install a module without what it needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from codegen import names
from codegen.errors import Finding, ManifestError, shown
from codegen.graph import find_cycle
from codegen.manifest import Manifest, ModuleEntry, SourceKind
from codegen.names import Grammar, ModuleName
from codegen.toml_text import Pair, TomlText, Value, parse

SCHEMAS = (1, 2)
_TOP_KEYS = ("schema", "app", "build", "modules", "settings")
_SETTINGS_KEYS = ("default_enabled",)
_SOURCES: dict[SourceKind, tuple[str, ...]] = {"path": ("path",), "git": ("git", "rev"), "crates-io": ("version",)}
_TEXT_KEYS: dict[str, Grammar] = {
    "crate": names.CRATE,
    "path": names.PATH,
    "git": names.GIT_URL,
    "rev": names.REVISION,
    "version": names.VERSION,
    "runtime": names.RUNTIME,
}
_LIST_KEYS: dict[str, Grammar] = {"depends_on": names.SLUG, "features": names.FEATURE}
_ENTRY_KEYS = ("crate", "source", "path", "git", "rev", "version", "required", "depends_on", "runtime", "features")


def lint_manifest(text: str, *, path: str) -> tuple[Finding, ...]:
    """Every finding of a manifest's text, in the file's order; empty when nothing is wrong."""
    try:
        return _Judge(parse(text, path=path)).judged()[1]
    except ManifestError as error:
        return error.findings


def judged_manifest(text: str, *, path: str) -> Manifest:
    """The manifest, or `ManifestError` with every finding that is an error."""
    manifest, findings = _Judge(parse(text, path=path)).judged()
    if errors := tuple(finding for finding in findings if finding.severity == "error"):
        raise ManifestError(*errors)
    return manifest


@dataclass
class _Row:
    """A module's line under judgement: its values by key, and where each stands."""

    slug: ModuleName
    offset: int
    values: dict[str, Value]


class _Judge:
    """One reading of one text; findings are gathered, so a person sees them all at once."""

    def __init__(self, source: TomlText) -> None:
        self.source = source
        self.findings: list[tuple[int, Finding]] = []

    def judged(self) -> tuple[Manifest, tuple[Finding, ...]]:
        self._judge_shape()
        rows = {row.slug: row for row in self._rows()}
        enabled = self._default_enabled()
        for row in rows.values():
            self._judge_row(row)
        entries = (
            {slug: _entry(row, is_enabled=slug in enabled) for slug, row in rows.items()} if not self.findings else {}
        )
        self._judge_whole(entries, rows, enabled)
        manifest = Manifest(schema=self._schema(), app=self._app(), modules=entries, default_enabled=tuple(enabled))
        return manifest, tuple(finding for _, finding in sorted(self.findings, key=lambda found: found[0]))

    def _note(self, offset: int, key: str, problem: str, *, found: str = "", allowed: str = "", hint: str = "") -> None:
        line, column = self.source.place(offset)
        finding = Finding(
            path=self.source.path,
            line=line,
            column=column,
            key=key,
            problem=problem,
            found=found,
            allowed=allowed,
            hint=hint,
        )
        self.findings.append((offset, finding))

    def _judge_shape(self) -> None:
        for table in self.source.tables:
            keys = [(table.path, table.start)] if table.path else [(s.key, s.key_start) for s in table.statements]
            for key, offset in keys:
                if key[0] not in _TOP_KEYS:
                    self._note(offset, shown(".".join(key)), "unknown key", allowed=", ".join(_TOP_KEYS))
        self._schema()
        self._app()
        if self.source.table("modules") is None:
            self._note(0, "modules", "the table [modules] is missing", hint="add [modules]")

    def _schema(self) -> int:
        value = self._top_value("schema")
        if value is not None and value.data in SCHEMAS and not isinstance(value.data, bool):
            return int(value.data)
        self._note_once(value, "schema", "not a known schema", allowed=" or ".join(map(str, SCHEMAS)))
        return 0

    def _app(self) -> str:
        value = self._top_value("app")
        if value is not None and isinstance(value.data, str) and names.CRATE.accepts(value.data):
            return value.data
        self._note_once(value, "app", "not a package name", allowed=names.CRATE.allowed)
        return ""

    def _top_value(self, key: str) -> Value | None:
        statement = self.source.tables[0].find(key)
        return statement.value if statement and len(statement.key) == 1 else None

    def _note_once(self, value: Value | None, key: str, problem: str, *, allowed: str) -> None:
        if any(finding.key == key for _, finding in self.findings):
            return
        found = "nothing" if value is None else shown(value.data)
        self._note(value.start if value else 0, key, problem, found=found, allowed=allowed, hint=f"set `{key}`")

    def _rows(self) -> Iterator[_Row]:
        for table in self.source.tables:
            if table.path[:1] == ("modules",) and (len(table.path) > 1 or table.is_array_element):
                hint = "write the module as one line of [modules]: slug = { crate = …, source = …, path = … }"
                self._note(
                    table.start, ".".join(map(shown, table.path)), "a module stands in a table of its own", hint=hint
                )
        modules = self.source.table("modules")
        for statement in modules.statements if modules else ():
            slug = statement.key[0]
            if len(statement.key) > 1 or not isinstance(statement.value.data, dict):
                self._note(statement.key_start, shown(slug), "not an inline table", allowed="slug = { crate = …, … }")
            elif not names.SLUG.accepts(slug):
                self._note(
                    statement.key_start, "modules", "not a module name", found=shown(slug), allowed=names.SLUG.allowed
                )
            else:
                yield _Row(ModuleName(slug), statement.key_start, self._row_values(slug, statement.value.pairs))

    def _row_values(self, slug: str, pairs: tuple[Pair, ...]) -> dict[str, Value]:
        for pair in pairs:
            if len(pair.key) > 1 or pair.key[0] not in _ENTRY_KEYS:
                key = f"{slug}.{shown('.'.join(pair.key))}"
                self._note(
                    pair.start,
                    key,
                    "unknown key",
                    allowed=", ".join(_ENTRY_KEYS),
                    hint="remove it or mend the spelling",
                )
        return {pair.key[0]: pair.value for pair in pairs if len(pair.key) == 1}

    def _judge_row(self, row: _Row) -> None:
        for key, value in row.values.items():
            if grammar := _TEXT_KEYS.get(key):
                self._judge_text(f"{row.slug}.{key}", value, grammar)
            elif grammar := _LIST_KEYS.get(key):
                self._judge_list(f"{row.slug}.{key}", value, grammar)
            elif key == "required" and not isinstance(value.data, bool):
                self._note(
                    value.start,
                    f"{row.slug}.required",
                    "not a boolean",
                    found=shown(value.data),
                    allowed="true or false",
                )
        self._judge_source(row)

    def _judge_text(self, key: str, value: Value, grammar: Grammar) -> None:
        if not isinstance(value.data, str) or not grammar.accepts(value.data):
            self._note(value.start, key, "not allowed", found=shown(value.data), allowed=grammar.allowed)

    def _judge_list(self, key: str, value: Value, grammar: Grammar) -> None:
        if not isinstance(value.data, list):
            self._note(value.start, key, "not a list", found=shown(value.data), allowed=f"a list of {grammar.allowed}")
            return
        seen = set()
        for item in value.items:
            self._judge_text(key, item, grammar)
            if isinstance(item.data, str) and item.data in seen:
                self._note(item.start, key, "stands twice", found=shown(item.data), hint="remove one")
            seen.add(str(item.data))

    def _judge_source(self, row: _Row) -> None:
        source = row.values.get("source")
        kind = source.data if source else None
        if kind not in _SOURCES:
            offset, found = (source.start, shown(kind)) if source else (row.offset, "nothing")
            self._note(offset, f"{row.slug}.source", "not a source", found=found, allowed=", ".join(_SOURCES))
            return
        for key in ("crate", *_SOURCES[kind]):
            if key not in row.values:
                self._note(row.offset, f"{row.slug}.{key}", f"missing for source {kind}", hint=f'add `{key} = "…"`')

    def _default_enabled(self) -> dict[ModuleName, int]:
        settings = self.source.table("settings")
        for statement in settings.statements if settings else ():
            if statement.key != ("default_enabled",):
                key = f"settings.{shown('.'.join(statement.key))}"
                self._note(statement.key_start, key, "unknown key", allowed=", ".join(_SETTINGS_KEYS))
        statement_or_none = settings.find("default_enabled") if settings else None
        if statement_or_none is None:
            return {}
        self._judge_list("settings.default_enabled", statement_or_none.value, names.SLUG)
        return {ModuleName(str(item.data)): item.start for item in statement_or_none.value.items}

    def _judge_whole(
        self, entries: dict[ModuleName, ModuleEntry], rows: dict[ModuleName, _Row], enabled: dict[ModuleName, int]
    ) -> None:
        if not entries:
            return
        for slug, offset in enabled.items():
            if slug not in entries:
                hint = "install the module or remove its name"
                self._note(
                    offset,
                    "settings.default_enabled",
                    "names a module that is not installed",
                    found=shown(slug),
                    hint=hint,
                )
        crates: dict[str, ModuleName] = {}
        for slug, entry in entries.items():
            other = crates.setdefault(entry.crate, slug)
            if other != slug:
                self._note(
                    rows[slug].offset, f"{slug}.crate", f"module {other} has the same crate", found=shown(entry.crate)
                )
            for needed in entry.depends_on:
                if needed not in entries:
                    hint = f"install {needed} or remove it from depends_on"
                    offset = rows[slug].values["depends_on"].start
                    self._note(
                        offset, f"{slug}.depends_on", "names a module that is not installed", found=needed, hint=hint
                    )
        if cycle := find_cycle({slug: entry.depends_on for slug, entry in entries.items()}):
            chain = " → ".join(cycle)
            self._note(
                rows[cycle[0]].offset,
                f"{cycle[0]}.depends_on",
                "modules depend on each other",
                found=chain,
                hint="break the cycle",
            )


def _entry(row: _Row, *, is_enabled: bool) -> ModuleEntry:
    data = {key: value.data for key, value in row.values.items()}
    return ModuleEntry(
        slug=row.slug,
        crate=data["crate"],
        source=data["source"],
        path=data.get("path"),
        git=data.get("git"),
        rev=data.get("rev"),
        version=data.get("version"),
        required=data.get("required", False),
        depends_on=tuple(data.get("depends_on", ())),
        features=tuple(data.get("features", ())),
        runtime=data.get("runtime"),
        default_enabled=is_enabled,
    )
