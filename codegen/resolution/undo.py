"""What taking a change back would come to: told with a plan, so that people know before they merge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from codegen.catalog.listed import Catalog
from codegen.errors import Refused
from codegen.manifest.model import Manifest
from codegen.names import ModuleName
from codegen.resolution.delta import Delta
from codegen.resolution.knowledge import FactsOf
from codegen.resolution.resolve import resolve_delta


@dataclass(frozen=True, kw_only=True)
class Undo:
    """What would go, return or be set back; what would stay, and why. `refused` says why it cannot be done at all."""

    goes: tuple[ModuleName, ...] = ()
    returns: tuple[ModuleName, ...] = ()
    set_back: tuple[ModuleName, ...] = ()
    stays: Mapping[ModuleName, str] = field(default_factory=dict)
    refused: Refused | None = None


def undo_of(delta: Delta, manifest: Manifest, facts: FactsOf) -> Undo:
    """What taking `delta` back would come to on this manifest, be it the one right after the change or a later one."""
    try:
        resolution = resolve_delta(manifest, Catalog("the delta"), facts, delta.inverse())
    except Refused as refused:
        return Undo(refused=refused)
    found = resolution.delta
    stays = {slug: why for slug, why in resolution.because.items() if why.startswith("stays")}
    return Undo(
        goes=tuple(entry.slug for entry in found.removed),
        returns=tuple(entry.slug for entry in found.added),
        set_back=tuple(after.slug for _, after in found.changed),
        stays=stays,
    )
