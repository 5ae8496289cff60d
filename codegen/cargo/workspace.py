"""Which packages a change makes Cargo compile again, as far as `Cargo.lock` can tell.

Feature resolution is not modelled: a lock lists every dependency that some feature, target or test may need, so what is
told here is an upper bound. A build can need less than that; it needs nothing outside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from codegen.cargo.lock_text import Lock, LockedPackage, read_lock
from codegen.errors import Finding, ManifestError, shown

Numbers = Mapping[int, tuple[int, ...]]
"""Edges between packages by their numbers, which are their places in the lock."""


@dataclass(frozen=True, kw_only=True)
class Rebuild:
    """The packages that have to be compiled again, each after what it needs, of so many that the host is built from.

    `crates` are written as the new lock's lists would write them, so a name with several versions has its version;
    `members` are those of them that belong to the repository.
    """

    crates: tuple[str, ...]
    members: tuple[str, ...]
    of: int


class Graph:
    """Who depends on whom in a lock; packages are numbers, so that thousands of them are walked in milliseconds."""

    def __init__(self, lock: Lock) -> None:
        self.lock = lock
        self._numbers = {id(package): number for number, package in enumerate(lock.packages)}

    @cached_property
    def needs(self) -> Numbers:
        """What each package lists; raises `ManifestError` where a list names a package that is not locked."""
        return {number: self._listed(package) for number, package in enumerate(self.lock.packages)}

    @cached_property
    def needed_by(self) -> Numbers:
        """Which packages list each."""
        found: dict[int, list[int]] = {number: [] for number in self.needs}
        for number, listed in self.needs.items():
            for each in listed:
                found[each].append(number)
        return {number: tuple(packages) for number, packages in found.items()}

    def numbers(self, names: Iterable[str]) -> frozenset[int]:
        """The packages that are named, by name alone or as a list writes them; names that are not locked are none."""
        found: set[int] = set()
        for name in names:
            same = self.lock.named.get(name) or (self.lock.find(name),)
            found.update(self._numbers[id(package)] for package in same if package is not None)
        return frozenset(found)

    def closure_of(self, host: str) -> frozenset[int]:
        """All that the repository's own package of this name is built from, itself included; raises `ManifestError`."""
        return self.closure([self._numbers[id(self.lock.member(host))]])

    def closure(self, of: Iterable[int]) -> frozenset[int]:
        """These packages and all that they need."""
        return _reached(self.needs, of)

    def reverse_closure(self, of: Iterable[int]) -> frozenset[int]:
        """These packages and all that need them."""
        return _reached(self.needed_by, of)

    def in_order(self, of: Iterable[int]) -> tuple[int, ...]:
        """These packages, each after what it needs, else in the lock's order.

        Packages may need each other in tests: such a circle is cut where the walk comes back to it, as Cargo does by
        compiling the library before its tests.
        """
        within, ordered, seen = frozenset(of), list[int](), set[int]()
        for first in sorted(within):
            stack = [] if first in seen else [(first, iter(self.needs[first]))]
            seen.add(first)
            while stack:
                following = next((need for need in stack[-1][1] if need in within and need not in seen), None)
                if following is None:
                    ordered.append(stack.pop()[0])
                else:
                    seen.add(following)
                    stack.append((following, iter(self.needs[following])))
        return tuple(ordered)

    def written(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """The packages as the lock's lists write them."""
        return tuple(self.lock.reference(self.lock.packages[number]) for number in numbers)

    def identity(self, number: int) -> tuple[str, str, str | None]:
        """What makes it the same package in another lock: name, version, source."""
        return self.lock.packages[number][:3]

    def _listed(self, package: LockedPackage) -> tuple[int, ...]:
        references, numbers = self.lock.references, self._numbers
        found = [references.get(each) or self._long(package, each) for each in package.dependencies]
        return tuple([numbers[id(each)] for each in found])

    def _long(self, package: LockedPackage, reference: str) -> LockedPackage:
        if found := self.lock.find(reference):
            return found
        problem, hint = "a package lists one that is not locked", "update the lock with Cargo"
        raise ManifestError(
            Finding(path=self.lock.path, key=package.name, problem=problem, found=shown(reference), hint=hint)
        )


@lru_cache(maxsize=4)
def graph(lock_text: str, *, path: str = "Cargo.lock") -> Graph:
    """The graph of this lock; cached, since a plan asks for it more than once."""
    return Graph(read_lock(lock_text, path=path))


def rebuild(
    lock_text: str, *, changed: Iterable[str], host: str, before: str | None = None, path: str = "Cargo.lock"
) -> Rebuild:
    """What has to be compiled again for the host's package when these packages' sources, features or needs change.

    With the lock of `before`, packages that the host newly reaches are changed too: a crate that comes, or another
    version of one. An upper bound by the lock's edges, see above. Raises `ManifestError` where a lock is not Cargo's or
    does not lock the host's package.
    """
    now = graph(lock_text, path=path)
    reached = now.closure_of(host)
    touched = (now.numbers(changed) | _new(now, reached, host=host, before=before, path=path)) & reached
    again = _reached(now.needed_by, touched, within=reached)
    ordered = now.in_order(again)
    own = [number for number in ordered if now.lock.packages[number].source is None]
    return Rebuild(crates=now.written(ordered), members=now.written(own), of=len(reached))


def _new(now: Graph, reached: frozenset[int], *, host: str, before: str | None, path: str) -> frozenset[int]:
    """Of the reached packages those that the host did not reach before, and those that list others than before."""
    if before is None:
        return frozenset()
    then = graph(before, path=path)
    old = {then.identity(number): number for number in then.closure_of(host)}
    return frozenset(number for number in reached if _is_other(now, number, then, old.get(now.identity(number))))


def _is_other(now: Graph, number: int, then: Graph, before: int | None) -> bool:
    """Whether a package is new or is built from others; the same list may name others, but these are new then."""
    if before is None:
        return True
    if now.lock.packages[number].listed == then.lock.packages[before].listed:
        return False
    return {now.identity(need) for need in now.needs[number]} != {then.identity(need) for need in then.needs[before]}


def _reached(edges: Numbers, of: Iterable[int], *, within: frozenset[int] | None = None) -> frozenset[int]:
    reached = set(of)
    waiting = list(reached)
    while waiting:
        for number in edges[waiting.pop()]:
            if number not in reached and (within is None or number in within):
                reached.add(number)
                waiting.append(number)
    return frozenset(reached)
