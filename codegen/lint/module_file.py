"""Judges a module's own file: wrong values of keys that the platform reads are errors, keys that it does not warnings."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.errors import Finding, ManifestError, shown
from codegen.lint.module_file_keys import MODULE_FILE_TABLES
from codegen.lint.note import Note, finding_of
from codegen.lint.tables import Walk, walk_tables
from codegen.toml.text import LARGEST, parse

_MOST = 100
# Of the two schemas that rules know, the one whose platforms have such files.
_SCHEMA = 2


def lint_module_file(text: str, *, path: str) -> tuple[Finding, ...]:
    """Every finding of a module's file, in the file's order (of more than a hundred, the first); empty when all is well."""
    if len(text) > LARGEST:
        found, allowed = f"{len(text)} characters", f"at most {LARGEST}"
        return (Finding(path=path, problem="the file is too large", found=found, allowed=allowed),)
    try:
        source = parse(text, path=path)
    except ManifestError as error:
        return error.findings
    walk = walk_tables(source, MODULE_FILE_TABLES, schema=_SCHEMA, unknown="warning")
    notes = sorted([*walk.notes, *_whole_notes(walk)], key=lambda note: note.offset)
    return tuple(finding_of(note, source) for note in notes[:_MOST])


def _whole_notes(walk: Walk) -> Iterator[Note]:
    """What is wrong with keys together."""
    if ("module",) not in walk.tables:
        yield Note(offset=0, key="module", problem="the table [module] is missing", hint="add [module]")
    yield from _surface_notes(walk)
    yield from _ui_notes(walk)
    router = walk.values.get(("provides", "http", "axum_router"))
    if router and ("provides", "http", "routes") in walk.values:
        hint = "keep one of the two"
        key, problem = "provides.http.axum_router", "not together with provides.http.routes"
        yield Note(offset=router.offset, key=key, problem=problem, hint=hint)


def _surface_notes(walk: Walk) -> Iterator[Note]:
    recommended = walk.data("module", "recommended_admin_surfaces")
    place = walk.values.get(("module", "showcase_admin_surfaces"))
    if place is None or not isinstance(recommended, list):
        return
    for item in place.value.items:
        if item.data in recommended:
            key, problem = "module.showcase_admin_surfaces", "also a recommended surface"
            hint = "name it in one of the two"
            yield Note(offset=place.start + item.start, key=key, problem=problem, found=shown(item.data), hint=hint)


_SURFACES = {
    "dual_surface": (True, True),
    "admin_only": (True, False),
    "storefront_only": (False, True),
    "no_ui": (False, False),
    "capability_only": (False, False),
    "future_ui": (False, False),
}


def _ui_notes(walk: Walk) -> Iterator[Note]:
    """The classification says which interfaces there are, and they are declared further down."""
    place = walk.values.get(("module", "ui_classification"))
    kind = str(place.value.data).replace("-", "_") if place else ""
    declared = tuple(("provides", name) in walk.tables for name in ("admin_ui", "storefront_ui"))
    if place and kind in _SURFACES and _SURFACES[kind] != declared:
        have = [name for name, there in zip(("admin_ui", "storefront_ui"), declared, strict=True) if there]
        yield Note(
            offset=place.offset,
            key="module.ui_classification",
            problem="does not fit the interfaces that [provides] declares",
            found=f"{kind}, with {' and '.join(have) or 'none'}",
            hint="change one of the two",
        )
