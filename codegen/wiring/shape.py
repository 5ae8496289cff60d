"""A module as a host preset sees it: what its row, its own file and its crate's source say, read when it is asked for.

Presets speak of a module by the attributes of `Shape`; a template that uses none of the crate's source costs no reading
of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from codegen.cargo.wish import Beside
from codegen.catalog.facts import ModuleFacts, read_facts
from codegen.catalog.requirement import read_requirement
from codegen.errors import CodegenError, Finding, ManifestError, Refused, Row
from codegen.manifest.model import Manifest, ModuleEntry
from codegen.names import ModuleName, crate_identifier, family
from codegen.repository import Files
from codegen.resolution.knowledge import stated_facts
from codegen.rust.entry_type import EntryType, find_entry_type, owns_migrations
from codegen.rust.source import code_of
from codegen.toml.data import read_data
from codegen.toml.text import LARGEST
from codegen.wiring.preset import HostPreset, Surface
from codegen.wiring.render import NoSuchName, evaluate, render

_LARGEST_ROOT = 256 * 1024
_MOST_SIGNS = 40_000
"""Brackets and semicolons of a crate's root: each may begin an item, and items are what looking for a type costs."""


def facts_of_row(entry: ModuleEntry) -> ModuleFacts:
    """What is known of a module without a file of its own: its needs in any version."""
    needs = tuple((need, read_requirement("*")) for need in entry.depends_on)
    return ModuleFacts(slug=entry.slug, version=entry.version or "0.0.0", entry_type=None, dependencies=needs)


class Reads(Protocol):
    """What a module asks of the reader of its repository's files."""

    @property
    def files(self) -> Files: ...

    @property
    def host(self) -> HostPreset: ...

    def text(self, path: str, *, largest: int = LARGEST) -> str: ...

    def found(self, path: str, *, largest: int = LARGEST) -> str | None: ...

    def shape(self, entry: ModuleEntry, manifest: Manifest) -> Shape: ...


@dataclass(frozen=True)
class UiCrate:
    """A module's crate for one user interface, and the Cargo features that it has."""

    crate: str
    features: frozenset[str]


