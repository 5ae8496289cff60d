"""What a change comes to: the modules it adds, removes or alters, and why each; or a refusal that says what is there.

A change is a set operation on today's composition. So the same request on another base may come to another delta, and a
revert is the inverse delta applied to whatever the manifest holds now, never a text put back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from codegen.catalog import Catalog
from codegen.coherence import FactsOf, demand_coherence, version_of
from codegen.delta import Change, Delta, Install, SetDefaultEnabled, SetFeatures, Uninstall, Upgrade, delta
from codegen.errors import BadName, Refused, Row
from codegen.manifest import Manifest, ModuleEntry
from codegen.names import FEATURE, SLUG, VERSION, ModuleName


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """A change judged against a composition; `because` tells of every module that it touches or leaves on purpose."""

    delta: Delta
    after: Manifest
    because: Mapping[ModuleName, str] = field(default_factory=dict)


def resolve(manifest: Manifest, catalog: Catalog, facts: FactsOf, changes: Sequence[Change]) -> Resolution:
    """What the changes come to on this manifest; raises `Refused`. What is so already changes nothing."""
    work = _Work(manifest, catalog, facts)
    for change in changes:
        work.judge_names(change)
    for change in changes:
        if isinstance(change, Uninstall):
            work.uninstall(change.module)
    for change in changes:
        if isinstance(change, Install):
            work.install(change.module, version=change.version)
    for change in changes:
        if not isinstance(change, Install | Uninstall):
            work.alter(change)
    return work.resolution()


def resolve_delta(manifest: Manifest, catalog: Catalog, facts: FactsOf, wanted: Delta) -> Resolution:
    """A delta applied to a manifest that may have moved on; raises `Refused` where it no longer fits.

    Of the modules to remove, those that came along (another of them needs them) stay while anything else needs them.
    """
    work = _Work(manifest, catalog, facts)
    leaving = work.leaving(wanted.removed)
    for entry in wanted.removed:
        if entry.slug in leaving:
            work.uninstall(entry.slug)
    for entry in wanted.added:
        work.put_back(entry)
    for before, after in wanted.changed:
        work.merge(before, after)
    return work.resolution()


class _Work:
    """A composition being changed; ends in `resolution`, which judges the whole."""

    def __init__(self, manifest: Manifest, catalog: Catalog, facts: FactsOf) -> None:
        self.manifest = manifest
        self.catalog = catalog
        self.facts = facts
        self.entries = dict(manifest.modules)
        self.because: dict[ModuleName, str] = {}

    def judge_names(self, change: Change) -> None:
        wanted = [(change.module, SLUG)]
        wanted += [(change.version, VERSION)] if isinstance(change, Install | Upgrade) and change.version else []  # type: ignore[list-item]
        wanted += [(feature, FEATURE) for feature in change.features] if isinstance(change, SetFeatures) else []  # type: ignore[misc]
        for text, grammar in wanted:
            if not grammar.accepts(text):
                raise BadName(found=str(text), allowed=grammar.allowed)

    def install(self, module: ModuleName, *, version: str | None) -> None:
        if module not in self.entries:
            self._add(module, because="requested", needed_by="the request")
        if version is not None:
            self._demand_version(module, version)

    def uninstall(self, module: ModuleName) -> None:
        entry = self.entries.get(module)
        if entry is None:
            return
        if entry.required:
            rows = (Row(subject=module, want="not installed", have="installed, required = true"),)
            raise Refused(
                "ModuleRequired", f"{module} is required by the platform and cannot be uninstalled.", rows=rows
            )
        del self.entries[module]
        self.because[module] = "requested"

    def alter(self, change: Change) -> None:
        entry = self.entries.get(change.module)
        if entry is None:
            rows = (Row(subject=change.module, want="installed", have="not installed"),)
            raise Refused(
                "NotInstalled", f"{change.module} is not installed.", rows=rows, hint=f"install {change.module}"
            )
        self.because[change.module] = "requested"
        if isinstance(change, Upgrade):
            self._upgrade(entry, change.version)
        elif isinstance(change, SetFeatures):
            self.entries[change.module] = replace(entry, features=tuple(sorted(set(change.features))))
        elif isinstance(change, SetDefaultEnabled):
            self._set_default_enabled(entry, enabled=change.enabled)

    def leaving(self, removed: Sequence[ModuleEntry]) -> set[ModuleName]:
        """Which of a delta's modules go: all but those that came along and that something staying needs."""
        leaving = {entry.slug for entry in removed if entry.slug in self.entries}
        came_along = {need for entry in removed for need in self._needs(entry)} & leaving
        while kept := {slug: by for slug in came_along & leaving if (by := self._needed_by(slug, without=leaving))}:
            leaving -= kept.keys()
            self.because |= {slug: f"stays: {', '.join(by)} needs it" for slug, by in kept.items()}
        return leaving

    def put_back(self, entry: ModuleEntry) -> None:
        present = self.entries.setdefault(entry.slug, entry)
        self.because[entry.slug] = "requested"
        if present != entry:
            self._refuse_moved(entry.slug, want=entry, have=present)

    def merge(self, before: ModuleEntry, after: ModuleEntry) -> None:
        today = self.entries.get(after.slug)
        if today is None:
            rows = (Row(subject=after.slug, want="installed", have="not installed"),)
            raise Refused("NotInstalled", f"{after.slug} is not installed any more.", rows=rows)
        moved = {key: getattr(after, key) for key in _FIELDS if getattr(before, key) != getattr(after, key)}
        for key, value in moved.items():
            if getattr(today, key) not in (value, getattr(before, key)):
                self._refuse_moved(after.slug, want=before, have=today)
        self.entries[after.slug] = replace(today, **moved)
        self.because[after.slug] = "requested"

    def resolution(self) -> Resolution:
        demand_coherence(before=self.manifest.modules, after=self.entries, facts=self.facts)
        after = replace(self.manifest, modules=self.entries, default_enabled=self._default_enabled())
        change = delta(self.manifest, after)
        because = {slug: why for slug, why in sorted(self.because.items()) if slug in change.modules or "stays" in why}
        return Resolution(delta=change, after=after, because=because)

    def _add(self, module: ModuleName, *, because: str, needed_by: str) -> None:
        offered = self.catalog.modules.get(module)
        if offered is None:
            rows = (Row(subject=module, want=f"in {self.catalog.path} (for {needed_by})", have="not in the catalog"),)
            hint = f"offered: {', '.join(sorted(self.catalog.modules)[:20])}"
            raise Refused("NotInCatalog", f"{module} is not in the catalog.", rows=rows, hint=hint)
        facts = self.facts(offered)
        self.entries[module] = replace(offered, depends_on=facts.depends_on)
        self.because[module] = because
        for need, why in [
            *((n, "needs") for n, _ in facts.dependencies),
            *((n, "goes with") for n, _ in facts.co_requisites),
        ]:
            if need not in self.entries:
                self._add(need, because=f"{module} {why} it", needed_by=module)

    def _demand_version(self, module: ModuleName, version: str) -> None:
        have = version_of(self.entries[module], self.facts)
        if have != version:
            rows = (Row(subject=module, want=version, have=have),)
            hint = f"ask for {have}, or bring {version} into the repository first"
            raise Refused("VersionNotThere", f"{module} {version} is not there.", rows=rows, hint=hint)

    def _upgrade(self, entry: ModuleEntry, version: str) -> None:
        """A path module's version is that of its folder; any other source takes the catalog's pin of that version."""
        offered = self.catalog.modules.get(entry.slug, entry)
        if entry.source != "path" and offered.source == entry.source:
            moved = {key: getattr(offered, key) for key in ("git", "rev", "version")}
            self.entries[entry.slug] = replace(entry, **moved)
        self._demand_version(entry.slug, version)

    def _set_default_enabled(self, entry: ModuleEntry, *, enabled: bool) -> None:
        if entry.required:
            rows = (Row(subject=entry.slug, want=f"default_enabled = {enabled}", have="required = true, always on"),)
            raise Refused("ModuleRequired", f"{entry.slug} is required and always on.", rows=rows)
        self.entries[entry.slug] = replace(entry, default_enabled=enabled)

    def _needs(self, entry: ModuleEntry) -> set[ModuleName]:
        return {*entry.depends_on, *(name for name, _ in self.facts(entry).co_requisites)}

    def _needed_by(self, module: ModuleName, *, without: Iterable[ModuleName]) -> list[ModuleName]:
        gone = set(without)
        return [slug for slug, entry in self.entries.items() if slug not in gone and module in entry.depends_on]

    def _default_enabled(self) -> tuple[ModuleName, ...]:
        kept = [
            slug
            for slug in self.manifest.default_enabled
            if slug in self.entries and self.entries[slug].default_enabled
        ]
        added = [slug for slug, entry in self.entries.items() if entry.default_enabled and slug not in kept]
        return (*kept, *added)

    def _refuse_moved(self, module: ModuleName, *, want: ModuleEntry, have: ModuleEntry) -> None:
        rows = tuple(
            Row(subject=f"{module}.{key}", want=str(getattr(want, key)), have=str(getattr(have, key)))
            for key in _FIELDS
            if getattr(want, key) != getattr(have, key)
        )
        raise Refused("ChangedSince", f"{module} was changed since.", rows=rows, hint="revert the later change first")


_FIELDS = (
    "crate",
    "source",
    "path",
    "git",
    "rev",
    "version",
    "required",
    "depends_on",
    "features",
    "runtime",
    "default_enabled",
)
