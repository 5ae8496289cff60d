"""The type that a module's crate registers: as the module says, else as its source implements the platform's trait.

Never derived from a name. What the given source cannot answer is said as a finding or as None: unknown is not no.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from codegen.errors import Finding, shown
from codegen.rust_items import Item, items_of
from codegen.rust_source import code_of, line_of

_TYPE = re.compile(
    r"(?P<visibility>pub\b(?:\s*\([^)]*\))?)?\s*(?P<kind>struct|enum)\s+(?P<name>\w+)\s*(?P<rest>.*)", re.DOTALL
)
_DERIVES_DEFAULT = re.compile(r"\bderive\s*\([^)\]]{0,500}\bDefault\b")
_EXPORT = re.compile(r"\bpub\s+use\b[^;]*+")
_MODULE = re.compile(r"(?:pub\b[^{;]*)?\bmod\b")
_NO_MIGRATIONS = re.compile(
    r"\s*(?:return\b\s*)?(?:(?:\w+\s*::\s*){0,8}Vec\s*::\s*new\s*\(\s*\)|vec!\s*\[\s*\])\s*;?\s*"
)
_LITERALS = re.compile(r'\s*(?:return\b\s*)?&\s*\[(?P<items>\s*(?:"[^"\\]*"\s*(?:,\s*|(?=\])))*+)\]\s*;?\s*')


@dataclass(frozen=True)
class EntryType:
    """A module type: how the host builds one, the Cargo feature it needs (None: none), and where it is implemented."""

    name: str
    constructor: str
    gate: str | None
    line: int
    path: str


@dataclass(frozen=True, kw_only=True)
class EntryTypeResult:
    """The type, or none; with neither a type nor a finding, the crate has no module type at all."""

    entry_type: EntryType | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Place:
    """An item with the file that it is in."""

    path: str
    item: Item


def find_entry_type(sources: Mapping[str, str], *, trait: str, stated: str | None) -> EntryTypeResult:
    """The type that implements `trait` in a crate's files, the crate's root first; what is `stated` wins.

    A type counts that is public, declared in these files and compiled outside tests and functions. Findings say what
    nobody can go on with: several types and none stated, a type that cannot be built without arguments, one that is
    stated and not there. A stated type that the given files cannot confirm comes with a warning.
    """
    crate = _Crate(sources)
    if stated is not None:
        return _as_stated(crate, stated, trait)
    names = [name for name in crate.implementing(trait) if crate.is_public(name)]
    if len(names) > 1:
        return EntryTypeResult(findings=(_several(crate, names, trait),))
    return _constructed(crate, names[0], crate.implementing(trait)[names[0]]) if names else EntryTypeResult()


def owns_migrations(source: str, *, trait: str, type_name: str, method: str = "migrations") -> bool | None:
    """Whether a module's implementation of `trait` returns migrations; None where the text has no such method."""
    body = _method_body(source, trait=trait, type_name=type_name, method=method)
    return None if body is None else _NO_MIGRATIONS.fullmatch(body) is None


def depends_on_in_source(
    source: str, *, trait: str, type_name: str, method: str = "dependencies"
) -> tuple[str, ...] | None:
    """The names that a module's method returns as a literal slice; None where it is not there or computes them."""
    body = _method_body(source, trait=trait, type_name=type_name, method=method)
    listed = _LITERALS.fullmatch(body) if body is not None else None
    return tuple(re.findall(r'"([^"]*)"', listed["items"])) if listed else None


def implements(source: str, *, trait: str, type_name: str) -> bool:
    """Whether this text holds the type's implementation of `trait`, compiled outside tests."""
    return type_name in _Crate({"": source}).implementing(trait)


