"""A composition while it is being changed, and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from codegen.catalog.listed import Catalog
from codegen.errors import Refused, Row
from codegen.manifest.model import Manifest, ModuleEntry
from codegen.names import ModuleName
from codegen.resolution.coherence import demand_coherence
from codegen.resolution.delta import Delta, delta
from codegen.resolution.knowledge import Knowledge
from codegen.sentences import Sentence


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """A change judged against a composition; `because` tells of every module that it touches or leaves on purpose.

    `notes` say what was taken into account although the manifest does not say it.
    """

    delta: Delta
    after: Manifest
    because: Mapping[ModuleName, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Composition:
    """The modules as they are to be. Whoever changes them says why; `resolution` judges the whole."""

    def __init__(
        self, manifest: Manifest, catalog: Catalog, knowledge: Knowledge, *, platform_version: str | None
    ) -> None:
        self.manifest = manifest
        self.catalog = catalog
        self.knowledge = knowledge
        self.platform_version = platform_version
        self.entries = dict(manifest.modules)
        self.because: dict[ModuleName, str] = {}

    def remove(self, module: ModuleName) -> None:
        """Take a module out; what is not there stays away. Raises `Refused` where the platform requires it."""
        entry = self.entries.get(module)
        if entry is None:
            return
        if entry.required:
            rows = (Row(subject=module, want=Sentence("not installed"), have=Sentence("installed, required = true")),)
            message = Sentence("{module} is required by the platform and cannot be uninstalled.", module=module)
            raise Refused("ModuleRequired", message, rows=rows)
        del self.entries[module]
        self.because[module] = "requested"

    def put(self, entry: ModuleEntry, *, because: str) -> None:
        """Put a module in, or another entry in its place; a reason that was given before stays."""
        self.entries[entry.slug] = entry
        self.because.setdefault(entry.slug, because)

    def is_on(self, module: ModuleName) -> bool:
        """Whether a module is there and on for everybody: by default, or because the platform requires it."""
        entry = self.entries.get(module)
        return entry is not None and (entry.required or entry.default_enabled)

    def wants(self, entry: ModuleEntry) -> frozenset[ModuleName]:
        """What has to be there for a module as it stands: what it needs and, where it is on, what goes with it."""
        beside = self.knowledge.beside(entry) if entry.default_enabled else ()
        return frozenset((*self.knowledge.needs(entry), *beside))

    def resolution(self) -> Resolution:
        """The changed composition; raises `Refused` where it does not hold together."""
        demand_coherence(
            before=self.manifest.modules,
            after=self.entries,
            knowledge=self.knowledge,
            platform_version=self.platform_version,
        )
        after = replace(self.manifest, modules=self.entries, default_enabled=self._default_enabled())
        change = delta(self.manifest, after)
        because = {
            slug: why for slug, why in sorted(self.because.items()) if slug in change.modules or why.startswith("stays")
        }
        return Resolution(delta=change, after=after, because=because, notes=self._notes(change))

    def _default_enabled(self) -> tuple[ModuleName, ...]:
        """Those that stay keep their order; the rest come behind them."""
        kept = [slug for slug in self.manifest.default_enabled if slug in self.entries]
        kept = [slug for slug in kept if self.entries[slug].default_enabled]
        added = sorted(slug for slug, entry in self.entries.items() if entry.default_enabled and slug not in kept)
        return (*kept, *added)

    def _notes(self, change: Delta) -> tuple[str, ...]:
        """Where a row and its module's file disagree about what a touched module is part of."""
        return tuple(
            Sentence(
                "{module} depends on {needs} by its own file, which its row leaves out",
                module=slug,
                needs=tuple(unsaid),
            )
            for slug, entry in sorted(self.entries.items())
            if (unsaid := self.knowledge.unsaid(entry)) and not change.modules.isdisjoint((slug, *unsaid))
        )
