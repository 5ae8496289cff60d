"""What no single line of a manifest shows: names that are not there, what is used twice, circles, conflicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from codegen.catalog.requirement import RequirementError, read_requirement
from codegen.errors import Severity, shown
from codegen.lint.note import Note, key_text
from codegen.lint.tables import Place
from codegen.manifest.row import Row
from codegen.names import ModuleName
from codegen.resolution.graph import find_cycle

_MOST_CYCLES = 5
_LOOK_ALIKES = str.maketrans({"0": "o", "1": "l", "5": "s", "_": None, "-": None})


@dataclass(frozen=True)
class Modules:
    """The lines of a manifest's modules in the order of the file, each with its start, and what tenants have on by default:
    the names with their numbers in the list, and the list.
    """

    rows: tuple[tuple[int, Row], ...]
    default_enabled: Mapping[ModuleName, int]
    listed: Place | None = None

    @cached_property
    def by_name(self) -> dict[ModuleName, tuple[int, Row]]:
        """The lines whose names are readable."""
        return {row.slug: (start, row) for start, row in self.rows if row.slug is not None}

    def default_offset(self, index: int) -> int:
        """Where an item of the list of defaults stands."""
        return self.listed.start + self.listed.value.items[index].start if self.listed else 0

    @property
    def are_all_named(self) -> bool:
        """Whether every line's name is readable; else a name that seems to be missing may be one of those."""
        return len(self.by_name) == len(self.rows)


def module_notes(modules: Modules) -> Iterator[Note]:
    """Every note about how the modules fit together."""
    yield from _twice(modules, "crate")
    yield from _twice(modules, "path")
    yield from _alike(modules)
    yield from _cycles(modules)
    yield from _conflicts(modules)
    yield from _requirements(modules)
    if modules.are_all_named:
        yield from _absent_needs(modules)
    yield from _default_notes(modules)


def _twice(modules: Modules, key: str) -> Iterator[Note]:
    owners: dict[str, Row] = {}
    for start, row in modules.rows:
        value = row.data.get(key)
        owner = owners.setdefault(value, row) if isinstance(value, str) else row
        if owner is not row:
            problem = f"module {owner.name} has the same {key}"
            yield _note(start, row, key, problem=problem, found=shown(value), hint="each module has one of its own")


def _alike(modules: Modules) -> Iterator[Note]:
    same: dict[str, Row] = {}
    similar: dict[str, Row] = {}
    for start, row in modules.rows:
        plain = row.name.lower().replace("-", "_")
        owner = same.setdefault(plain, row)
        other = similar.setdefault(plain.translate(_LOOK_ALIKES).replace("rn", "m"), row)
        severity: Severity = "warning" if owner is row else "error"
        if owner is not row or other is not row:
            twin = key_text((other.name if owner is row else owner.name,))
            problem = (
                f"looks like the module {twin}"
                if owner is row
                else f"differs from the module {twin} only by case, - or _"
            )
            yield Note(
                offset=start + row.pair.start,
                key="modules",
                problem=problem,
                found=shown(row.name),
                hint="rename one",
                severity=severity,
            )


def _cycles(modules: Modules) -> Iterator[Note]:
    """Circles that share no module, each once."""
    graph = {slug: needs for slug, (_, row) in modules.by_name.items() if (needs := _names(row, "depends_on"))}
    for _ in range(_MOST_CYCLES):
        cycle = find_cycle({slug: [need for need in needs if need in graph] for slug, needs in graph.items()})
        if not cycle:
            return
        start, row = modules.by_name[cycle[0]]
        found, hint = " → ".join(cycle), "take one of them out of depends_on"
        problem = "modules depend on each other in a circle"
        yield _note(start, row, "depends_on", problem=problem, found=found, hint=hint)
        graph = {slug: needs for slug, needs in graph.items() if slug not in cycle}