class _Crate:
    """The files of one crate; the first is its root."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources
        self.root = next(iter(sources), "")

    @cached_property
    def places(self) -> Sequence[_Place]:
        return [_Place(path, item) for path, text in self.sources.items() for item in items_of(text)]

    @cached_property
    def declared(self) -> Mapping[str, _Place]:
        """Types by name; of two under opposite conditions the one that no feature gates."""
        found: dict[str, _Place] = {}
        for place in self.places:
            match = _TYPE.match(place.item.head)
            if match and (match["name"] not in found or found[match["name"]].item.gate is not None):
                found[match["name"]] = place
        return found

    def implementing(self, trait: str) -> Mapping[str, _Place]:
        """The implementations of a trait by the type's name."""
        wanted = re.compile(rf"(?<![\w!]){re.escape(trait)}\s+for\s+(?:\w+\s*::\s*){{0,8}}(?P<name>[A-Za-z_]\w*)")
        found: dict[str, _Place] = {}
        for place in self._impls:
            match = wanted.search(place.item.head)
            if match and (match["name"] not in found or found[match["name"]].item.gate is not None):
                found[match["name"]] = place
        return found

    def is_public(self, name: str) -> bool:
        """Whether the type is declared in these files as `pub`."""
        match = _TYPE.match(self.declared[name].item.head) if name in self.declared else None
        return match is not None and match["visibility"] == "pub"

    def is_at_root(self, name: str) -> bool:
        """Whether other crates reach the type by the crate's name alone."""
        place = self.declared.get(name)
        is_root = place is not None and place.path == self.root and not self._is_in_module(place)
        return is_root or self._is_exported(name)

    def may_hold_unseen(self, name: str) -> bool:
        """Whether a type that these files do not declare may yet be the crate's: unknown is not no."""
        return not self.sources or (name not in self.declared and self._is_exported(name))

    def line(self, place: _Place) -> int:
        """The number of the line on which an item's head begins."""
        return line_of(self.sources[place.path], place.item.start)

    def constructor(self, name: str) -> str | None:
        """How the type is built without arguments; None where nobody can."""
        empty = self._empty(self.declared[name])
        if empty is not None:
            return name + empty
        if self._has_new(name):
            return f"{name}::new()"
        derives = _DERIVES_DEFAULT.search(self.declared[name].item.attributes) is not None
        return f"{name}::default()" if derives or name in self.implementing("Default") else None

    def body(self, place: _Place) -> str:
        """The code between an item's brackets, nothing where it has none."""
        start, end = place.item.body or (0, 0)
        return code_of(self.sources[place.path])[start:end]

    def children(self, place: _Place) -> Sequence[_Place]:
        """The items right inside this one."""
        items = items_of(self.sources[place.path])
        return [_Place(place.path, item) for item in items if item.within == place.item.number]

    @cached_property
    def _impls(self) -> Sequence[_Place]:
        return [place for place in self.places if re.match(r"(?:unsafe\s+)?impl\b", place.item.head)]

    def _has_new(self, name: str) -> bool:
        own = re.compile(rf"impl\s*(?:<.*>)?\s*{name}\s*(?:<.*|where\b.*)?", re.DOTALL)
        new = re.compile(rf"pub\s+(?:const\s+)?fn\s+new\s*\(\s*\)\s*->\s*(?:Self|{name})\b(?!\s*<)")
        return any(
            new.fullmatch(child.item.head) is not None
            for place in self._impls
            if own.fullmatch(place.item.head)
            for child in self.children(place)
        )

    def _is_exported(self, name: str) -> bool:
        wanted = re.compile(rf"\b{re.escape(name)}\b(?!\s+as\b)|\*")
        exports = _EXPORT.finditer(code_of(self.sources.get(self.root, "")))
        return any(wanted.search(export[0]) for export in exports)

    def _empty(self, place: _Place) -> str | None:
        """What stands behind the name to build a struct without fields; None for other types."""
        match = _TYPE.fullmatch(place.item.head)
        if match is None or match["kind"] != "struct":
            return None
        fields = "".join(match["rest"].split())
        if place.item.body is None:
            return fields if fields in ("", "()") else None
        return " {}" if not fields and not self.body(place).strip() else None

    def _is_in_module(self, place: _Place) -> bool:
        items = items_of(self.sources[place.path])
        within = place.item.within
        while within is not None:
            if _MODULE.match(items[within].head):
                return True
            within = items[within].within
        return False


def _method_body(source: str, *, trait: str, type_name: str, method: str) -> str | None:
    crate = _Crate({"": source})
    place = crate.implementing(trait).get(type_name)
    named = re.compile(rf"(?:const\s+)?fn\s+{re.escape(method)}\b")
    methods = [child for child in crate.children(place) if named.match(child.item.head)] if place else []
    return crate.body(methods[0]) if methods and methods[0].item.body else None


def _as_stated(crate: _Crate, stated: str, trait: str) -> EntryTypeResult:
    place = crate.implementing(trait).get(stated)
    if place is not None and stated in crate.declared:
        return _constructed(crate, stated, place)
    gate, line, path = (place.item.gate, crate.line(place), place.path) if place else (None, 0, crate.root)
    entry = EntryType(name=stated, constructor=stated, gate=gate, line=line, path=path)
    if place is None and not crate.may_hold_unseen(stated):
        return EntryTypeResult(entry_type=entry, findings=(_contradicted(crate, stated, trait),))
    finding = Finding(
        path=path,
        line=line,
        problem=f"the files at hand do not show how {shown(stated)} is declared and that it implements {trait}",
        hint="it is taken as stated, as a type without fields",
        severity="warning",
    )
    return EntryTypeResult(entry_type=entry, findings=(finding,))


def _constructed(crate: _Crate, name: str, place: _Place) -> EntryTypeResult:
    declared = crate.declared[name]
    constructor = crate.constructor(name)
    if not crate.is_public(name) or not crate.is_at_root(name):
        return _refused(
            crate, declared, f"{name} cannot be reached by the crate's name", hint="export it from the root"
        )
    if constructor is None:
        hint = "give it a `pub fn new() -> Self`, or let it implement Default"
        return _refused(crate, declared, f"nobody can build {name} without arguments", hint=hint)
    gate = place.item.gate or declared.item.gate
    entry = EntryType(name=name, constructor=constructor, gate=gate, line=crate.line(place), path=place.path)
    return EntryTypeResult(entry_type=entry)


def _refused(crate: _Crate, place: _Place, problem: str, *, hint: str) -> EntryTypeResult:
    return EntryTypeResult(findings=(Finding(path=place.path, line=crate.line(place), problem=problem, hint=hint),))


def _several(crate: _Crate, names: Sequence[str], trait: str) -> Finding:
    return Finding(
        path=crate.root,
        line=crate.line(crate.implementing(trait)[names[0]]),
        problem=f"several types implement {trait}, and none is stated",
        found=", ".join(names[:10]),
        hint="state in the module's own file which one the platform registers",
    )


def _contradicted(crate: _Crate, stated: str, trait: str) -> Finding:
    others = list(crate.implementing(trait))
    return Finding(
        path=crate.root,
        line=crate.line(crate.declared[stated]) if stated in crate.declared else 0,
        problem=f"the stated type does not implement {trait} in this crate",
        found=shown(stated),
        allowed=", ".join(others[:10]) or "no type of this crate does",
        hint="state the type that the source has, or none",
    )
