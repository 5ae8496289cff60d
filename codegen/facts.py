"""What a module says of itself in its `rustok-module.toml`: version, needs, conflicts, the type to register."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from codegen import names
from codegen.errors import Finding, ManifestError, shown
from codegen.names import Grammar, ModuleName
from codegen.requirement import Requirement, RequirementError, read_requirement
from codegen.toml_text import parse


@dataclass(frozen=True, kw_only=True)
class ModuleFacts:
    """One module's own file; `dependencies` keep the order of the file, since that is the order that authors chose."""

    slug: ModuleName
    version: str
    entry_type: str
    dependencies: tuple[tuple[ModuleName, Requirement], ...] = ()
    co_requisites: tuple[tuple[ModuleName, Requirement], ...] = ()
    conflicts: tuple[ModuleName, ...] = ()

    @property
    def depends_on(self) -> tuple[ModuleName, ...]:
        """The names of the modules that this one needs, as a manifest's `depends_on` has them."""
        return tuple(name for name, _ in self.dependencies)


@lru_cache(maxsize=4096)
def read_facts(text: str, *, path: str) -> ModuleFacts:
    """The facts of a module's text; raises `ManifestError`. Tables that no plan needs are allowed and not read."""
    data = parse(text, path=path).data
    read = _Reading(path)
    slug = ModuleName(read.text(data, "module", "slug", names.SLUG))
    crate = data.get("crate", {})
    has_type = isinstance(crate, dict) and "entry_type" in crate
    facts = ModuleFacts(
        slug=slug,
        version=read.text(data, "module", "version", names.VERSION),
        entry_type=read.text(data, "crate", "entry_type", names.ENTRY_TYPE)
        if has_type
        else names.default_entry_type(slug),
        dependencies=read.requirements(data, "dependencies"),
        co_requisites=read.requirements(data, "co_requisites"),
        conflicts=read.conflicts(data),
    )
    if read.findings:
        raise ManifestError(*read.findings)
    return facts


class _Reading:
    """Takes values out of parsed data, noting what is wrong; a wrong value is replaced so that reading goes on."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []

    def text(self, data: dict[str, Any], table: str, key: str, grammar: Grammar) -> str:
        section = data.get(table)
        value = section.get(key) if isinstance(section, dict) else None
        if isinstance(value, str) and grammar.accepts(value):
            return value
        found = "nothing" if value is None else shown(value)
        self._note(f"{table}.{key}", "missing or not allowed", found=found, allowed=grammar.allowed)
        return ""

    def requirements(self, data: dict[str, Any], table: str) -> tuple[tuple[ModuleName, Requirement], ...]:
        section = data.get(table, {})
        if not isinstance(section, dict):
            self._note(table, "not a table", found=shown(section), allowed='slug = { version_req = ">=0.1.0" }')
            return ()
        return tuple(
            (ModuleName(slug), self._requirement(f"{table}.{slug}", slug, value)) for slug, value in section.items()
        )

    def _requirement(self, key: str, slug: str, value: object) -> Requirement:
        if not names.SLUG.accepts(slug):
            self._note(shown(key), "not a module name", found=shown(slug), allowed=names.SLUG.allowed)
        wanted = value.get("version_req", "*") if isinstance(value, dict) else value
        try:
            return read_requirement(wanted if isinstance(wanted, str) else "")
        except RequirementError as error:
            self._note(shown(key), str(error), found=shown(wanted), allowed="a Cargo version requirement")
            return read_requirement("*")

    def conflicts(self, data: dict[str, Any]) -> tuple[ModuleName, ...]:
        section = data.get("conflicts", {})
        listed = section.get("modules", []) if isinstance(section, dict) else section
        if isinstance(listed, list) and all(isinstance(name, str) and names.SLUG.accepts(name) for name in listed):
            return tuple(map(ModuleName, listed))
        self._note("conflicts.modules", "not a list of modules", found=shown(listed), allowed=names.SLUG.allowed)
        return ()

    def _note(self, key: str, problem: str, *, found: str, allowed: str) -> None:
        self.findings.append(Finding(path=self.path, key=key, problem=problem, found=found, allowed=allowed))
