"""What one key of a file may hold, as data: lint, the JSON Schema and the reference page are made from it alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from codegen import names
from codegen.catalog.requirement import RequirementError, read_requirement
from codegen.errors import shown
from codegen.lint.note import Problem, nearest
from codegen.names import Grammar

Kind = Literal["text", "flag", "integer", "texts", "requirement", "platform", "requirements", "free", "table"]

_AS_ALLOWED = "write it as it is allowed"
_KINDS = {
    "flag": ("not a boolean", "true or false"),
    "integer": ("not a whole number", "a whole number"),
    "requirement": ("not a version requirement", "a Cargo version requirement such as >=0.1.0"),
    "platform": ("not a version", "a version such as 1.2.3 or 1.2.x, or a Cargo version requirement"),
    "requirements": ("not a table of requirements", 'a table of version requirements, such as { blog = ">=0.1.0" }'),
    "free": ("not a value that JSON has", "text, numbers, booleans, lists and tables; no dates, no infinity"),
    "table": ("not a table of values that JSON has", "text, numbers, booleans, lists and tables by name; no dates"),
}


@dataclass(frozen=True, kw_only=True)
class KeyRule:
    """One key: its kind of value, what of that kind is allowed, in which schemas it is known, and what it says."""

    name: str
    says: str
    kind: Kind = "text"
    grammar: Grammar = names.TEXT
    choices: tuple[str, ...] = ()
    default: str | bool | None = None
    schemas: tuple[int, ...] = (1, 2)
    is_required: bool = False
    may_be_empty: bool = False

    @cached_property
    def allowed(self) -> str:
        """What may stand here, as a sentence for people."""
        if self.kind in _KINDS:
            return _KINDS[self.kind][1]
        one = " | ".join(self.choices) or self.grammar.allowed
        return f"a list of {one}" if self.kind == "texts" else one

    def accepts(self, data: Any) -> bool:
        """Whether the data may stand here; quick for the kinds that manifests are full of."""
        if self.kind == "text":
            return isinstance(data, str) and self._is_text(data)
        if self.kind == "flag":
            return isinstance(data, bool)
        if self.kind == "texts" and isinstance(data, list):
            return not data or (
                all(isinstance(x, str) and self._is_text(x) for x in data) and len(set(data)) == len(data)
            )
        return next(self.problems(data), None) is None

    def problems(self, data: Any) -> Iterator[Problem]:
        """Everything that is wrong with the data, each with the way to its place."""
        if self.kind in ("text", "texts"):
            yield from self._text_problems(data)
        elif self.kind == "requirements" and isinstance(data, dict):
            yield from self._requirement_problems(data)
        elif not _IS_KIND[self.kind](data):
            problem, allowed = _KINDS[self.kind]
            yield Problem(problem=problem, found=shown(data), allowed=allowed, hint=_AS_ALLOWED)

    def _is_text(self, text: str) -> bool:
        if self.choices:
            return text in self.choices or (self.may_be_empty and not text)
        return self.grammar.accepts(text) or (self.may_be_empty and not text)

    def _text_problems(self, data: Any) -> Iterator[Problem]:
        if self.kind == "texts":
            yield from self._item_problems(data)
        elif not isinstance(data, str) or not self._is_text(data):
            yield Problem(problem="not allowed", found=shown(data), allowed=self.allowed, hint=self._hint(data))

    def _item_problems(self, data: Any) -> Iterator[Problem]:
        if not isinstance(data, list):
            yield Problem(problem="not a list", found=shown(data), allowed=self.allowed, hint="put it into [ ]")
            return
        seen: set[str] = set()
        for index, item in enumerate(data):
            if not isinstance(item, str) or not self._is_text(item):
                allowed = " | ".join(self.choices) or self.grammar.allowed
                hint = self._hint(item)
                yield Problem(at=(index,), problem="not allowed", found=shown(item), allowed=allowed, hint=hint)
            elif item in seen:
                yield Problem(at=(index,), problem="stands twice", found=shown(item), hint="remove one")
            else:
                seen.add(item)

    def _hint(self, data: Any) -> str:
        """What a person may have meant where only a few words are allowed."""
        near = nearest(data, self.choices) if isinstance(data, str) else ""
        return f"did you mean {near}?" if near else _AS_ALLOWED

    def _requirement_problems(self, data: dict[str, Any]) -> Iterator[Problem]:
        for name, wanted in data.items():
            key = name if self.grammar.accepts(name) else shown(name)
            if not self.grammar.accepts(name):
                yield Problem(at=(name,), key=key, problem="not allowed", found=key, allowed=self.grammar.allowed)
            if not _is_requirement(wanted):
                problem, allowed = _KINDS["requirement"]
                yield Problem(at=(name,), key=key, problem=problem, found=shown(wanted), allowed=allowed)


@dataclass(frozen=True, kw_only=True)
class TableRule:
    """One table of a file; `*` in its path stands for any name, which is held to `grammar`."""

    path: tuple[str, ...]
    says: str
    keys: tuple[KeyRule, ...] = ()
    schemas: tuple[int, ...] = (1, 2)
    grammar: Grammar = names.TEXT
    is_array: bool = False
    is_required: bool = False
    is_open: bool = False

    def rules(self, schema: int) -> dict[str, KeyRule]:
        """The rules of the keys that it may have in this schema."""
        return {rule.name: rule for rule in self.keys if schema in rule.schemas}

    def elsewhere(self, key: str) -> tuple[int, ...]:
        """The schemas that know a key of this name."""
        return tuple(schema for rule in self.keys if rule.name == key for schema in rule.schemas)

    @property
    def name(self) -> str:
        """The table as people write it."""
        return ".".join(self.path)


def _is_requirement(data: Any) -> bool:
    if not isinstance(data, str):
        return False
    try:
        read_requirement(data)
    except RequirementError:
        return False
    return True


def _is_platform_version(data: Any) -> bool:
    """A bare version is a bound by itself, and `1.2.x` is the older way to write `1.2.*`."""
    return isinstance(data, str) and (names.VERSION.accepts(data) or _is_requirement(data.replace(".x", ".*")))


def _is_json(data: Any) -> bool:
    if isinstance(data, dict):
        return all(_is_json(value) for value in data.values())
    if isinstance(data, list):
        return all(_is_json(value) for value in data)
    return isinstance(data, str | bool | int) or (isinstance(data, float) and abs(data) < float("inf"))


_IS_KIND: dict[str, Callable[[Any], bool]] = {
    "flag": lambda data: isinstance(data, bool),
    "integer": lambda data: isinstance(data, int) and not isinstance(data, bool),
    "requirement": _is_requirement,
    "platform": _is_platform_version,
    "requirements": lambda data: isinstance(data, dict),
    "free": _is_json,
    "table": lambda data: isinstance(data, dict) and _is_json(data),
}
