"""What a change comes to: the modules it adds, removes or alters, and why each; or a refusal that says what is there.

A change is a set operation on today's composition. So the same request on another base may come to another delta, and a
revert is the inverse delta applied to whatever the manifest holds now, never a text put back.
"""

from __future__ import annotations

from collections.abc import Sequence

from codegen.catalog.listed import Catalog
from codegen.change import Change
from codegen.errors import BadName, Refused
from codegen.manifest.model import Manifest
from codegen.resolution.composition import Composition, Resolution
from codegen.resolution.delta import Delta
from codegen.resolution.knowledge import FactsOf, Knowledge
from codegen.resolution.request import read_request
from codegen.resolution.resolving import resolution_of
from codegen.resolution.restore import restore
from codegen.resolution.way_out import with_way_out

__all__ = ["Resolution", "resolve", "resolve_delta"]


def resolve(
    manifest: Manifest,
    catalog: Catalog,
    facts: FactsOf,
    changes: Sequence[Change],
    *,
    platform_version: str | None = None,
) -> Resolution:
    """What the changes come to on this manifest; raises `Refused`. What is so already changes nothing.

    The order of the changes does not count. Where no platform version is given, nothing is judged by it. A refusal has
    the table of what is wanted and what is there and, where one was found, the nearest request that could be made.
    """
    knowledge = Knowledge(facts)

    def attempt(request: Sequence[Change]) -> Resolution:
        composition = Composition(manifest, catalog, knowledge, platform_version=platform_version)
        return resolution_of(composition, read_request(request))

    try:
        return attempt(changes)
    except BadName:
        raise
    except Refused as refused:
        composition = Composition(manifest, catalog, knowledge, platform_version=platform_version)
        raise with_way_out(refused, changes, attempt=attempt, composition=composition) from None


def resolve_delta(
    manifest: Manifest,
    catalog: Catalog,
    facts: FactsOf,
    wanted: Delta,
    *,
    platform_version: str | None = None,
) -> Resolution:
    """A delta applied to a manifest that may have moved on; raises `Refused` where it no longer fits.

    Of the modules to remove, those that came along (another of them needs them) stay while anything else needs them.
    """
    return restore(Composition(manifest, catalog, Knowledge(facts), platform_version=platform_version), wanted)
