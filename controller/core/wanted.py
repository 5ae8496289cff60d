"""
The whole wanted map of modules, as a platform's own admin UI sends it, against what is installed and offered.

The map says for each module where it comes from. What the catalog does not offer from there is refused with a table: a
source that somebody only names in a request is nothing that a platform has agreed to compile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from codegen import Change, Install, ModuleEntry, ModuleName, Refused, Row, Uninstall, Upgrade

_OTHER_WORD = {"registry": "crates-io"}
"""The older word for the package index."""


@dataclass(frozen=True)
class WantedModule:
    """Where a module is wanted from; what is `None` is left open."""

    source: str | None = None
    crate: str | None = None
    version: str | None = None
    git: str | None = None
    rev: str | None = None
    path: str | None = None

    def differences(self, offer: Offer) -> tuple[tuple[str, str, str], ...]:
        """Every key that an offer has otherwise: its name, what is wanted, what is there."""
        return tuple(
            (key, wanted, found)
            for key, wanted in self._said()
            if wanted != (found := offer.version if key == "version" else getattr(offer.entry, key) or "")
        )

    def _said(self) -> Iterator[tuple[str, str]]:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None:
                yield field.name, _OTHER_WORD.get(value, value) if field.name == "source" else value


@dataclass(frozen=True)
class Offer:
    """An entry of the manifest or the catalog, with the version that the module itself says where it does."""

    entry: ModuleEntry
    version: str


@dataclass(frozen=True)
class Supply:
    """What there is of a module: installed, and to be had."""

    installed: Offer | None = None
    offers: tuple[Offer, ...] = ()


def changes_to(wanted: Mapping[ModuleName, WantedModule], supply: Mapping[ModuleName, Supply]) -> tuple[Change, ...]:
    """
    The changes that lead from what is installed to the wanted map, by name; none where it is so already.

    Raises `Refused` (`SourcesDisagree`) with a row for each key that nothing on offer has so.
    """
    changes: list[Change] = []
    rows: list[Row] = []
    for name in sorted({*wanted, *(name for name, found in supply.items() if found.installed is not None)}):
        if name not in wanted:
            changes.append(Uninstall(name))
            continue
        found = _change(name, wanted[name], supply.get(name, Supply()))
        changes += [found] if found is not None and not isinstance(found, tuple) else []
        rows += found if isinstance(found, tuple) else ()
    if rows:
        message = "the wanted sources are not those of the catalog"
        raise Refused("SourcesDisagree", message, rows=tuple(rows), hint="change .modwright/catalog.yaml first")
    return tuple(changes)


def _change(name: ModuleName, wanted: WantedModule, there: Supply) -> Change | tuple[Row, ...] | None:
    """The change of one module, `None` where it is as wanted; rows where it cannot be had so."""
    if there.installed is not None and not wanted.differences(there.installed):
        return None
    offer = next((offer for offer in there.offers if not wanted.differences(offer)), None)
    if offer is None:
        return _rows(name, wanted, there)
    if there.installed is None:
        return Install(name, wanted.version)
    return Upgrade(name, offer.version)


def _rows(name: ModuleName, wanted: WantedModule, there: Supply) -> tuple[Row, ...]:
    """Against the offer that is nearest to what is wanted."""
    known = (*there.offers, *((there.installed,) if there.installed is not None else ()))
    if not known:
        return (Row(subject=name, want="in the catalog", have="not there"),)
    nearest = min((wanted.differences(offer) for offer in known), key=len)
    return tuple(Row(subject=f"{name}.{key}", want=want, have=have or "nothing") for key, want, have in nearest)
