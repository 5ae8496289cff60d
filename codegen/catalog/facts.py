"""What a module says of itself in its own file: version, needs, conflicts, the type to register, what it brings along."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from codegen import names
from codegen.catalog.requirement import Requirement, RequirementError, read_requirement, read_version
from codegen.errors import Finding, ManifestError, shown
from codegen.names import Grammar, ModuleName
from codegen.toml.data import place_of, read_data

TRUST_LEVELS = ("core", "verified", "unverified", "private")
RUNTIMES = ("module", "extension")

_ANY = read_requirement("*")
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
_RUST_PATH = Grammar("a Rust path such as blog_cli::commands", _PATH, longest=200)
_WORD = Grammar("lower-case ASCII words joined by `_` or `-`", re.compile(r"[a-z][a-z0-9_-]*", re.ASCII))
_SENTENCE = Grammar("one line of text of at most 1,000 characters", re.compile(r"[^\n]*"), longest=1000)
_BOUND = Grammar("a version or a version requirement", re.compile(r"[ -~]*"), longest=200)


@dataclass(frozen=True, kw_only=True)
class ModuleFacts:
    """One module's own file; `dependencies` keep the order of the file, since that is the order that authors chose.

    `entry_type` is empty where the file names none: the crate's source tells it then, and nothing guesses it.
    `rustok_min_version` and `rustok_max_version` are text, since one that nobody understands fits no platform.
    """

    slug: ModuleName
    version: str
    entry_type: str | None = None
    dependencies: tuple[tuple[ModuleName, Requirement], ...] = ()
    co_requisites: tuple[tuple[ModuleName, Requirement], ...] = ()
    conflicts: tuple[ModuleName, ...] = ()
    name: str | None = None
    description: str | None = None
    category: str | None = None
    runtime: str | None = None
    ownership: str | None = None
    trust_level: str | None = None
    ui_classification: str | None = None
    rustok_min_version: str | None = None
    rustok_max_version: str | None = None
    admin_ui_crate: str | None = None
    storefront_ui_crate: str | None = None
    cli_factory: str | None = None
    cli_namespace: str | None = None
    settings: tuple[str, ...] = ()

    @property
    def depends_on(self) -> tuple[ModuleName, ...]:
        """The names of the modules that this one needs, as a manifest's `depends_on` has them."""
        return tuple(name for name, _ in self.dependencies)


@lru_cache(maxsize=4096)
def read_facts(text: str, *, path: str) -> ModuleFacts:
    """The facts of a module's text; raises `ManifestError`. Tables that no plan needs are allowed and not read."""
    read = _Reading(path, read_data(text, path=path))
    module, crate = read.table("module"), read.table("crate")
    facts = ModuleFacts(
        slug=ModuleName(read.name(module, "slug", names.SLUG) or ""),
        version=read.version(module),
        entry_type=read.text(crate, "entry_type", names.ENTRY_TYPE),
        dependencies=read.requirements("dependencies"),
        co_requisites=read.requirements("co_requisites"),
        conflicts=read.conflicts(),
        runtime=read.choice(module, "runtime", RUNTIMES),
        trust_level=read.choice(module, "trust_level", TRUST_LEVELS),
        settings=tuple(read.table("settings").data),
        **_described(read, module),
        **_provided(read),
    )
    read.judge_names(facts)
    if read.findings:
        raise ManifestError(*(_placed(finding, key, text) for key, finding in read.findings))
    return facts


@dataclass(frozen=True)
class _Section:
    """A table of the file and where it stands."""

    key: tuple[str, ...]
    data: dict[str, Any]


def _described(read: _Reading, module: _Section) -> dict[str, str | None]:
    market = read.table("marketplace")
    return {
        "name": read.text(module, "name", _SENTENCE),
        "description": read.text(module, "description", _SENTENCE),
        "category": read.text(module, "category", _SENTENCE) or read.text(market, "category", _SENTENCE),
        # Words that no plan asks for: whether each is a known one is the platform's own checks' business.
        "ownership": read.text(module, "ownership", _WORD),
        "ui_classification": read.text(module, "ui_classification", _WORD),
        "rustok_min_version": read.text(module, "rustok_min_version", _BOUND),
        "rustok_max_version": read.text(module, "rustok_max_version", _BOUND),
    }


def _provided(read: _Reading) -> dict[str, str | None]:
    cli = read.table("provides", "cli")
    return {
        "admin_ui_crate": read.text(read.table("provides", "admin_ui"), "leptos_crate", names.CRATE),
        "storefront_ui_crate": read.text(read.table("provides", "storefront_ui"), "leptos_crate", names.CRATE),
        "cli_factory": read.text(cli, "factory", _RUST_PATH),
        "cli_namespace": read.text(cli, "namespace", _WORD),
    }


