"""One module's line of a manifest: what it says, and what is wrong with it.

Judged by itself and remembered by its text, since of a manifest's thousands of lines a change alters one or two. The
data is judged first; where a part stands is looked for only when something is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from codegen import names
from codegen.errors import shown
from codegen.lint.note import Note, Problem, key_text, note_of, offset_of, spelling_hint
from codegen.manifest.key_rule import KeyRule
from codegen.manifest.keys import SCHEMAS, module_rules
from codegen.manifest.model import ModuleEntry, canonical_json
from codegen.names import ModuleName
from codegen.toml.line import LONGEST, read_plain_line
from codegen.toml.scan import Pair, Scan, plain

SOURCES: Mapping[str, tuple[str, ...]] = {
    "path": ("path",),
    "git": ("git", "rev"),
    "crates-io": ("version",),
    "registry": ("version",),
}
# More of one line nobody mends in one go.
_MOST = 100
_RULES: dict[int, dict[str, KeyRule]] = {schema: module_rules(schema) for schema in SCHEMAS}
_ALLOWED = {key: rule.allowed for key, rule in _RULES[max(SCHEMAS)].items()}
_OF_SCHEMA_1 = frozenset(_RULES[1])
_TUPLES = ("depends_on", "features", "conflicts_with")
_FIELDS = frozenset(ModuleEntry.__dataclass_fields__) - {"slug", "other", "default_enabled"}


class Row:
    """A judged line. `slug` is there where the name is one, `entry` where nothing is wrong; `data` is what it says."""

    def __init__(self, line: str, slug: str, *, data: Mapping[str, Any], problems: tuple[Problem, ...]) -> None:
        self.line = line
        self.name = slug
        self.slug = ModuleName(slug) if names.MODULE.accepts(slug) else None
        self.data = data
        self.problems = problems
        is_sound = self.slug is not None and all(problem.severity != "error" for problem in problems)
        self.entry = _entry(ModuleName(slug), data) if is_sound else None

    @cached_property
    def enabled_entry(self) -> ModuleEntry | None:
        """The entry, of a module that tenants have on by default."""
        return replace(self.entry, default_enabled=True) if self.entry else None

    @cached_property
    def pair(self) -> Pair:
        """The line with all its places."""
        return Scan(self.line).statement()

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """The problems at their places."""
        return tuple(_note(problem, self.pair) for problem in self.problems)

    def place(self, *steps: str | int) -> int:
        """The offset of a part of the line's table, from the line's start."""
        return offset_of(self.pair.value, steps)


def read_row(line: str, *, schema: int = max(SCHEMAS)) -> Row:
    """A module's line, judged by a schema; the line was scanned before and is a `key = value`."""
    return _short_row(line, schema) if len(line) <= LONGEST else _row(line, schema)


@lru_cache(maxsize=32768)
def _short_row(line: str, schema: int) -> Row:
    return _row(line, schema)


def _row(line: str, schema: int) -> Row:
    key, data = read_plain_line(line) or _slowly(line)
    name = key[0] if len(key) == 1 else ".".join(key)
    if len(key) > 1 or not isinstance(data, dict):
        problem = Problem(problem="not an inline table", found=shown(data), allowed="slug = { crate = …, … }")
        return Row(line, name, data={}, problems=(problem,))
    named = () if names.MODULE.accepts(name) else (_name_problem(name),)
    return Row(line, name, data=data, problems=(*named, *islice(_problems(data, schema), _MOST)))


def _slowly(line: str) -> tuple[tuple[str, ...], Any]:
    pair = Scan(line).statement()
    return pair.key, plain(pair.value)


def _note(problem: Problem, pair: Pair) -> Note:
    key = "modules" if problem.is_of_key and not problem.at else key_text(pair.key)
    note = note_of(problem, pair.value, key=key)
    if not problem.at:
        return replace(note, offset=pair.start)
    keys = [inner.start for inner in pair.value.pairs if inner.key[0] == problem.at[0]]
    return replace(note, offset=keys[0]) if problem.is_of_key and keys else note