def _conflicts(modules: Modules) -> Iterator[Note]:
    for start, row in modules.rows:
        for index, name in enumerate(_names(row, "conflicts_with")):
            if name in modules.by_name:
                problem, hint = "names a module that is installed", f"take {row.name} or {name} out"
                yield _note(start, row, "conflicts_with", index, problem=problem, found=shown(name), hint=hint)


def _absent_needs(modules: Modules) -> Iterator[Note]:
    for start, row in modules.rows:
        for index, name in enumerate(_names(row, "depends_on")):
            if name not in modules.by_name:
                yield _note(
                    start, row, "depends_on", index, problem=_ABSENT, found=shown(name), hint=_absent_hint(name)
                )


def _requirements(modules: Modules) -> Iterator[Note]:
    for start, row in modules.rows:
        wanted = row.data.get("dependency_version_reqs")
        for name, requirement in wanted.items() if isinstance(wanted, dict) else ():
            if name not in _names(row, "depends_on"):
                problem, hint = "names a module that is not in depends_on", f"add {shown(name)} to depends_on"
                yield _note(
                    start,
                    row,
                    "dependency_version_reqs",
                    name,
                    problem=problem,
                    found=shown(name),
                    hint=hint,
                    severity="warning",
                )
            have = modules.by_name[name][1].data.get("version") if name in modules.by_name else None
            if have is not None and not _fits(requirement, have):
                yield _note(
                    start,
                    row,
                    "dependency_version_reqs",
                    name,
                    problem="the installed version does not fit",
                    found=f"{name} {shown(have)}",
                    allowed=shown(requirement),
                )


def _fits(requirement: object, version: object) -> bool:
    """Whether a version fits; what cannot be read is a finding of its own and no misfit."""
    try:
        return read_requirement(str(requirement)).accepts(str(version))
    except RequirementError:
        return True


def _default_notes(modules: Modules) -> Iterator[Note]:
    """Defaults that are not installed are errors; what the platform itself lives with, against its rule, are warnings."""
    key = "settings.default_enabled"
    for name, index in modules.default_enabled.items():
        if name not in modules.by_name:
            if modules.are_all_named:
                yield Note(
                    offset=modules.default_offset(index),
                    key=key,
                    problem=_ABSENT,
                    found=shown(name),
                    hint=_absent_hint(name),
                )
            continue
        row = modules.by_name[name][1]
        if row.data.get("required") is True:
            hint = "take it out of the list"
            yield Note(
                offset=modules.default_offset(index),
                key=key,
                problem="a required module is always on",
                found=name,
                hint=hint,
                severity="warning",
            )
        for need in _names(row, "depends_on"):
            if _is_optional(modules, need) and need not in modules.default_enabled:
                problem = f"needs {need}, which is not on by default"
                yield Note(
                    offset=modules.default_offset(index),
                    key=key,
                    problem=problem,
                    found=name,
                    hint=f"add {need} to the list",
                    severity="warning",
                )


def _is_optional(modules: Modules, name: ModuleName) -> bool:
    """Whether a tenant can have the module off: it is installed, not required and no extension."""
    if name not in modules.by_name:
        return False
    data = modules.by_name[name][1].data
    return data.get("required") is not True and data.get("runtime") != "extension"


_ABSENT = "names a module that is not installed"


def _absent_hint(name: str) -> str:
    return f"install {shown(name)} or take its name out"


def _names(row: Row, key: str) -> list[ModuleName]:
    listed = row.data.get(key)
    return [ModuleName(name) for name in listed if isinstance(name, str)] if isinstance(listed, list) else []


def _note(
    start: int,
    row: Row,
    *steps: str | int,
    problem: str,
    found: str = "",
    allowed: str = "",
    hint: str = "",
    severity: Severity = "error",
) -> Note:
    return Note(
        offset=start + row.place(*steps),
        key=f"{key_text((row.name,))}.{steps[0]}",
        problem=problem,
        found=found,
        allowed=allowed,
        hint=hint,
        severity=severity,
    )
