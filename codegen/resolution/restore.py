"""A delta worked into a composition that may have moved on since: what a revert comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import NoReturn

from codegen.errors import Refused, Row
from codegen.manifest.model import ModuleEntry
from codegen.names import ModuleName
from codegen.resolution.composition import Composition, Resolution
from codegen.resolution.delta import Delta
from codegen.sentences import Sentence

_FIELDS = tuple(each.name for each in fields(ModuleEntry) if each.name != "slug")


def restore(composition: Composition, wanted: Delta) -> Resolution:
    """The delta applied; raises `Refused` where it no longer fits.

    Of the modules to remove, those that came along (another of them needs them) stay while anything else needs them. So
    do those that are to go off by default and were turned on for another.
    """
    work = _Restoring(composition)
    leaving = work.leaving(wanted.removed)
    for entry in wanted.removed:
        if entry.slug in leaving:
            composition.remove(entry.slug)
    for entry in wanted.added:
        work.put_back(entry)
    for before, after in wanted.changed:
        work.merge(before, after)
    work.keep_on(wanted)
    return composition.resolution()


class _Restoring:
    """The steps of one restoration, over the entries of a composition."""

    def __init__(self, composition: Composition) -> None:
        self.composition = composition
        self.entries = composition.entries

    def leaving(self, removed: Sequence[ModuleEntry]) -> set[ModuleName]:
        """Which of a delta's modules go: all but those that came along and that something staying needs."""
        leaving = {entry.slug for entry in removed if entry.slug in self.entries}
        came_along = {need for entry in removed for need in self.composition.wants(entry)} & leaving
        while kept := {slug: by for slug in came_along & leaving if (by := self._wanted_by(slug, without=leaving))}:
            leaving -= kept.keys()
            self.composition.because |= {
                slug: Sentence("stays: {modules} needs it", modules=tuple(by)) for slug, by in sorted(kept.items())
            }
        return leaving

    def put_back(self, entry: ModuleEntry) -> None:
        present = self.entries.setdefault(entry.slug, entry)
        self.composition.because[entry.slug] = "requested"
        if present != entry:
            _refuse_moved(entry.slug, want=entry, have=present)

    def merge(self, before: ModuleEntry, after: ModuleEntry) -> None:
        today = self.entries.get(after.slug)
        if today is None:
            rows = (
                Row(
                    subject=after.slug, want=Sentence("installed"), have=Sentence("not installed"), chain=(after.slug,)
                ),
            )
            raise Refused("NotInstalled", Sentence("{module} is not installed any more.", module=after.slug), rows=rows)
        moved = {key: getattr(after, key) for key in _FIELDS if getattr(before, key) != getattr(after, key)}
        for key, value in moved.items():
            if getattr(today, key) not in (value, getattr(before, key)):
                _refuse_moved(after.slug, want=before, have=today)
        self.entries[after.slug] = replace(today, **moved)
        self.composition.because[after.slug] = "requested"

    def keep_on(self, wanted: Delta) -> None:
        """What was turned on for another stays on while anything else that is on needs it."""
        turned_off = {a.slug for b, a in wanted.changed if b.default_enabled and not a.default_enabled}
        gone_off = [*wanted.removed, *(before for before, after in wanted.changed if after.slug in turned_off)]
        came_along = {need for entry in gone_off for need in self.composition.wants(entry)} & turned_off
        on = {slug: entry for slug, entry in self.entries.items() if entry.default_enabled}
        while kept := {slug: by for slug in came_along - on.keys() if (by := self._wanting(slug, on))}:
            for slug, by in sorted(kept.items()):
                on[slug] = self.entries[slug] = replace(self.entries[slug], default_enabled=True)
                self.composition.because[slug] = Sentence("stays on: {modules} needs it", modules=tuple(by))

    def _wanted_by(self, module: ModuleName, *, without: Iterable[ModuleName]) -> list[ModuleName]:
        gone = set(without)
        return self._wanting(module, {slug: entry for slug, entry in self.entries.items() if slug not in gone})

    def _wanting(self, module: ModuleName, entries: Mapping[ModuleName, ModuleEntry]) -> list[ModuleName]:
        return sorted(slug for slug, entry in entries.items() if module in self.composition.wants(entry))


def _refuse_moved(module: ModuleName, *, want: ModuleEntry, have: ModuleEntry) -> NoReturn:
    rows = tuple(
        Row(subject=f"{module}.{key}", want=_said(want, key), have=_said(have, key), chain=(module,))
        for key in _FIELDS
        if getattr(want, key) != getattr(have, key)
    )
    raise Refused(
        "ChangedSince",
        Sentence("{module} was changed since.", module=module),
        rows=rows,
        hint=Sentence("revert the later change first"),
    )


def _said(entry: ModuleEntry, key: str) -> str:
    value = getattr(entry, key)
    return ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)
