"""One request, worked into one composition: removals first, then what moves or comes, then what is set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

from codegen.errors import Refused, Row
from codegen.manifest.model import ModuleEntry
from codegen.names import ModuleName
from codegen.resolution.composition import Composition, Resolution
from codegen.resolution.request import Request, Wish
from codegen.sentences import Sentence

# What an upgrade takes from an offer; the rest of a row is the platform's own choice.
_MOVED = ("crate", "source", "path", "git", "rev", "version", "depends_on", "conflicts_with", "entry_type")
_MOVED_TEXT = ("dependency_version_reqs", "rustok_min_version", "rustok_max_version")


def resolution_of(composition: Composition, request: Request) -> Resolution:
    """What the request comes to; raises `Refused`."""
    return _Resolving(composition, request).resolution()


class _Resolving:
    """The steps of one resolution, over the entries of a composition."""

    def __init__(self, composition: Composition, request: Request) -> None:
        self.composition = composition
        self.knowledge = composition.knowledge
        self.entries = composition.entries
        self.request = request
        self.offers: dict[ModuleName, Sequence[ModuleEntry]] = dict.fromkeys(request.gone, ())

    def resolution(self) -> Resolution:
        for module in self.request.gone:
            self.composition.remove(module)
        for module in self.request.altered:
            self._demand_there(module)
        self._judge_defaults()
        wishes = [
            *self._wishes(),
            *(Wish(module=m, face="on", absent=not on) for m, on in self.request.defaults.items()),
        ]
        for module, version in self.request.upgrades.items():
            if self._opens(module, version):
                wishes.append(Wish(module=module, version=version))
        if any(not wish.absent for wish in wishes):
            self._say_why(self._chosen(wishes))
        for module, features in self.request.features.items():
            self.composition.put(replace(self.entries[module], features=features), because="requested")
        return self.composition.resolution()

    def _demand_there(self, module: ModuleName) -> None:
        if module not in self.entries:
            rows = (Row(subject=module, want=Sentence("installed"), have=Sentence("not installed"), chain=(module,)),)
            raise Refused(
                "NotInstalled",
                Sentence("{module} is not installed.", module=module),
                rows=rows,
                hint=Sentence("install {module}", module=module),
            )

    def _judge_defaults(self) -> None:
        """What is to be off goes off before anything is chosen; what is required is on whatever anybody says."""
        for module, enabled in self.request.defaults.items():
            entry = self.entries.get(module)
            if entry is not None and entry.required:
                want = f"default_enabled = {enabled}"
                rows = (Row(subject=module, want=want, have=Sentence("required = true, always on"), chain=(module,)),)
                raise Refused(
                    "ModuleRequired", Sentence("{module} is required and always on.", module=module), rows=rows
                )
            if entry is not None and not enabled:
                self.composition.put(replace(entry, default_enabled=False), because="requested")

    def _wishes(self) -> Iterator[Wish]:
        """What the installs ask for, where it is not there already."""
        for module, version in self.request.installs.items():
            entry = self.entries.get(module)
            if entry is None:
                yield Wish(module=module, version=version)
            elif version not in (None, have := self.knowledge.version(entry)) and module not in self.request.upgrades:
                self._refuse_version(module, want=str(version), have=have)

    def _opens(self, module: ModuleName, version: str) -> bool:
        """Let an installed module move: to what its folder has now, or to an offer of that version."""
        entry = self.entries.get(module)
        if entry is None:
            return False
        there = [offer for offer in self._sources(entry) if self.knowledge.version(offer) == version]
        if not there:
            self._refuse_version(module, want=version, have=self.knowledge.version(entry))
        self.offers[module] = there
        if entry not in there:
            del self.entries[module]
        return entry not in there

    def _sources(self, entry: ModuleEntry) -> list[ModuleEntry]:
        """Where an installed module may come from: its own place first, then the catalog's others of its kind."""
        offers = [self.knowledge.installed_as(offer) for offer in self.composition.catalog.offers(entry.slug)]
        offers.sort(key=lambda offer: offer.source != entry.source)
        sources = [_moved(entry, offer) for offer in offers if offer.path is None or offer.path != entry.path]
        if entry.path is None:
            return [entry, *sources]
        facts = self.knowledge.facts(entry)
        return [_with_needs(replace(entry, version=entry.version and facts.version), facts.depends_on), *sources]

    def _refuse_version(self, module: ModuleName, *, want: str, have: str) -> NoReturn:
        rows = (Row(subject=module, want=want, have=have or Sentence("no version is stated"), chain=(module,)),)
        hint = Sentence("ask for {have}, or bring {want} into the repository first", have=have, want=want)
        raise Refused(
            "VersionNotThere", Sentence("{module} {want} is not there.", module=module, want=want), rows=rows, hint=hint
        )

    def _chosen(self, wishes: Sequence[Wish]) -> Mapping[ModuleName, ModuleEntry]:
        """The entries that fit; raises `Refused`. The library of the search is loaded only where one is needed."""
        from codegen.resolution.choosing import Pool, choose
        from codegen.resolution.explain import refusal

        pool = Pool(self.composition, self.offers, told=frozenset(self.request.defaults))
        chosen = choose(pool, wishes)
        if chosen is None:
            raise refusal(pool, wishes, gone=self.request.gone)
        return chosen

    def _say_why(self, chosen: Mapping[ModuleName, ModuleEntry]) -> None:
        before = self.composition.manifest.modules
        self.entries.update(chosen)
        for module in sorted(chosen):
            is_asked = module in self.request.modules
            why = "requested" if is_asked else self._why(module, chosen, is_new=module not in before)
            self.composition.put(chosen[module], because=why)

    def _why(self, module: ModuleName, chosen: Mapping[ModuleName, ModuleEntry], *, is_new: bool) -> str:
        """The first that needs it or that it goes with, of those that were asked for before those that came along."""
        others = sorted((slug not in self.request.modules, slug) for slug in chosen if slug != module)
        for _, other in others:
            if module in self.knowledge.needs(chosen[other]):
                if is_new:
                    return Sentence("{module} needs it", module=other)
                return Sentence("{module} is on by default and needs it", module=other)
        beside = (other for _, other in others if module in self.knowledge.beside(chosen[other]))
        return Sentence("{module} goes with it", module=next(beside, Sentence("the request")))


def _moved(entry: ModuleEntry, offer: ModuleEntry) -> ModuleEntry:
    """An installed entry that comes from an offer's place now."""
    taken = {key: getattr(offer, key) for key in (*_MOVED, *_MOVED_TEXT)}
    return _with_needs(replace(entry, **{**taken, "depends_on": entry.depends_on}), offer.depends_on)


def _with_needs(entry: ModuleEntry, depends_on: tuple[ModuleName, ...]) -> ModuleEntry:
    """An entry with these needs; the same ones in another order are no change."""
    return entry if set(entry.depends_on) == set(depends_on) else replace(entry, depends_on=depends_on)
