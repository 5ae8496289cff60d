"""What a change comes to: the delta between two manifests."""

from __future__ import annotations

from dataclasses import dataclass

from codegen.manifest.model import Manifest, ModuleEntry, canonical_json
from codegen.names import ModuleName


@dataclass(frozen=True)
class Delta:
    """What differs between two compositions, as sets of entries sorted by slug; text and order do not count."""

    added: tuple[ModuleEntry, ...] = ()
    removed: tuple[ModuleEntry, ...] = ()
    changed: tuple[tuple[ModuleEntry, ModuleEntry], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed)

    @property
    def modules(self) -> frozenset[ModuleName]:
        """Every module that this delta touches."""
        changed = (after for _, after in self.changed)
        return frozenset(entry.slug for entry in (*self.added, *self.removed, *changed))

    def inverse(self) -> Delta:
        """The delta that takes this one back."""
        return Delta(
            added=self.removed, removed=self.added, changed=tuple((after, before) for before, after in self.changed)
        )

    def canonical_json(self) -> str:
        """The delta as one line of JSON, the same bytes for the same delta: what a fingerprint is made of."""
        return canonical_json(
            {
                "added": [entry.facts() for entry in self.added],
                "removed": [entry.facts() for entry in self.removed],
                "changed": [{"from": before.facts(), "to": after.facts()} for before, after in self.changed],
            }
        )


def delta(before: Manifest, after: Manifest) -> Delta:
    """What differs between two manifests, by module."""
    old, new = before.modules, after.modules
    return Delta(
        added=tuple(new[slug] for slug in sorted(new.keys() - old.keys())),
        removed=tuple(old[slug] for slug in sorted(old.keys() - new.keys())),
        changed=tuple((old[slug], new[slug]) for slug in sorted(old.keys() & new.keys()) if old[slug] != new[slug]),
    )