def _placed(finding: Finding, key: tuple[str, ...], text: str) -> Finding:
    line, column = place_of(key, text, path=finding.path)
    return replace(finding, line=line, column=column)


class _Reading:
    """Takes values out of parsed data, noting what is wrong; a wrong value is replaced so that reading goes on."""

    def __init__(self, path: str, data: dict[str, Any]) -> None:
        self.path = path
        self.data = data
        self.findings: list[tuple[tuple[str, ...], Finding]] = []

    def table(self, *key: str) -> _Section:
        value: Any = self.data
        for depth, part in enumerate(key, 1):
            value = value.get(part, {})
            if not isinstance(value, dict):
                self._note(key[:depth], "not a table", found=shown(value), allowed=f"[{'.'.join(key[:depth])}]")
                return _Section(key, {})
        return _Section(key, value)

    def text(self, section: _Section, name: str, grammar: Grammar) -> str | None:
        """An optional text; an empty one says as little as none."""
        value = section.data.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and grammar.accepts(value):
            return value
        self._note((*section.key, name), "not allowed", found=shown(value), allowed=grammar.allowed)
        return None

    def name(self, section: _Section, name: str, grammar: Grammar) -> str | None:
        if name not in section.data:
            hint = f'add {name} = "…"'
            self._note((*section.key, name), "missing", found="nothing", allowed=grammar.allowed, hint=hint)
        return self.text(section, name, grammar)

    def version(self, module: _Section) -> str:
        found = self.name(module, "version", names.VERSION) or "0.0.0"
        try:
            read_version(found)
        except RequirementError as error:
            self._note((*module.key, "version"), str(error), found=shown(found), allowed=names.VERSION.allowed)
        return found

    def choice(self, section: _Section, name: str, allowed: Collection[str]) -> str | None:
        value = section.data.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value in allowed:
            return value
        self._note((*section.key, name), "not a known value", found=shown(value), allowed=", ".join(allowed))
        return None

    def requirements(self, table: str) -> tuple[tuple[ModuleName, Requirement], ...]:
        listed = self.table(table).data.items()
        return tuple((ModuleName(slug), self._requirement((table, slug), value)) for slug, value in listed)

    def _requirement(self, key: tuple[str, ...], value: object) -> Requirement:
        if not names.SLUG.accepts(key[1]):
            self._note(key, "not a module name", found=shown(key[1]), allowed=names.SLUG.allowed)
        wanted = value.get("version_req", "") if isinstance(value, dict) else value
        if wanted == "":
            return _ANY
        try:
            return read_requirement(wanted if isinstance(wanted, str) else "")
        except RequirementError as error:
            self._note(key, str(error), found=shown(wanted), allowed="a Cargo version requirement")
            return _ANY

    def conflicts(self) -> tuple[ModuleName, ...]:
        listed = self.table("conflicts").data.get("modules", [])
        if isinstance(listed, list) and all(isinstance(name, str) and names.SLUG.accepts(name) for name in listed):
            return tuple(map(ModuleName, listed))
        key = ("conflicts", "modules")
        self._note(key, "not a list of modules", found=shown(listed), allowed=names.SLUG.allowed)
        return ()

    def judge_names(self, facts: ModuleFacts) -> None:
        """No module needs, goes with or excludes itself, and one that is needed needs no second table that says so."""
        beside = tuple(name for name, _ in facts.co_requisites)
        tables = {"dependencies": facts.depends_on, "co_requisites": beside, "conflicts": facts.conflicts}
        for table, listed in tables.items():
            if facts.slug in listed:
                self._note(
                    _key(table, facts.slug), "the module names itself", found=facts.slug, allowed="other modules"
                )
        for table, slug in [
            *(("co_requisites", name) for name in beside),
            *(("conflicts", n) for n in facts.conflicts),
        ]:
            if slug in facts.depends_on:
                self._note(_key(table, slug), "is among the dependencies too", found=slug, allowed="one of the two")

    def _note(self, key: tuple[str, ...], problem: str, *, found: str, allowed: str, hint: str = "") -> None:
        path = ".".join(part if part.isascii() and part.isprintable() else shown(part) for part in key)
        shown_key = path if len(path) <= 80 else shown(path)
        finding = Finding(path=self.path, key=shown_key, problem=problem, found=found, allowed=allowed, hint=hint)
        self.findings.append((key, finding))


def _key(table: str, slug: str) -> tuple[str, ...]:
    """Where a table names a module: conflicts are a list, the others have a key for each."""
    return (table, "modules") if table == "conflicts" else (table, slug)
