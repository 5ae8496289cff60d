"""Judges the tables of a TOML text by rules: unknown tables and keys, values that are not allowed, what is missing.

A table may be written under its header, with dotted keys or inline: what counts is the full way to a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from codegen.errors import Severity, shown
from codegen.lint.note import Note, key_text, note_of, spelling_hint
from codegen.manifest.key_rule import KeyRule, TableRule
from codegen.toml.scan import Pair, Value, plain
from codegen.toml.table import Table
from codegen.toml.text import TomlText

# More of one value nobody mends in one go.
_MOST = 100

Path = tuple[str | int, ...]
"""The full way to a table or value; an element of an array of tables has its number in it."""


@dataclass(frozen=True)
class Place:
    """A value of the text with the offset of its statement."""

    start: int
    value: Value

    @property
    def offset(self) -> int:
        """Where the value stands in the text."""
        return self.start + self.value.start


@dataclass
class Walk:
    """The result: every value and every table by its path, and the notes."""

    values: dict[Path, Place] = field(default_factory=dict)
    tables: dict[Path, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def data(self, *path: str | int) -> object:
        """The value at a path, or nothing."""
        place = self.values.get(path)
        return plain(place.value) if place else None


def walk_tables(
    source: TomlText, rules: tuple[TableRule, ...], *, schema: int, skipped: Path = (), unknown: Severity = "error"
) -> Walk:
    """Every value outside of the table `skipped`, judged; unknown keys have the severity `unknown`."""
    walker = _Walker({rule.path: rule for rule in rules}, schema, unknown)
    for table in source.tables:
        if not (skipped and table.path[: len(skipped)] == skipped):
            walker.table(table)
    walker.note_missing()
    return walker.walk


class _Walker:
    def __init__(self, rules: Mapping[tuple[str, ...], TableRule], schema: int, unknown: Severity) -> None:
        self.rules = rules
        self.schema = schema
        self.unknown = unknown
        self.walk = Walk()
        self.counts: dict[Path, int] = {}

    def table(self, table: Table) -> None:
        path = self._numbered(table.path, is_element=table.is_array_element)
        rule = self._known(path, table.start)
        if rule is None:
            return
        if rule.is_array != table.is_array_element and table.path:
            wanted = f"[[{rule.name}]]" if rule.is_array else f"[{rule.name}]"
            self._note(table.start, path, "not the right kind of table", allowed=wanted, hint=f"write {wanted}")
        self.walk.tables.setdefault(path, table.start)
        for statement in table.statements:
            self._pair(path, statement.pair, statement.start)

    def note_missing(self) -> None:
        """What has to be there and is not: keys of the tables that are there, and tables of the file."""
        for path, start in self.walk.tables.items():
            rule = self._rule(path)
            for key in rule.keys if rule else ():
                is_missing = (
                    key.is_required and self.schema in key.schemas and (*path, key.name) not in self.walk.values
                )
                if is_missing:
                    hint = f"add {key.name} = …"
                    self._note(start, (*path, key.name), "missing", found="nothing", allowed=key.allowed, hint=hint)

    def _pair(self, path: Path, pair: Pair, start: int) -> None:
        full = (*path, *pair.key)
        offset = start + pair.start
        parent = self._known(full[:-1], offset, below=len(path)) if len(pair.key) > 1 else self._rule(path)
        if parent is None:
            return
        for depth in range(len(path) + 1, len(full)):
            self.walk.tables.setdefault(full[:depth], offset)
        name = str(full[-1])
        key, rule = parent.rules(self.schema).get(name), self._rule(full)
        if key is not None:
            self._value(full, key, Place(start, pair.value))
        elif rule is not None and self.schema in rule.schemas:
            self._judge_name(full, rule, offset)
            self._inline(full, rule, Place(start, pair.value))
        elif not parent.is_open:
            self._note_unknown(full, offset, parent, others=parent.elsewhere(name) or (rule.schemas if rule else ()))

    def _value(self, path: Path, key: KeyRule, place: Place) -> None:
        self.walk.values[path] = place
        for problem in islice(key.problems(plain(place.value)), _MOST):
            self.walk.notes.append(note_of(problem, place.value, key=key_text(_names(path))).moved(place.start))

    def _inline(self, path: Path, rule: TableRule, place: Place) -> None:
        elements = place.value.items if rule.is_array else (place.value,)
        wanted = list if rule.is_array else dict
        if not isinstance(place.value.data, wanted) or not all(isinstance(each.data, dict) for each in elements):
            allowed = "a list of tables" if rule.is_array else "a table"
            self._note(place.offset, path, "not a table", found=shown(place.value.data), allowed=allowed)
            return
        for each in elements:
            numbered = self._next(path) if rule.is_array else path
            self.walk.tables.setdefault(numbered, place.start + each.start)
            for pair in each.pairs:
                self._pair(numbered, pair, place.start)

    def _numbered(self, path: tuple[str, ...], *, is_element: bool) -> Path:
        """A header's path with the number of each element of an array of tables that it stands in."""
        numbered: Path = ()
        for depth, part in enumerate(path, start=1):
            numbered = (*numbered, part)
            if is_element and depth == len(path):
                return self._next(numbered)
            if numbered in self.counts:
                numbered = (*numbered, self.counts[numbered])
        return numbered

    def _next(self, path: Path) -> Path:
        self.counts[path] = self.counts.get(path, -1) + 1
        return (*path, self.counts[path])

    def _rule(self, path: Path) -> TableRule | None:
        parts = _names(path)
        if parts in self.rules:
            return self.rules[parts]
        return next((rule for pattern, rule in self.rules.items() if _fits(pattern, parts)), None)

    def _known(self, path: Path, offset: int, *, below: int = 0) -> TableRule | None:
        """The rule of a table; nothing for one that is unknown (noted at its first unknown part) or free."""
        for depth in range(below, len(path) + 1):
            rule = self._rule(path[:depth])
            if rule is None or self.schema not in rule.schemas:
                parent = self._rule(path[: depth - 1]) if depth else None
                if parent is None or not parent.is_open:
                    self._note_unknown(path[:depth], offset, parent, others=rule.schemas if rule else ())
                return None
        rule = self._rule(path)
        if rule is not None:
            self._judge_name(path, rule, offset)
        return rule

    def _judge_name(self, path: Path, rule: TableRule, offset: int) -> None:
        if rule.path[-1:] == ("*",) and not rule.grammar.accepts(str(path[-1])):
            self._note(offset, path, "not allowed", found=shown(str(path[-1])), allowed=rule.grammar.allowed)

    def _note_unknown(self, path: Path, offset: int, parent: TableRule | None, *, others: tuple[int, ...]) -> None:
        *before, name = _names(path)
        known = self._names_below(path[:-1], parent)
        problem, hint = "unknown key", spelling_hint(name, known)
        if others:
            problem = f"not known in schema {self.schema}"
            hint = f"schema {' and '.join(map(str, others))} has it: remove it, or change the schema"
        key = f"{key_text(tuple(before))}.{shown(name)}" if before else shown(name)
        note = Note(offset=offset, key=key, problem=problem, allowed=", ".join(known), hint=hint, severity=self.unknown)
        self.walk.notes.append(note)

    def _names_below(self, path: Path, parent: TableRule | None) -> tuple[str, ...]:
        parts = _names(path)
        keys = tuple(parent.rules(self.schema)) if parent else ()
        tables = (
            rule for rule in self.rules.values() if self.schema in rule.schemas and len(rule.path) == len(parts) + 1
        )
        return (*keys, *(rule.path[-1] for rule in tables if _fits(rule.path[:-1], parts)))

    def _note(
        self, offset: int, path: Path, problem: str, *, found: str = "", allowed: str = "", hint: str = ""
    ) -> None:
        key = key_text(_names(path))
        note = Note(offset=offset, key=key, problem=problem, found=found, allowed=allowed, hint=hint)
        self.walk.notes.append(note)


def _names(path: Path) -> tuple[str, ...]:
    return tuple(part for part in path if isinstance(part, str))


def _fits(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return len(pattern) == len(path) and all(want in ("*", part) for want, part in zip(pattern, path, strict=True))
