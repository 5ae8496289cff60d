"""A crate's files as far as its types are concerned: which it declares, what they implement, how one is built."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from codegen.rust.items import Item, items_of
from codegen.rust.source import code_of, line_of

_TYPE = re.compile(
    r"(?P<visibility>pub\b(?:\s*\([^)]*\))?)?\s*(?P<kind>struct|enum)\s+(?P<name>\w+)\s*(?P<rest>.*)", re.DOTALL
)
_DERIVES_DEFAULT = re.compile(r"\bderive\s*\([^)\]]{0,500}\bDefault\b")
_EXPORT = re.compile(r"\bpub\s+use\b[^;]*+")
_MODULE = re.compile(r"(?:pub\b[^{;]*)?\bmod\b")


@dataclass(frozen=True)
class Place:
    """An item with the file that it is in."""

    path: str
    item: Item


class Crate:
    """The files of one crate; the first is its root."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources
        self.root = next(iter(sources), "")

    @cached_property
    def places(self) -> Sequence[Place]:
        return [Place(path, item) for path, text in self.sources.items() for item in items_of(text)]

    @cached_property
    def declared(self) -> Mapping[str, Place]:
        """Types by name; of two under opposite conditions the one that no feature gates."""
        found: dict[str, Place] = {}
        for place in self.places:
            match = _TYPE.match(place.item.head)
            if match and (match["name"] not in found or found[match["name"]].item.gate is not None):
                found[match["name"]] = place
        return found

    def implementing(self, trait: str) -> Mapping[str, Place]:
        """The implementations of a trait by the type's name."""
        wanted = re.compile(rf"(?<![\w!]){re.escape(trait)}\s+for\s+(?:\w+\s*::\s*){{0,8}}(?P<name>[A-Za-z_]\w*)")
        found: dict[str, Place] = {}
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

    def line(self, place: Place) -> int:
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

    def body(self, place: Place) -> str:
        """The code between an item's brackets, nothing where it has none."""
        start, end = place.item.body or (0, 0)
        return code_of(self.sources[place.path])[start:end]

    def children(self, place: Place) -> Sequence[Place]:
        """The items right inside this one."""
        items = items_of(self.sources[place.path])
        return [Place(place.path, item) for item in items if item.within == place.item.number]

    @cached_property
    def _impls(self) -> Sequence[Place]:
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

    def _empty(self, place: Place) -> str | None:
        """What stands behind the name to build a struct without fields; None for other types."""
        match = _TYPE.fullmatch(place.item.head)
        if match is None or match["kind"] != "struct":
            return None
        fields = "".join(match["rest"].split())
        if place.item.body is None:
            return fields if fields in ("", "()") else None
        return " {}" if not fields and not self.body(place).strip() else None

    def _is_in_module(self, place: Place) -> bool:
        items = items_of(self.sources[place.path])
        within = place.item.within
        while within is not None:
            if _MODULE.match(items[within].head):
                return True
            within = items[within].within
        return False
