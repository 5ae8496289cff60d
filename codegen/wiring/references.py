"""Code outside a module's own places that refers to it: what an uninstall has to leave in, or a person to change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Protocol

from codegen.cargo.entries import entries
from codegen.cargo.features import features_of
from codegen.lines import blocks as lines
from codegen.repository import paths_under
from codegen.rust.source import code_of
from codegen.wiring.places import region, stands
from codegen.wiring.preset import Place, References, SourceLines, TableEntry
from codegen.wiring.reader import Reader
from codegen.wiring.shape import Shape

_DEPENDENCIES = ("dependencies",)
_FEATURES = ("features",)
_MOST = 200


class EditedTexts(Protocol):
    """The texts of files, as edited so far."""

    def __getitem__(self, path: str) -> str: ...

    def __contains__(self, path: object) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class FeatureItem:
    """An item of a Cargo feature."""

    feature: str
    item: str


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A line that refers to a module. `holds`: the module's wiring stays in because of it; else a person changes it.

    `dropped`: it is taken out with the module, since Cargo reads no file of which a feature names what is no dependency.
    """

    path: str
    line: int
    found: str
    holds: bool
    dropped: FeatureItem | None = None


def references(reader: Reader, shape: Shape, texts: EditedTexts) -> tuple[Reference, ...]:
    """What refers to a module beside its own places, code first; of very many, the first two hundred."""
    found = [*_in_features(reader, shape, texts), *_in_code(reader, shape, texts)]
    return tuple(found[:_MOST])


def _in_features(reader: Reader, shape: Shape, texts: EditedTexts) -> Iterator[Reference]:
    for path in reader.host.toml_paths:
        own = {shape.render(place.key) for place in _feature_places(reader, path) if shape.holds(place.when)}
        if own:
            yield from _naming(texts[path], shape.crate, own=own, path=path, holds=True)
        for crate in _gone(reader, shape, path):
            yield from _naming(texts[path], crate, own=frozenset(), path=path, holds=False)


def _naming(text: str, crate: str, *, own: Set[str], path: str, holds: bool) -> Iterator[Reference]:
    where = entries(text, _FEATURES, path=path)
    for feature, items in features_of(text, path=path).items():
        for item in items if feature not in own else ():
            if item in own or item == f"dep:{crate}" or item.startswith((f"{crate}/", f"{crate}?/")):
                dropped = None if holds else FeatureItem(feature=feature, item=item)
                found, line = f"{feature} = […{item}…]", where.get(feature, 0)
                yield Reference(path=path, line=line, found=found, holds=holds, dropped=dropped)


def _gone(reader: Reader, shape: Shape, path: str) -> Iterator[str]:
    """Dependencies that go whatever refers to them; Cargo reads no file whose features still name one."""
    for place in reader.host.places:
        if not isinstance(place, TableEntry) or (place.path, place.table) != (path, _DEPENDENCIES):
            continue
        if place.leaves == "goes" and shape.holds(place.when):
            yield shape.render(place.key)


def _feature_places(reader: Reader, path: str) -> Iterator[TableEntry]:
    for place in reader.host.places:
        if isinstance(place, TableEntry) and (place.path, place.table) == (path, _FEATURES):
            yield place


def _in_code(reader: Reader, shape: Shape, texts: EditedTexts) -> Iterator[Reference]:
    for rule in reader.host.references:
        if not shape.holds(rule.when):
            continue
        pattern = re.compile(shape.render(rule.pattern))
        for path, text in _sources(reader, rule, texts):
            if pattern.search(text):
                yield from _matches(pattern, path, _without_own(reader, shape, path, text), holds=rule.holds)


def _sources(reader: Reader, rule: References, texts: EditedTexts) -> Iterator[tuple[str, str]]:
    edited = frozenset(place.path for place in reader.host.places)
    for folder in rule.folders:
        for path in paths_under(reader.files, folder, suffix=".rs"):
            yield path, texts[path] if path in edited else reader.glance(path)


def _without_own(reader: Reader, shape: Shape, path: str, text: str) -> str:
    """The code of a file with the module's own lines blanked: they are what is being judged, not what judges it."""
    code = code_of(text)
    for place in reader.host.places:
        if (
            _is_own(place, path)
            and isinstance(place, SourceLines)
            and shape.holds(place.when)
            and stands(place, text, shape)
        ):
            name = shape.render(place.name)
            for block in lines.blocks(text, region(place), place.like, path=path):
                if block.name == name:
                    code = code[: block.start] + " " * (block.end - block.start) + code[block.end :]
    return code


def _is_own(place: Place, path: str) -> bool:
    return place.path == path and isinstance(place, SourceLines) and place.kind == "rust"


def _matches(pattern: re.Pattern[str], path: str, code: str, *, holds: bool) -> Iterator[Reference]:
    for match in pattern.finditer(code):
        line = code.count("\n", 0, match.start()) + 1
        yield Reference(path=path, line=line, found=match[0], holds=holds)
