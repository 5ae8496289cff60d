"""What a host preset can say: which files a host has, and how a module stands in each.

A preset is data (`codegen/hosts/`). The engine knows the kinds of places below and no host by name, so a new host is a
new preset, and a new kind of place is a class here with its edit in `codegen/wiring/places.py`.

Keys, values, items, lines and conditions are Jinja templates over one module; their names are the attributes of
`codegen.wiring.shape.Shape`. A template that asks for another name is an error when it is first used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from codegen.cargo.wish import Keeps

Scope = Literal["composition", "change"]
"""Whether a plan brings the whole host in step with the manifest, or only what its modules and their needs stand in.

`composition` suits a host whose files are generated: there is one right text. `change` suits a host that people wire by
hand: what is not in step for other reasons is `check`'s to tell and not a proposal's to mend on the side.
"""

Leaves = Literal["goes", "referenced", "stays"]
"""What an uninstall does with a place: takes it out, leaves it while other code refers to the module, or leaves it."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A file by which a host is recognised, and a text that must stand in it."""

    path: str
    contains: str = ""


@dataclass(frozen=True, kw_only=True)
class GeneratedFile:
    """A file that is ours as a whole, rendered from a template of `codegen/templates/`."""

    path: str
    template: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a module leaves a mark. `when` is a condition over the module; `what` names the place for people.

    `demanded`: whether `check` misses it where it is not there; a place that is not demanded is written by an install
    all the same. `stays_since` tells people why a place that stays does.
    """

    path: str
    what: str = ""
    when: str = "true"
    leaves: Leaves = "goes"
    stays_since: str = ""
    demanded: bool = True


@dataclass(frozen=True, kw_only=True)
class TableEntry(Place):
    """One `key = value` line a module in a table of a TOML file.

    `demands`: with `items`, what an entry that is there must hold, where that is less than what a new one says.
    `turns_on`: items of this form are modules; one that the module does not need is drift.
    `inherited_by`: it is needed only where the dependencies of one of these files take the key from the workspace.
    """

    table: tuple[str, ...]
    key: str
    value: str
    keeps: Keeps = "exact"
    demands: str | None = None
    turns_on: str | None = None
    inherited_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ArrayItem(Place):
    """One string a module in an array of a TOML file.

    `reached`: the array is a Cargo feature, and an item that another of its items enables is there as well.
    `direct`: a condition under which the item must stand in the array itself all the same.
    `among`: items of this form are modules; one that no module of the manifest gives is drift.
    `globs`: an item of the array may stand for many, as Cargo's `members` do.
    """

    table: tuple[str, ...]
    key: str
    item: str
    reached: bool = False
    direct: str = "false"
    among: str | None = None
    globs: bool = False


@dataclass(frozen=True, kw_only=True)
class SourceLines(Place):
    """Lines of one module in a source file that people write.

    `within` is the opening of the item that holds them; `like` finds every module's lines there, the module by the group
    `name` as `name` renders it. `by_hand` matches other code that does the same in a form of its own: where it does,
    nothing is written. With `is_drift` that form is told as one that a person should mend.
    """

    within: str
    like: str
    name: str
    lines: str
    kind: Literal["rust", "markdown"] = "rust"
    order: Literal["kin", "sorted"] = "kin"
    by_hand: str = ""
    is_drift: bool = False


@dataclass(frozen=True, kw_only=True)
class DocumentRow(Place):
    """One row a module in a Markdown table; cells in `free` are people's text once the row is there."""

    heading: str
    cells: tuple[str, ...]
    free: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Mirror:
    """A second manifest that has to hold the same modules."""

    path: str


@dataclass(frozen=True, kw_only=True)
class OwnedPattern:
    """Keys of a table, and items of its array `array`, that are ours: one that no module gives is removed."""

    path: str
    table: tuple[str, ...]
    pattern: str
    array: str | None = None


@dataclass(frozen=True, kw_only=True)
class LockedPackage:
    """A package of a `Cargo.lock` whose dependencies name the modules' crates; `manifest` is its `Cargo.toml`."""

    path: str
    package: str
    manifest: str | None = None
    workspace: str = "Cargo.toml"


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A second crate of a module that a user interface takes in: its folder, and where the module's file names it."""

    name: str
    folder: str


@dataclass(frozen=True, kw_only=True)
class References:
    """Source folders whose code may refer to a module, and what such a reference looks like there.

    `holds`: the module's wiring stays in while there is one. Else a person has to change that code when the module goes.
    """

    folders: tuple[str, ...]
    pattern: str
    holds: bool
    when: str = "true"


@dataclass(frozen=True, kw_only=True)
class HostPreset:
    """A host: where its manifest and catalog stand, and every place in which a module leaves a mark."""

    name: str
    marks: tuple[Mark, ...] = ()
    scope: Scope = "composition"
    manifest: str = "modules.toml"
    catalog: str = ".modwright/catalog.yaml"
    discovers: str | None = None
    facts: str = "{{ path }}/rustok-module.toml"
    states_facts: bool = True
    source: str | None = None
    module_trait: str = ""
    migration_trait: str = ""
    migrations: str = ""
    surfaces: tuple[Surface, ...] = ()
    version_of: str | None = None
    generated: tuple[GeneratedFile, ...] = ()
    mirrors: tuple[Mirror, ...] = ()
    places: tuple[Place, ...] = ()
    owned: tuple[OwnedPattern, ...] = ()
    locked: tuple[LockedPackage, ...] = ()
    references: tuple[References, ...] = ()

    @property
    def toml_paths(self) -> tuple[str, ...]:
        """The TOML files that are edited, each once."""
        return tuple(dict.fromkeys(place.path for place in self.places if isinstance(place, TableEntry | ArrayItem)))

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file in which a module leaves a mark, the manifest first."""
        return tuple(dict.fromkeys([self.manifest, *self._marked()]))

    def _marked(self) -> Iterator[str]:
        yield from (mirror.path for mirror in self.mirrors)
        yield from (place.path for place in self.places)
        yield from (file.path for file in self.generated)
        yield from (lock.path for lock in self.locked)
