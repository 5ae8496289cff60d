"""What modules need, exclude and are: from their own files where these are at hand, else as manifest and catalog say.

A manifest's row and the module's file may each say what the other leaves out, so what counts is both together. A module
whose folder is not in the repository cannot be asked, and its entry is all that is known of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from codegen.catalog.facts import ModuleFacts
from codegen.catalog.requirement import (
    Requirement,
    RequirementError,
    read_platform_bound,
    read_requirement,
    read_version,
)
from codegen.manifest.model import ModuleEntry
from codegen.names import ModuleName

FactsOf = Callable[[ModuleEntry], ModuleFacts]
"""What a module's own file says; raises `Refused` or `ManifestError` where there is none, or none that is valid."""

Wishes = Mapping[ModuleName, tuple[Requirement, ...]]
"""What is needed, and the requirements on its version that must all hold; none means any version."""


def stated_facts(entry: ModuleEntry) -> ModuleFacts:
    """What an entry itself states, as its module's file would: for one whose folder is not in the repository."""
    wishes = _stated_wishes(entry)
    return ModuleFacts(
        slug=entry.slug,
        version=entry.version or "",
        entry_type=entry.entry_type,
        dependencies=tuple((need, wish) for need in entry.depends_on for wish in (wishes.get(need) or (_ANY,))),
        conflicts=entry.conflicts_with,
        runtime=entry.runtime,
        rustok_min_version=entry.rustok_min_version,
        rustok_max_version=entry.rustok_max_version,
    )


class Knowledge:
    """Answers of one plan, each worked out once; `effort` counts what the search for a choice has asked."""

    def __init__(self, facts: FactsOf) -> None:
        self.effort = 0
        self._ask = facts
        self._facts: dict[ModuleEntry, ModuleFacts] = {}
        self._needs: dict[ModuleEntry, Wishes] = {}

    def facts(self, entry: ModuleEntry) -> ModuleFacts:
        """The module's own file, or what its entry states."""
        if entry not in self._facts:
            self._facts[entry] = stated_facts(entry) if entry.path is None else self._ask(entry)
        return self._facts[entry]

    def demand_described(self, entry: ModuleEntry) -> None:
        """Raise, as the platform's facts do, where neither a folder nor the entry says what a module is."""
        if entry.path is None and entry.entry_type is None and entry.runtime is None:
            self._facts[entry] = self._ask(entry)

    def version(self, entry: ModuleEntry) -> str:
        """The version that a module has: its folder's, else the pinned one; empty where nobody says."""
        return self.facts(entry).version if entry.path is not None else (entry.version or self.facts(entry).version)

    def needs(self, entry: ModuleEntry) -> Wishes:
        """What a module depends on by its row, its file or both, the row's first."""
        if entry not in self._needs:
            stated = _stated_wishes(entry)
            found = {need: stated.get(need, ()) for need in entry.depends_on}
            for need, wish in self.facts(entry).dependencies:
                found[need] = (*found.get(need, stated.get(need, ())), wish)
            self._needs[entry] = found
        return self._needs[entry]

    def wishes(self, entry: ModuleEntry) -> Wishes:
        """What is wished of others' versions where they are there, whether or not they are needed."""
        return {**_stated_wishes(entry), **self.needs(entry)}

    def looked_at(self, entry: ModuleEntry) -> Iterator[ModuleName]:
        """Whom `wishes` speaks of, some twice."""
        yield from entry.depends_on
        yield from (need for need, _ in entry.dependency_version_reqs)
        yield from (need for need, _ in self.facts(entry).dependencies)

    def beside(self, entry: ModuleEntry) -> Wishes:
        """What must be on by default where this module is: its co-requisites. Never an order, never a dependency."""
        return {need: (wish,) for need, wish in self.facts(entry).co_requisites}

    def excludes(self, entry: ModuleEntry) -> frozenset[ModuleName]:
        """What a module cannot stand beside, by its row or its file."""
        return frozenset((*entry.conflicts_with, *self.facts(entry).conflicts))

    def bounds(self, entry: ModuleEntry) -> tuple[tuple[str, str], ...]:
        """The lowest and highest platform versions that a module runs on, as (word, text); its file outweighs the row."""
        facts = self.facts(entry)
        lowest = facts.rustok_min_version or entry.rustok_min_version
        highest = facts.rustok_max_version or entry.rustok_max_version
        return tuple((word, text) for word, text in (("from", lowest), ("up to", highest)) if text)

    def fits_platform(self, entry: ModuleEntry, platform_version: str | None) -> bool:
        """Whether a module runs on this platform; a bound that nobody understands fits none."""
        return platform_version is None or all(
            is_within(word, text, platform_version) for word, text in self.bounds(entry)
        )

    def unsaid(self, entry: ModuleEntry) -> tuple[ModuleName, ...]:
        """The dependencies of a module's file that its row leaves out."""
        return tuple(need for need in self.facts(entry).depends_on if need not in entry.depends_on)

    def installed_as(self, entry: ModuleEntry) -> ModuleEntry:
        """An offer as a manifest's row has it: what its file depends on stands in the row too."""
        unsaid = self.unsaid(entry)
        return replace(entry, depends_on=(*entry.depends_on, *unsaid)) if unsaid else entry


def is_within(word: str, bound: str, version: str) -> bool:
    """Whether a platform's version is within one bound."""
    try:
        return read_platform_bound(bound, is_maximum=word == "up to").accepts(version)
    except RequirementError:
        return False


def fits(version: str, wishes: tuple[Requirement, ...]) -> bool:
    """Whether a version satisfies all; one that nobody says, or nobody understands, satisfies only no wish at all."""
    try:
        return all(wish.accepts(version) for wish in wishes) if version else all(not wish.terms for wish in wishes)
    except RequirementError:
        return False


def preference(version: str) -> tuple[object, ...]:
    """The key that sorts versions by preference: the highest release last, pre-releases and what is unsaid before."""
    try:
        found = read_version(version)
    except RequirementError:
        return (0,)
    return (2 if not found.pre else 1, found.order)


_ANY = read_requirement("*")


def _stated_wishes(entry: ModuleEntry) -> dict[ModuleName, tuple[Requirement, ...]]:
    """What the row says of versions; what is not understood was refused when the file was read, and fits nothing here."""
    found: dict[ModuleName, tuple[Requirement, ...]] = {}
    for need, text in entry.dependency_version_reqs:
        try:
            found[need] = (read_requirement(text),)
        except RequirementError:
            found[need] = (read_requirement("<0.0.0-0"),)
    return found