def _name_problem(slug: str) -> Problem:
    return Problem(
        is_of_key=True,
        problem="not a module name",
        found=shown(slug),
        allowed=names.MODULE.allowed,
        hint=names.module_hint(slug),
    )


def _problems(data: Mapping[str, Any], schema: int) -> Iterator[Problem]:
    rules = _RULES[schema]
    for key, value in data.items():
        rule = rules.get(key)
        if rule is None:
            yield _unknown(key, schema)
        elif not rule.accepts(value):
            for problem in rule.problems(value):
                name = f"{key}.{problem.key}" if problem.key else key
                yield replace(problem, at=(key, *problem.at), key=name)
    yield from _source_problems(data)
    if not data.keys() <= _OF_SCHEMA_1:
        yield from _pair_problems(data)


def _unknown(key: str, schema: int) -> Problem:
    rules = _RULES[schema]
    known = tuple(rules)
    problem, hint = "unknown key", spelling_hint(key, known)
    others = [schema for schema in SCHEMAS if key in _RULES[schema]]
    if others:
        problem = f"not known in schema {schema}"
        hint = f"schema {others[0]} has it: remove it, or change the schema"
    return Problem(at=(key,), is_of_key=True, key=shown(key), problem=problem, allowed=", ".join(known), hint=hint)


def _source_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    """What is missing: the crate, and what the source needs."""
    source = data.get("source")
    if source is None:
        yield Problem(
            key="source",
            problem="not a source",
            found="nothing",
            allowed="path | git | crates-io",
            hint='add source = "path"',
        )
    needed = SOURCES.get(source, ()) if isinstance(source, str) else ()
    for key in ("crate", *needed):
        if key not in data:
            hint = f'add {key} = "…"'
            yield Problem(key=key, problem="missing for this source", found="nothing", allowed=_ALLOWED[key], hint=hint)


def _pair_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Keys that do not go together."""
    trust, is_required = data.get("trust_level"), data.get("required", False)
    if trust and (trust == "core") != (is_required is True):
        allowed = "core if and only if required = true"
        yield Problem(
            at=("trust_level",),
            key="trust_level",
            problem="does not fit `required`",
            found=shown(trust),
            allowed=allowed,
        )
    if data.get("source") == "path" and data.get("ownership") == "third_party":
        allowed = "first_party for source path"
        yield Problem(
            at=("ownership",), key="ownership", problem="does not fit the source", found="third_party", allowed=allowed
        )
    both = _texts(data, "recommended_admin_surfaces") & _texts(data, "showcase_admin_surfaces")
    for name in sorted(both):
        key = "showcase_admin_surfaces"
        yield Problem(
            at=(key,),
            key=key,
            problem="also a recommended surface",
            found=shown(name),
            hint="name it in one of the two",
        )
    if "http_routes_fn" in data and "http_axum_router_fn" in data:
        key = "http_routes_fn"
        yield Problem(
            at=(key,),
            is_of_key=True,
            key=key,
            problem="not together with http_axum_router_fn",
            hint="keep one of the two",
        )


def _texts(data: Mapping[str, Any], key: str) -> set[str]:
    listed = data.get(key)
    return {item for item in listed if isinstance(item, str)} if isinstance(listed, list) else set()


def _entry(slug: ModuleName, data: Mapping[str, Any]) -> ModuleEntry:
    known = {key: value for key, value in data.items() if key in _FIELDS}
    known |= {key: tuple(known[key]) for key in _TUPLES if key in known}
    if known["source"] == "registry":
        known["source"] = "crates-io"
    if "dependency_version_reqs" in known:
        known["dependency_version_reqs"] = tuple(sorted(known["dependency_version_reqs"].items()))
    other = tuple(sorted((key, canonical_json(value)) for key, value in data.items() if key not in _FIELDS))
    return ModuleEntry(slug=slug, **known, other=other)
