"""Small worlds of modules for tests of resolution: what is installed, what is offered, and what each file says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from codegen import Catalog, Change, Manifest, ModuleEntry, ModuleFacts, ModuleName, Resolution, resolve
from codegen.catalog.requirement import Requirement, read_requirement


def name(text: str) -> ModuleName:
    return ModuleName(text)


@dataclass(frozen=True, kw_only=True)
class Module:
    """One version of a module: `needs` and `beside` are written `"other"` or `"other ^1.2"`."""

    slug: str
    version: str = "1.0.0"
    needs: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    required: bool = False
    on: bool = False
    platform: tuple[str | None, str | None] = (None, None)

    @property
    def entry(self) -> ModuleEntry:
        """The module as the catalog has it; each version stands in a folder of its own."""
        return ModuleEntry(
            slug=name(self.slug),
            crate=f"crate-{self.slug}",
            path=f"crates/{self.slug}-{self.version}",
            required=self.required,
            default_enabled=self.on,
        )

    @property
    def facts(self) -> ModuleFacts:
        """What its own file says."""
        return ModuleFacts(
            slug=name(self.slug),
            version=self.version,
            entry_type="T",
            dependencies=_wishes(self.needs),
            co_requisites=_wishes(self.beside),
            conflicts=tuple(map(name, self.conflicts)),
            rustok_min_version=self.platform[0],
            rustok_max_version=self.platform[1],
        )


def _wishes(listed: Iterable[str]) -> tuple[tuple[ModuleName, Requirement], ...]:
    parts = [text.partition(" ") for text in listed]
    return tuple((name(slug), read_requirement(wish or "*")) for slug, _, wish in parts)


class World:
    """What is installed and what is offered. A module that is both is offered at its own place."""

    def __init__(self, *offered: Module, installed: Iterable[Module] = (), platform_version: str | None = None) -> None:
        self.installed = tuple(installed)
        self.known = {module.entry.path: module.facts for module in (*offered, *self.installed)}
        self.platform_version = platform_version
        entries = [replace(each.entry, depends_on=each.facts.depends_on) for each in self.installed]
        self.manifest = Manifest(
            schema=2,
            app="server",
            modules={entry.slug: entry for entry in entries},
            default_enabled=tuple(entry.slug for entry in entries if entry.default_enabled),
        )
        listed: dict[ModuleName, list[ModuleEntry]] = {}
        for module in offered:
            listed.setdefault(name(module.slug), []).append(module.entry)
        firsts = {slug: entries[0] for slug, entries in listed.items()}
        self.catalog = Catalog("catalog.yaml", firsts, {slug: tuple(rest[1:]) for slug, rest in listed.items()})

    @property
    def facts(self) -> Callable[[ModuleEntry], ModuleFacts]:
        """What the modules' files say."""
        return lambda entry: self.known[entry.path]

    def resolve(self, *changes: Change) -> Resolution:
        """What the changes come to here."""
        return resolve(self.manifest, self.catalog, self.facts, changes, platform_version=self.platform_version)

    def then(self, resolution: Resolution) -> World:
        """The world after a change."""
        world = World(platform_version=self.platform_version)
        world.known, world.catalog, world.manifest = self.known, self.catalog, resolution.after
        return world


def versions(world: World, resolution: Resolution) -> Mapping[str, str]:
    """The versions of what is there afterwards."""
    return {slug: world.known[entry.path].version for slug, entry in sorted(resolution.after.modules.items())}