class Shape:
    """One module; the attributes without an underscore are what templates and conditions of presets may use."""

    def __init__(self, reader: Reads, entry: ModuleEntry, manifest: Manifest) -> None:
        self._reader = reader
        self.row = entry
        self.manifest = manifest
        self._rendered: dict[str, str] = {}
        self._judged: dict[str, bool] = {}
        self.slug, self.crate, self.source, self.path = entry.slug, entry.crate, entry.source, entry.path
        self.git, self.rev, self.version, self.features = entry.git, entry.rev, entry.version, entry.features
        self.required, self.runtime = entry.required, entry.runtime
        self.default_enabled = entry.default_enabled
        self.app = manifest.app
        self.all_needs = entry.depends_on

    def render(self, template: str) -> str:
        """A template of the preset for this module."""
        if template not in self._rendered:
            self._rendered[template] = render(template, self)
        return self._rendered[template]

    def holds(self, condition: str) -> bool:
        """Whether a condition of the preset holds for this module."""
        if condition not in self._judged:
            self._judged[condition] = evaluate(condition, self)
        return self._judged[condition]

    def beside(self, template: str) -> Beside | None:
        """Next to which names a new one stands best: needs and family, else any module's; sorted where nobody wires."""
        if self._reader.host.scope == "composition":
            return None
        return lambda: (self._near(template), frozenset(self.named(self.manifest.modules, template=template)))

    def named(self, modules: Iterable[ModuleName], *, template: str) -> tuple[str, ...]:
        """These modules of the composition as a template names them; those that it cannot name are left out."""
        rows = [self.manifest.modules[slug] for slug in modules if slug in self.manifest.modules]
        shapes = [self._reader.shape(row, self.manifest) for row in rows if row.slug != self.slug]
        return tuple(name for shape in shapes if (name := shape.rendered(template)) is not None)

    def rendered(self, template: str) -> str | None:
        """`render`, for a neighbour: nothing where the template has no name for it, or it cannot be read."""
        try:
            return self.render(template)
        except (CodegenError, NoSuchName):
            return None

    def stands_where(self, when: str) -> bool:
        """`holds`, for a neighbour: one that cannot be read is none."""
        try:
            return self.holds(when)
        except CodegenError:
            return False

    def _near(self, template: str) -> frozenset[str]:
        kin = [slug for slug in self.manifest.modules if family(slug) == family(self.slug)]
        return frozenset(self.named((*self.all_needs, *kin), template=template))

    @property
    def ident(self) -> str:
        """The crate as Rust code names it."""
        return crate_identifier(self.crate)

    @cached_property
    def needs(self) -> tuple[ModuleName, ...]:
        """The needs that are optional modules of the composition and can be registered: those that have a feature."""
        modules = self.manifest.modules
        optional = [need for need in self.all_needs if need in modules and not modules[need].required]
        if self._reader.host.source is None:
            return tuple(optional)
        return tuple(need for need in optional if self._reader.shape(modules[need], self.manifest).type)

    @cached_property
    def facts(self) -> ModuleFacts:
        """What the module's own file says; one without a folder in the repository cannot be judged and is refused."""
        entry = self.row
        if entry.path is None and entry.entry_type is not None:
            return stated_facts(entry)
        if entry.path is None:
            rows = (Row(subject=entry.slug, want="source = path, or entry_type", have=f"source = {entry.source}"),)
            message, hint = f"What {entry.slug} needs is not in the repository.", "bring the module into the repository"
            raise Refused("NeedsPackageIndex", message, rows=rows, hint=hint)
        if not self._reader.host.states_facts:
            return facts_of_row(entry)
        path = self.render(self._reader.host.facts)
        facts = read_facts(self._reader.text(path), path=path)
        if facts.slug != entry.slug:
            problem = "another module's file"
            finding = Finding(path=path, key="module.slug", problem=problem, found=facts.slug, allowed=entry.slug)
            raise ManifestError(finding)
        return facts

    @property
    def description(self) -> str:
        """One sentence by the module's authors, or its name."""
        return self.facts.description or self.facts.name or self.slug

    @cached_property
    def code(self) -> str | None:
        """The crate's root source, or nothing where the preset or the repository has none."""
        source = self._reader.host.source
        if source is None or self.path is None:
            return None
        path = self.render(source)
        code = self._reader.found(path, largest=_LARGEST_ROOT)
        if code is not None and sum(map(code.count, "([{;")) > _MOST_SIGNS:
            allowed = f"at most {_MOST_SIGNS} of `(`, `[`, `{{` and `;`"
            raise ManifestError(Finding(path=path, problem="too many items for a crate's root", allowed=allowed))
        return code

    @cached_property
    def registered(self) -> EntryType | None:
        """The type that is registered, as the crate's source has it; nothing where the crate has no module type.

        Raises `ManifestError` where the source and the module's own file contradict each other or nobody can tell, and
        where a host that registers every module, and reads no sources, is told of no type.
        """
        stated = self.row.entry_type or self.facts.entry_type
        if self.code is None and not stated and self._reader.host.source is None:
            raise ManifestError(self._unnamed_type())
        if self.code is None:
            return EntryType(stated, stated, None, 0, "") if stated else None
        path = self.render(self._reader.host.source or "")
        result = find_entry_type({path: self.code}, trait=self._reader.host.module_trait, stated=stated)
        if errors := [finding for finding in result.findings if finding.severity == "error"]:
            raise ManifestError(*errors)
        return result.entry_type

    def _unnamed_type(self) -> Finding:
        hint = "name the public type that implements the module trait"
        path = self.render(self._reader.host.facts)
        return Finding(path=path, key="crate.entry_type", problem="nobody says which type is registered", hint=hint)

    @property
    def type(self) -> str | None:
        """The name of the registered type."""
        return self.registered.name if self.registered else None

    @property
    def constructor(self) -> str | None:
        """The expression that makes it, without its crate: `BlogModule`, `CacheModule::new()`."""
        return self.registered.constructor if self.registered else None

    @property
    def entry(self) -> str | None:
        """The expression that makes it, with its crate."""
        return f"{self.ident}::{self.constructor}" if self.registered else None

    @property
    def gate(self) -> str | None:
        """The feature of the crate behind which the type stands."""
        return self.registered.gate if self.registered else None

    @cached_property
    def migrations(self) -> bool:
        """Whether the crate brings migrations of its own that a host has to run."""
        host = self._reader.host
        if self.code is None or self.type is None or not host.migrations:
            return False
        has_own = re.search(host.migrations, code_of(self.code), re.MULTILINE) is not None
        return has_own and owns_migrations(self.code, trait=host.migration_trait, type_name=self.type) is not False

    @cached_property
    def ui(self) -> Mapping[str, UiCrate]:
        """The module's crates for user interfaces, by the surface's name."""
        found = ((surface, self._named_crate(surface)) for surface in self._reader.host.surfaces)
        return {surface.name: self._ui_crate(surface, crate) for surface, crate in found if crate}

    @property
    def cli_factory(self) -> str | None:
        """The function that makes the module's commands, by its path in Rust."""
        return self.facts.cli_factory

    @property
    def cli_namespace(self) -> str:
        """The word under which the module's commands stand."""
        return self.facts.cli_namespace or self.slug

    @property
    def cli_crate(self) -> str | None:
        """The package of that function."""
        return self.cli_factory.split("::")[0].replace("_", "-") if self.cli_factory else None

    @property
    def ui_idents(self) -> tuple[str, ...]:
        """The crates for user interfaces as Rust code names them."""
        return tuple(crate_identifier(found.crate) for found in self.ui.values())

    def _named_crate(self, surface: Surface) -> str | None:
        if self.path is None:
            return None
        return {"admin": self.facts.admin_ui_crate, "storefront": self.facts.storefront_ui_crate}.get(surface.name)

    def _ui_crate(self, surface: Surface, crate: str) -> UiCrate:
        path = f"{self.render(surface.folder)}/Cargo.toml"
        features = read_data(self._reader.text(path), path=path).get("features", {})
        return UiCrate(crate, frozenset(features) if isinstance(features, dict) else frozenset())
