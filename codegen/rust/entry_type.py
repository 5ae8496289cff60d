"""The type that a module's crate registers: as the module says, else as its source implements the platform's trait.

Never derived from a name. What the given source cannot answer is said as a finding or as None: unknown is not no.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codegen.errors import Finding, shown
from codegen.rust.crate import Crate, Place

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


def find_entry_type(sources: Mapping[str, str], *, trait: str, stated: str | None) -> EntryTypeResult:
    """The type that implements `trait` in a crate's files, the crate's root first; what is `stated` wins.

    A type counts that is public, declared in these files and compiled outside tests and functions. Findings say what
    nobody can go on with: several types and none stated, a type that cannot be built without arguments, one that is
    stated and not there. A stated type that the given files cannot confirm comes with a warning.
    """
    crate = Crate(sources)
    if stated is not None:
        return _as_stated(crate, stated, trait)
    names = [name for name in crate.implementing(trait) if crate.is_public(name)]
    if len(names) > 1:
        return EntryTypeResult(findings=(_several(crate, names, trait),))
    return _constructed(crate, names[0], crate.implementing(trait)[names[0]]) if names else EntryTypeResult()


def owns_migrations(source: str, *, trait: str, type_name: str, method: str = "migrations") -> bool | None:
    """Whether a module's implementation of `trait` returns migrations; None where the text has no such method."""
    crate = Crate({"": source})
    body = _method_body(crate, crate.implementing(trait).get(type_name), method)
    return None if body is None else _NO_MIGRATIONS.fullmatch(body) is None


def depends_on_in_source(
    source: str,
    *,
    trait: str,
    type_name: str,
    method: str = "dependencies",
    default: tuple[str, ...] | None = None,
) -> tuple[str, ...] | None:
    """The names that a module's method returns as a literal slice; None where it computes them.

    `default` is what the trait itself returns, where the implementation leaves the method out.
    """
    crate = Crate({"": source})
    place = crate.implementing(trait).get(type_name)
    body = _method_body(crate, place, method)
    if body is None:
        return default if place is not None else None
    listed = _LITERALS.fullmatch(body)
    return tuple(re.findall(r'"([^"]*)"', listed["items"])) if listed else None


def _method_body(crate: Crate, place: Place | None, method: str) -> str | None:
    named = re.compile(rf"(?:const\s+)?fn\s+{re.escape(method)}\b")
    methods = [child for child in crate.children(place) if named.match(child.item.head)] if place else []
    return crate.body(methods[0]) if methods and methods[0].item.body else None


def _as_stated(crate: Crate, stated: str, trait: str) -> EntryTypeResult:
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


def _constructed(crate: Crate, name: str, place: Place) -> EntryTypeResult:
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


def _refused(crate: Crate, place: Place, problem: str, *, hint: str) -> EntryTypeResult:
    return EntryTypeResult(findings=(Finding(path=place.path, line=crate.line(place), problem=problem, hint=hint),))


def _several(crate: Crate, names: Sequence[str], trait: str) -> Finding:
    return Finding(
        path=crate.root,
        line=crate.line(crate.implementing(trait)[names[0]]),
        problem=f"several types implement {trait}, and none is stated",
        found=", ".join(names[:10]),
        hint="state in the module's own file which one the platform registers",
    )


def _contradicted(crate: Crate, stated: str, trait: str) -> Finding:
    others = list(crate.implementing(trait))
    return Finding(
        path=crate.root,
        line=crate.line(crate.declared[stated]) if stated in crate.declared else 0,
        problem=f"the stated type does not implement {trait} in this crate",
        found=shown(stated),
        allowed=", ".join(others[:10]) or "no type of this crate does",
        hint="state the type that the source has, or none",
    )
