"""Whether the interfaces that a manifest asks for can be built: addresses where one stands alone, storefronts each once."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.errors import shown
from codegen.lint.note import Note
from codegen.lint.tables import Path, Walk

# The stack whose storefront is never compiled into the server.
_ALWAYS_ALONE = "next"


def build_notes(walk: Walk) -> Iterator[Note]:
    """Every note about `[build]` as a whole."""
    admin: Path = ("build", "admin")
    if walk.data("build", "server", "embed_admin") is not True and walk.data(*admin, "stack"):
        yield from _alone(walk, admin)
    seen: dict[object, Path] = {}
    for storefront in (path for path in walk.tables if path[:2] == ("build", "storefront") and len(path) == 3):
        is_embedded = walk.data("build", "server", "embed_storefront") is True
        if not is_embedded or walk.data(*storefront, "stack") == _ALWAYS_ALONE:
            yield from _alone(walk, storefront)
        identity = walk.data(*storefront, "id")
        if isinstance(identity, str) and seen.setdefault(identity, storefront) is not storefront:
            offset = walk.values[*storefront, "id"].offset
            yield Note(
                offset=offset,
                key="build.storefront.id",
                problem="stands twice",
                found=shown(identity),
                hint="name each storefront once",
            )


def _alone(walk: Walk, path: Path) -> Iterator[Note]:
    """An interface that is not compiled into the server has an address, and one to come back to after a login."""
    name = ".".join(part for part in path if isinstance(part, str))
    for key, example in (
        ("public_url", '"https://example.org"'),
        ("redirect_uris", '["https://example.org/callback"]'),
    ):
        if not walk.data(*path, key):
            place = walk.values.get((*path, key))
            yield Note(
                offset=place.offset if place else walk.tables[path],
                key=f"{name}.{key}",
                problem="missing: this interface is not compiled into the server",
                hint=f"add {key} = {example}, or embed it in [build.server]",
            )
