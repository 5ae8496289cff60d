"""Which offers go together: the choice among several versions and places of the modules that a change brings in.

The search is `resolvelib`'s, which also pip resolves with. A module has two faces to it, much as a package and its extra:
to be there, and to be on by default, which asks the same of what the module needs. What excludes a module is a wish that
it be absent. Installed modules do not move unless they are asked to, so they are no part of the search but its bounds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from resolvelib import AbstractProvider, BaseReporter, ResolutionError, ResolutionTooDeep, Resolver

from codegen.manifest.model import ModuleEntry
from codegen.names import ModuleName
from codegen.resolution.composition import Composition
from codegen.resolution.graph import cycle_through
from codegen.resolution.knowledge import Wishes, fits, preference
from codegen.resolution.request import Face, Wish

if TYPE_CHECKING:
    from resolvelib.structs import RequirementInformation

Key = tuple[ModuleName, Face]
Chosen = Mapping[ModuleName, ModuleEntry]
_MOST_ROUNDS = 5000
_MOST_SEARCHES = 40
# Questions of the search over one request and all that is tried instead of it: a platform of fifty modules asks some
# hundreds, and a catalog made to have no answer would ask for hours.
MOST_EFFORT = 4_000


@dataclass(frozen=True)
class Choice:
    """What a face of a module is settled to: an entry, or none where it is to be absent."""

    module: ModuleName
    face: Face
    entry: ModuleEntry | None


class Pool:
    """The offers of one resolution, in order of preference, and whether each fits what is installed and stays."""

    def __init__(
        self,
        composition: Composition,
        offers: Mapping[ModuleName, Sequence[ModuleEntry]],
        *,
        told: frozenset[ModuleName] = frozenset(),
    ) -> None:
        """`offers` are those of modules that do not come from the catalog as they stand there.

        Of `told` ones the request itself says whether they are on by default, and the catalog does not.
        """
        self.composition = composition
        self.told = told
        self.knowledge = composition.knowledge
        self._offers = {module: self._sorted(listed) for module, listed in offers.items()}
        self._fitting: dict[ModuleName, tuple[ModuleEntry, ...]] = {}
        self._excluded = {other for entry in self.fixed.values() for other in self.knowledge.excludes(entry)}

    @property
    def fixed(self) -> Mapping[ModuleName, ModuleEntry]:
        """The modules that are installed and stay as they are."""
        return self.composition.entries

    def offers(self, module: ModuleName) -> tuple[ModuleEntry, ...]:
        """Every offer of a module, the best first."""
        if module not in self._offers:
            listed = self.composition.catalog.offers(module)
            self._offers[module] = self._sorted(map(self.knowledge.installed_as, self._described(listed)))
        return self._offers[module]

    def fitting(self, module: ModuleName) -> tuple[ModuleEntry, ...]:
        """Those of them that fit what stays, and the platform."""
        if module not in self._fitting:
            self._fitting[module] = tuple(entry for entry in self.offers(module) if self._fits(entry))
        return self._fitting[module]

    def _described(self, listed: Sequence[ModuleEntry]) -> Iterable[ModuleEntry]:
        """Where at least one offer says what it is, the others are passed over; where none does, it is asked for."""
        described = [entry for entry in listed if entry.path or entry.entry_type or entry.runtime]
        for entry in () if described else listed[:1]:
            self.knowledge.demand_described(entry)
        return described or listed

    def _sorted(self, entries: Iterable[ModuleEntry]) -> tuple[ModuleEntry, ...]:
        """The highest version first; of equal ones the catalog's order. What is required is on anyway."""
        plain = [
            replace(entry, default_enabled=False) if entry.required or entry.slug in self.told else entry
            for entry in entries
        ]
        return tuple(sorted(plain, key=lambda entry: preference(self.knowledge.version(entry)), reverse=True))

    def _fits(self, entry: ModuleEntry) -> bool:
        version = self.knowledge.version(entry)
        return (
            entry.slug not in self._excluded
            and self.knowledge.excludes(entry).isdisjoint(self.fixed)
            and self.knowledge.fits_platform(entry, self.composition.platform_version)
            and self.suits_fixed(self.knowledge.wishes(entry))
            and all(fits(version, self._wished(other).get(entry.slug, ())) for other in self.fixed.values())
        )

    def _wished(self, entry: ModuleEntry) -> Wishes:
        return {**self.knowledge.wishes(entry), **(self.knowledge.beside(entry) if entry.default_enabled else {})}

    def suits_fixed(self, wishes: Wishes) -> bool:
        """Whether the installed ones among what is wished for have versions that fit."""
        return all(
            fits(self.knowledge.version(self.fixed[need]), wish) for need, wish in wishes.items() if need in self.fixed
        )


def choose(pool: Pool, wishes: Sequence[Wish]) -> Chosen | None:
    """The entries that a request comes to, new ones and installed ones turned on; nothing where no choice fits.

    The same for every order of `wishes`, and nothing in it that is neither wished for nor needed. Where the best choice
    goes in a circle, the next best without one of its members is looked for; where all do, it is the best.
    """
    first: Chosen | None = None
    waiting: deque[frozenset[ModuleEntry]] = deque([frozenset()])
    for _ in range(_MOST_SEARCHES):
        if not waiting:
            break
        spoilt = waiting.popleft()
        found = _search(pool, wishes, spoilt)
        circle = () if found is None else _circle(pool, found)
        if found is not None and not circle:
            return found
        first = first or found
        waiting.extend(spoilt | {_as_offered(pool, entry)} for entry in circle)
    return first


