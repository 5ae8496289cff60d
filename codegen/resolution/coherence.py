"""Whether a composition holds together: everything needed is there in a version that fits, nothing conflicts.

Judged only around what a change touches: a composition that was incoherent before does not stop an unrelated change.
Everything that does not fit is said at once, each with the chain of modules that leads to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from codegen.errors import Refused, Row
from codegen.manifest.model import ModuleEntry
from codegen.names import ModuleName
from codegen.resolution.graph import Chain, Graph, chains, cycle_through, reversed_graph
from codegen.resolution.knowledge import Knowledge, Wishes, fits, is_within
from codegen.sentences import Sentence

Entries = Mapping[ModuleName, ModuleEntry]

NO_VERSION = Sentence("no version is stated")
LEAVES = Sentence("would be uninstalled")
_MOST_ROWS = 60


def demand_coherence(
    *, before: Entries, after: Entries, knowledge: Knowledge, platform_version: str | None = None
) -> None:
    """Raise `Refused` where the change from `before` to `after` leaves something that does not hold together."""
    touched = frozenset(slug for slug in {*before, *after} if before.get(slug) != after.get(slug))
    if not touched:
        return
    found = _Judge(before, after, touched, knowledge, platform_version).all_rows()
    if found:
        reason, first = found[0]
        subjects = sorted({row.subject for kind, row in found if kind == reason})
        listed = ", ".join(subjects[:10]) + ("…" if len(subjects) > 10 else "")
        message, hint = _told(reason, listed, first)
        raise Refused(reason, message, rows=tuple(row for _, row in found[:_MOST_ROWS]), hint=hint)


@dataclass(frozen=True)
class _Judge:
    """One judgement; every method yields (reason, row) for what it finds wrong."""

    before: Entries
    after: Entries
    touched: frozenset[ModuleName]
    knowledge: Knowledge
    platform_version: str | None

    def all_rows(self) -> list[tuple[str, Row]]:
        found = [
            *self._absent(),
            *self._versions(),
            *self._conflicts(),
            *self._platform(),
            *self._off(),
            *self._cycles(),
        ]
        return list(dict.fromkeys(found))

    @cached_property
    def needs(self) -> Graph:
        return {slug: self.knowledge.needs(entry) for slug, entry in self.after.items()}

    @cached_property
    def ways(self) -> Mapping[ModuleName, Chain]:
        """How each module is reached from one that was asked for: from what is new, or was changed, and nobody new needs."""
        fresh = [slug for slug in self.touched if slug in self.after]
        needed = {need for slug in fresh for need in self.needs[slug]}
        return chains(self.needs, [slug for slug in fresh if slug not in needed] or fresh)

    @cached_property
    def _near(self) -> list[tuple[ModuleName, ModuleEntry]]:
        """The modules that the change may have broken: those that it touches, and those that need such a one."""
        return [
            (slug, entry)
            for slug, entry in sorted(self.after.items())
            if slug in self.touched or not self.touched.isdisjoint(self._looked_at(entry))
        ]

    def _looked_at(self, entry: ModuleEntry) -> Iterator[ModuleName]:
        yield from self.knowledge.looked_at(entry)
        yield from self._beside(entry)

    def _beside(self, entry: ModuleEntry) -> Wishes:
        return self.knowledge.beside(entry) if entry.default_enabled else {}

    def _chain(self, slug: ModuleName, need: ModuleName) -> Chain:
        return (*self.ways.get(slug, (slug,)), need)

    def _absent(self) -> Iterator[tuple[str, Row]]:
        wanted = [(slug, {*self.knowledge.needs(entry), *self._beside(entry)}) for slug, entry in self._near]
        missing = [(slug, need) for slug, needs in wanted for need in sorted(needs - self.after.keys())]
        for gone in sorted({need for _, need in missing if need in self.before}):
            yield from self._left_behind(gone)
        for slug, need in missing:
            if need not in self.before:
                chain = self._chain(slug, need)
                want = Sentence("installed (needed by {chain})", chain=_way(chain))
                yield "NeedsNotMet", Row(subject=need, want=want, have=Sentence("not installed"), chain=chain)

    def _left_behind(self, gone: ModuleName) -> Iterator[tuple[str, Row]]:
        """One row for everything that would miss a module, near or far."""
        graph = {slug: (*self.needs[slug], *self._beside(entry)) for slug, entry in self.after.items()}
        for slug, chain in chains(reversed_graph(graph), [gone]).items():
            if slug != gone:
                way = tuple(reversed(chain))
                want = Sentence("installed (needed by {chain})", chain=_way(way))
                yield "ModuleNeeded", Row(subject=gone, want=want, have=LEAVES, chain=way)

    def _versions(self) -> Iterator[tuple[str, Row]]:
        for slug, entry in self._near:
            wished = [*self.knowledge.wishes(entry).items(), *self._beside(entry).items()]
            for need, wishes in sorted(wished, key=lambda pair: pair[0]):
                if need not in self.after or fits(have := self.knowledge.version(self.after[need]), wishes):
                    continue
                chain = self._chain(slug, need)
                for wish in (each for each in wishes if not fits(have, (each,))):
                    want = Sentence("{text} (needed by {chain})", text=wish.text, chain=_way(chain))
                    yield "NeedsNotMet", Row(subject=need, want=want, have=have or NO_VERSION, chain=chain)

    def _conflicts(self) -> Iterator[tuple[str, Row]]:
        for slug, entry in sorted(self.after.items()):
            for other in sorted(self.knowledge.excludes(entry)):
                if other in self.after and other != slug and (slug in self.touched or other in self.touched):
                    chain = self._chain(slug, other)
                    want = Sentence("not installed (conflicts with {chain})", chain=_way(chain))
                    have = Sentence("installed") if other in self.before else Sentence("would be installed")
                    yield "Conflict", Row(subject=other, want=want, have=have, chain=chain)

    def _platform(self) -> Iterator[tuple[str, Row]]:
        version = self.platform_version
        for slug in sorted(self.touched & self.after.keys()) if version else ():
            for word, bound in self.knowledge.bounds(self.after[slug]):
                if version is not None and not is_within(word, bound, version):
                    want, chain = (
                        Sentence("a platform {word} {bound}", word=word, bound=bound),
                        ("platform", *self.ways.get(slug, (slug,))),
                    )
                    yield (
                        "PlatformNotSupported",
                        Row(subject=slug, want=want, have=Sentence("platform {version}", version=version), chain=chain),
                    )

    def _off(self) -> Iterator[tuple[str, Row]]:
        """What is on by default needs whatever it depends on, and whatever goes with it, to be on as well."""
        for slug, entry in self._near:
            if not entry.default_enabled:
                continue
            for need in sorted({*self.knowledge.needs(entry), *self._beside(entry)} & self.after.keys()):
                if not self.after[need].required and not self.after[need].default_enabled:
                    want = Sentence("on by default ({module} is, and needs it)", module=slug)
                    yield (
                        "NotOnByDefault",
                        Row(subject=need, want=want, have=Sentence("off by default"), chain=(slug, need)),
                    )

    def _cycles(self) -> Iterator[tuple[str, Row]]:
        seen: set[ModuleName] = set()
        for slug in sorted(self.touched & self.after.keys()):
            cycle = () if slug in seen else cycle_through(self.needs, slug)
            seen.update(cycle)
            if cycle:
                yield (
                    "DependencyCycle",
                    Row(subject=slug, want=Sentence("no cycle"), have=" → ".join(cycle), chain=cycle),
                )


def _way(chain: Chain) -> str:
    """A chain without its last, the nearest first: who needs it, and for whom."""
    return for_each_other(tuple(reversed(chain[:-1])))


def for_each_other(chain: tuple[str, ...]) -> str:
    """Who needs something, for whom, and so on."""
    if not chain[1:]:
        return chain[0] if chain else ""
    return Sentence("{one} for {other}", one=chain[0], other=for_each_other(chain[1:]))


def _told(reason: str, listed: str, first: Row) -> tuple[str, str]:
    """The message and the hint of a refusal."""
    match reason:
        case "Conflict":
            pair = {"one": first.chain[-2], "other": first.subject}
            return (
                Sentence("{one} and {other} cannot be in one composition.", **pair),
                Sentence("uninstall {one} or {other} in the same request", **pair),
            )
        case "PlatformNotSupported":
            message = Sentence("The platform's version does not fit: {listed}.", listed=listed)
            return message, Sentence("take another version of the module")
        case "NotOnByDefault":
            message = Sentence("What is on by default needs what is not: {listed}.", listed=listed)
            return message, Sentence("turn both on, or both off")
        case "DependencyCycle":
            return Sentence("The modules would depend on each other in a circle."), ""
        case _:
            message = Sentence("What other modules need would not be there: {listed}.", listed=listed)
            return message, Sentence("change the modules that need it in the same request")
