"""One module's line of a manifest: what it says, and what is wrong with it.

Judged by itself and remembered by its text, since of a manifest's hundreds of lines a change alters one or two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from codegen import names
from codegen.errors import shown
from codegen.manifest import ModuleEntry, SourceKind
from codegen.names import Grammar, ModuleName
from codegen.toml_scan import Pair, Scan, Value

SOURCES: dict[SourceKind, tuple[str, ...]] = {"path": ("path",), "git": ("git", "rev"), "crates-io": ("version",)}
TEXT_KEYS: dict[str, Grammar] = {
    "crate": names.CRATE,
    "path": names.PATH,
    "git": names.GIT_URL,
    "rev": names.REVISION,
    "version": names.VERSION,
    "runtime": names.RUNTIME,
}
_LIST_KEYS: dict[str, Grammar] = {"depends_on": names.SLUG, "features": names.FEATURE}
_KEYS = ("crate", "source", "path", "git", "rev", "version", "required", "depends_on", "runtime", "features")


@dataclass(frozen=True, kw_only=True)
class Note:
    """A finding that does not know its file yet: `offset` counts from the start of the judged text."""

    offset: int
    key: str
    problem: str
    found: str = ""
    allowed: str = ""
    hint: str = ""

    def moved(self, by: int) -> Note:
        """The same note in a longer text."""
        return replace(self, offset=self.offset + by)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A judged line: the entry is there when nothing is wrong; `places` are the offsets of its keys' values."""

    entry: ModuleEntry | None
    notes: tuple[Note, ...]
    places: dict[str, int]


@lru_cache(maxsize=16384)
def read_row(line: str) -> Row:
    """A module's line, judged; the line was scanned before and is a `key = value`."""
    pair = Scan(line).statement()
    slug = pair.key[0]
    if len(pair.key) > 1 or not isinstance(pair.value.data, dict):
        note = Note(
            offset=pair.start, key=shown(slug), problem="not an inline table", allowed="slug = { crate = …, … }"
        )
        return Row(entry=None, notes=(note,), places={})
    if not names.SLUG.accepts(slug):
        found, allowed = shown(slug), names.SLUG.allowed
        note = Note(offset=pair.start, key="modules", problem="not a module name", found=found, allowed=allowed)
        return Row(entry=None, notes=(note,), places={})
    values = {inner.key[0]: inner.value for inner in pair.value.pairs if len(inner.key) == 1}
    notes = (*_unknown_keys(slug, pair.value.pairs), *_value_notes(slug, values), *_source_notes(pair, values))
    entry = None if notes else _entry(ModuleName(slug), {key: value.data for key, value in values.items()})
    return Row(entry=entry, notes=notes, places={key: value.start for key, value in values.items()})


def judge_list(key: str, value: Value, grammar: Grammar) -> list[Note]:
    """What is wrong with a list of names: its type, each item, and what stands twice."""
    if not isinstance(value.data, list):
        allowed = f"a list of {grammar.allowed}"
        return [Note(offset=value.start, key=key, problem="not a list", found=shown(value.data), allowed=allowed)]
    notes = [note for item in value.items for note in _judge_text(key, item, grammar)]
    seen: set[str] = set()
    for item in value.items:
        if str(item.data) in seen:
            notes.append(Note(offset=item.start, key=key, problem="stands twice", found=shown(item.data)))
        seen.add(str(item.data))
    return notes


def _unknown_keys(slug: str, pairs: tuple[Pair, ...]) -> list[Note]:
    unknown = [pair for pair in pairs if len(pair.key) > 1 or pair.key[0] not in _KEYS]
    return [
        Note(
            offset=pair.start,
            key=f"{slug}.{shown('.'.join(pair.key))}",
            problem="unknown key",
            allowed=", ".join(_KEYS),
            hint="remove it or mend its spelling",
        )
        for pair in unknown
    ]


def _value_notes(slug: str, values: dict[str, Value]) -> list[Note]:
    notes = []
    for key, value in values.items():
        name = f"{slug}.{key}"
        if grammar := TEXT_KEYS.get(key):
            notes += _judge_text(name, value, grammar)
        elif grammar := _LIST_KEYS.get(key):
            notes += judge_list(name, value, grammar)
        elif key == "required" and not isinstance(value.data, bool):
            found = shown(value.data)
            notes.append(
                Note(offset=value.start, key=name, problem="not a boolean", found=found, allowed="true or false")
            )
    return notes


def _judge_text(key: str, value: Value, grammar: Grammar) -> list[Note]:
    if isinstance(value.data, str) and grammar.accepts(value.data):
        return []
    return [Note(offset=value.start, key=key, problem="not allowed", found=shown(value.data), allowed=grammar.allowed)]


def _source_notes(pair: Pair, values: dict[str, Value]) -> list[Note]:
    slug, source = pair.key[0], values.get("source")
    needed = [keys for kind, keys in SOURCES.items() if source and kind == source.data]
    if not needed:
        offset, found = (source.start, shown(source.data)) if source else (pair.start, "nothing")
        allowed = ", ".join(SOURCES)
        return [Note(offset=offset, key=f"{slug}.source", problem="not a source", found=found, allowed=allowed)]
    missing = [key for key in ("crate", *needed[0]) if key not in values]
    return [
        Note(offset=pair.start, key=f"{slug}.{key}", problem="missing for this source", hint=f'add {key} = "…"')
        for key in missing
    ]


def _entry(slug: ModuleName, data: dict[str, object]) -> ModuleEntry:
    known = {**data, "depends_on": tuple(_names(data, "depends_on")), "features": tuple(_names(data, "features"))}
    return ModuleEntry(slug=slug, **known)  # type: ignore[arg-type] # every value passed its grammar


def _names(data: dict[str, object], key: str) -> list[str]:
    listed = data.get(key, [])
    return listed if isinstance(listed, list) else []
