"""A `Cargo.lock` as a value: its packages, where each stands in the text, and who lists whom.

Cargo writes this file in one fixed form, line by line, so it is read in that form and refused in any other:
https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html tells what it is, and its form is told by
`src/cargo/core/resolver/encode.rs` of Cargo's source, for the formats 3 and 4.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from codegen.errors import Finding, ManifestError, shown

LARGEST = 8 * 1024 * 1024
_FORMATS = ("version = 3", "version = 4")
_PACKAGE = re.compile(
    r'\[\[package\]\]\nname = "(?P<name>[A-Za-z0-9_-]+)"\nversion = "(?P<version>[^"\n]+)"\n'
    r'(?:source = "(?P<source>[^"\n]+)"\n)?(?:checksum = "[^"\n]+"\n)?'
    r'(?:dependencies = \[\n(?P<listed>(?: "[^"\n]+",\n)*)\]\n)?'
)
_AFTER_PACKAGES = ("\n[[patch.unused]]\n", "\n[metadata]\n", "\n[patch]\n")
_ANEW = "write the file anew with `cargo generate-lockfile --offline`"


class LockedPackage(NamedTuple):
    """A locked package. One without source is a path package, so it belongs to the repository.

    `listed` are the lines of its dependencies; its block is `text[start:end]`, and the list begins at `head_end`.
    A tuple, since a lock has thousands of them and frozen dataclasses take four times as long to make.
    """

    name: str
    version: str
    source: str | None
    listed: str
    start: int
    head_end: int
    end: int

    @property
    def dependencies(self) -> tuple[str, ...]:
        """The packages that it lists, as they are written: `name`, `name version` or `name version (source)`."""
        return tuple(self.listed[2:-3].split('",\n "')) if self.listed else ()

    @property
    def identity(self) -> str:
        """The longest way to write it: name, version, source without the commit."""
        source = f" ({self.source.partition('#')[0]})" if self.source else ""
        return f"{self.name} {self.version}{source}"


@dataclass(frozen=True, eq=False)
class Lock:
    """A read lock: `text` with Unix line ends, `packages` in the order of the file."""

    path: str
    text: str
    packages: tuple[LockedPackage, ...]

    @cached_property
    def named(self) -> Mapping[str, tuple[LockedPackage, ...]]:
        """The packages by name; more than one when several versions or sources of one name are locked."""
        found: dict[str, list[LockedPackage]] = {}
        for package in self.packages:
            found.setdefault(package.name, []).append(package)
        return {name: tuple(same) for name, same in found.items()}

    @cached_property
    def members(self) -> Mapping[str, LockedPackage]:
        """The repository's own packages by name: those without source."""
        return {package.name: package for package in self.packages if package.source is None}

    @cached_property
    def _dependents(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for member in self.members.values():
            for name in dict.fromkeys(reference.partition(" ")[0] for reference in member.dependencies):
                found.setdefault(name, []).append(member.name)
        return {name: tuple(sorted(members)) for name, members in found.items()}

    @cached_property
    def references(self) -> Mapping[str, LockedPackage]:
        """The packages by every way in which a list may name them: nearly always the name alone."""
        found: dict[str, LockedPackage] = {}
        for name, same in self.named.items():
            if len(same) == 1:
                found[name] = same[0]
            else:
                found |= _long_references(same)
        return found

    def find(self, reference: str) -> LockedPackage | None:
        """The package that a list names so, also where it names it longer than it must."""
        found = self.references.get(reference)
        if found is None and len(same := self.named.get(reference.partition(" ")[0], ())) == 1:
            return _long_references(same).get(reference)
        return found

    def dependents(self, name: str) -> tuple[str, ...]:
        """The names of the repository's packages that list a package of this name, sorted."""
        return self._dependents.get(name, ())

    def reference(self, package: LockedPackage) -> str:
        """How Cargo writes the package in a list: as short as it is unambiguous."""
        same = self.named[package.name]
        if sum(other.version == package.version for other in same) > 1:
            return package.identity
        is_only_version = len(same) == 1
        return package.name if is_only_version else f"{package.name} {package.version}"

    def member(self, name: str) -> LockedPackage:
        """The repository's own package of this name; raises `ManifestError` where it is not locked once."""
        own = [package for package in self.named.get(name, ()) if package.source is None]
        if len(own) == 1:
            return own[0]
        problem, found = "the host's package is not locked once", f"{len(own)} times"
        raise ManifestError(Finding(path=self.path, key="package", problem=problem, found=found, hint=shown(name)))


@lru_cache(maxsize=8)
def read_lock(text: str, *, path: str) -> Lock:
    """The lock of this text; raises `ManifestError` where it is not in the form that Cargo writes.

    Cached because a plan asks for the same lock many times, and each is hundreds of kilobytes.
    """
    plain = text.replace("\r\n", "\n")
    if "\r" in plain or len(text) - len(plain) not in (0, plain.count("\n")):
        raise ManifestError(Finding(path=path, problem="the file mixes line ends", hint=_ANEW))
    if not any(f"\n{line}\n" in plain[:400] for line in _FORMATS):
        allowed = " or ".join(_FORMATS)
        raise ManifestError(Finding(path=path, key="version", problem="not a known lock format", allowed=allowed))
    packages = tuple(_package(match) for match in _PACKAGE.finditer(plain))
    _refuse_other_forms(plain, packages, path=path)
    _refuse_twice(plain, packages, path=path)
    return Lock(path, plain, packages)


def _package(match: re.Match[str]) -> LockedPackage:
    name, version, source, listed = match.groups()
    head_end = match.end() if listed is None else match.start("listed") - len("dependencies = [\n")
    return LockedPackage(name, version, source, listed or "", match.start(), head_end, match.end())


def _long_references(same: tuple[LockedPackage, ...]) -> dict[str, LockedPackage]:
    """The packages of one name by version, where it tells them apart, and by version and source."""
    times = Counter(package.version for package in same)
    found = {package.identity: package for package in same}
    short = {f"{package.name} {package.version}": package for package in same if times[package.version] == 1}
    return {**found, **short}


def _refuse_other_forms(text: str, packages: tuple[LockedPackage, ...], *, path: str) -> None:
    """Between the packages stand only empty lines (a merge may leave more than one), behind them what Cargo puts."""
    for before, after in pairwise(packages):
        if after.start != before.end + 1 and text[before.end : after.start].strip("\n"):
            raise _other_form(text, before.end, path=path)
    rest = text[packages[-1].end :] if packages else ""
    if rest.strip("\n") and not rest.startswith(_AFTER_PACKAGES):
        raise _other_form(text, packages[-1].end, path=path)
    if len(packages) != text.count("[[package]]"):
        raise _other_form(text, text.find("[[package]]"), path=path)


def _refuse_twice(text: str, packages: tuple[LockedPackage, ...], *, path: str) -> None:
    """A careless merge locks a package twice, and Cargo reads no such file."""
    seen = set[tuple[str, str, str | None]]()
    for package in packages:
        if package[:3] in seen:
            line = text.count("\n", 0, package.start) + 1
            problem = "a package is locked twice"
            raise ManifestError(
                Finding(path=path, line=line, problem=problem, found=shown(package.identity), hint=_ANEW)
            )
        seen.add(package[:3])


def _other_form(text: str, offset: int, *, path: str) -> ManifestError:
    line = text.count("\n", 0, offset) + 1
    found = shown(text[offset : offset + 40].split("\n", 1)[0])
    problem = "a package is not in the form that Cargo writes"
    return ManifestError(Finding(path=path, line=line, column=1, problem=problem, found=found, hint=_ANEW))
