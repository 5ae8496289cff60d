"""What a host preset can say: which files a host has, and how a module stands in each.

A preset is data (`codegen/hosts/`). The engine knows the kinds of places below and no host by name, so a new host is a
new preset, and a new kind of place is a class here with its edit.
Keys, values and items are Jinja templates over one module: `slug`, `crate`, `path`, `git`, `rev`, `version`,
`features`, `needs` (the optional modules that it depends on), `source`, `app`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Which = Literal["all", "required", "optional"]


@dataclass(frozen=True, kw_only=True)
class GeneratedFile:
    """A file that is ours as a whole, rendered from a template of `codegen/templates/`."""

    path: str
    template: str


@dataclass(frozen=True, kw_only=True)
class TableEntry:
    """One `key = value` line a module in a table of a TOML file."""

    path: str
    table: tuple[str, ...]
    key: str
    value: str
    of: Which = "all"


@dataclass(frozen=True, kw_only=True)
class ArrayItem:
    """One string a module in an array of a TOML file."""

    path: str
    table: tuple[str, ...]
    key: str
    item: str
    of: Which = "all"


@dataclass(frozen=True, kw_only=True)
class OwnedPattern:
    """Keys of a table, and items of its array `array`, that are ours: one that no module gives is removed."""

    path: str
    table: tuple[str, ...]
    pattern: str
    array: str | None = None


@dataclass(frozen=True, kw_only=True)
class LockedPackage:
    """A package of a `Cargo.lock` whose dependencies name every module's crate."""

    path: str
    package: str
    workspace: str = "Cargo.toml"


@dataclass(frozen=True, kw_only=True)
class HostPreset:
    """A host: where its manifest and catalog stand, and every place in which a module leaves a mark."""

    name: str
    manifest: str = "modules.toml"
    catalog: str = ".modwright/catalog.yaml"
    facts: str = "{{ path }}/rustok-module.toml"
    generated: tuple[GeneratedFile, ...] = ()
    entries: tuple[TableEntry, ...] = ()
    items: tuple[ArrayItem, ...] = ()
    owned: tuple[OwnedPattern, ...] = ()
    locked: tuple[LockedPackage, ...] = ()

    @property
    def toml_paths(self) -> tuple[str, ...]:
        """The TOML files that are edited, each once."""
        return tuple(dict.fromkeys([*(entry.path for entry in self.entries), *(item.path for item in self.items)]))

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file in which a module leaves a mark, the manifest first."""
        others = [*(file.path for file in self.generated), *(lock.path for lock in self.locked)]
        return tuple(dict.fromkeys([self.manifest, *self.toml_paths, *others]))