def _circle(pool: Pool, chosen: Chosen) -> tuple[ModuleEntry, ...]:
    """The chosen ones of a circle that the composition would have."""
    after = {**pool.fixed, **chosen}
    graph = {slug: pool.knowledge.needs(entry) for slug, entry in after.items()}
    circles = (cycle_through(graph, slug) for slug in sorted(chosen))
    circle = next(filter(None, circles), ())
    return tuple(chosen[slug] for slug in sorted(set(circle)) if slug in chosen)


def _as_offered(pool: Pool, entry: ModuleEntry) -> ModuleEntry:
    return next(
        (offer for offer in pool.fitting(entry.slug) if replace(offer, default_enabled=entry.default_enabled) == entry),
        entry,
    )


def _search(pool: Pool, wishes: Sequence[Wish], spoilt: frozenset[ModuleEntry]) -> Chosen | None:
    provider = _Faces(pool, frozenset(wish.module for wish in wishes), spoilt)
    reporter: BaseReporter[Wish, Choice, Key] = BaseReporter()
    ordered = sorted(wishes, key=lambda wish: (wish.module, wish.face, wish.absent, wish.version or ""))
    try:
        found = Resolver(provider, reporter).resolve(ordered, max_rounds=_MOST_ROUNDS).mapping
    except ResolutionError:
        return None
    there = {key: choice.entry for key, choice in found.items() if choice.entry is not None}
    is_on = {module for module, face in there if face == "on"}
    return {
        module: replace(entry, default_enabled=module in is_on and not entry.required)
        for (module, face), entry in there.items()
        if face == "there" or module in pool.fixed
    }


class _Faces(AbstractProvider[Wish, Choice, Key]):
    """What resolvelib asks, answered from a pool."""

    def __init__(self, pool: Pool, asked: frozenset[ModuleName], spoilt: frozenset[ModuleEntry]) -> None:
        self.pool = pool
        self.asked = asked
        self.spoilt = spoilt

    def identify(self, requirement_or_candidate: Wish | Choice) -> Key:
        return requirement_or_candidate.module, requirement_or_candidate.face

    def get_preference(
        self,
        identifier: Key,
        resolutions: Mapping[Key, Choice],
        candidates: Mapping[Key, Iterator[Choice]],
        information: Mapping[Key, Iterator[RequirementInformation[Wish, Choice]]],
        backtrack_causes: Sequence[RequirementInformation[Wish, Choice]],
    ) -> tuple[bool, int, Key]:
        """What was asked for is settled first, then what has the fewest ways, then by name."""
        return identifier[0] not in self.asked, len(self.pool.fitting(identifier[0])), identifier

    def find_matches(
        self,
        identifier: Key,
        requirements: Mapping[Key, Iterator[Wish]],
        incompatibilities: Mapping[Key, Iterator[Choice]],
    ) -> list[Choice]:
        self.pool.knowledge.effort += 1
        if self.pool.knowledge.effort > MOST_EFFORT:
            raise ResolutionTooDeep(self.pool.knowledge.effort)
        module, face = identifier
        wishes, spoilt = list(requirements[identifier]), set(incompatibilities[identifier])
        if any(wish.absent for wish in wishes):
            choices = [Choice(module, face, None)]
        elif module in self.pool.fixed:
            choices = [Choice(module, face, self.pool.fixed[module])]
        else:
            fitting = self.pool.fitting(module)
            choices = [Choice(module, face, entry) for entry in fitting if entry not in self.spoilt]
        return [
            choice
            for choice in choices
            if choice not in spoilt and all(self.is_satisfied_by(wish, choice) for wish in wishes)
        ]

    def is_satisfied_by(self, requirement: Wish, candidate: Choice) -> bool:
        entry = candidate.entry
        if entry is None or requirement.absent:
            return entry is None and requirement.absent
        version = self.pool.knowledge.version(entry)
        return (
            (requirement.entry is None or requirement.entry == entry)
            and (requirement.version is None or requirement.version == version)
            and fits(version, requirement.accepts)
        )

    def get_dependencies(self, candidate: Choice) -> list[Wish]:
        if candidate.entry is None:
            return []
        return list(self._there(candidate.entry) if candidate.face == "there" else self._on(candidate.entry))

    def _there(self, entry: ModuleEntry) -> Iterator[Wish]:
        fixed, knowledge = self.pool.fixed, self.pool.knowledge
        for need, accepts in knowledge.needs(entry).items():
            if need not in fixed:
                yield Wish(module=need, accepts=accepts)
        for other in sorted(knowledge.excludes(entry)):
            yield Wish(module=other, absent=True)
        if entry.default_enabled:
            yield Wish(module=entry.slug, face="on", entry=entry)

    def _on(self, entry: ModuleEntry) -> Iterator[Wish]:
        """Of the same offer, and on by default too: whatever it needs, and whatever goes with it."""
        if entry.slug not in self.pool.fixed:
            yield Wish(module=entry.slug, entry=entry)
        if entry.required:
            return
        beside = self.pool.knowledge.beside(entry)
        for need, accepts in {**self.pool.knowledge.needs(entry), **beside}.items():
            if not self.pool.composition.is_on(need) or not self.pool.suits_fixed({need: accepts}):
                yield Wish(module=need, face="on", accepts=accepts)
