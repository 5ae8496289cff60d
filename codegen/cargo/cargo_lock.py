"""Edits `Cargo.lock` as text: which of the given crates a package of the repository depends on.

A package that is not in the file and not in the repository would have to be looked up in the package index, which no
plan may do.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Mapping

from codegen.cargo.lock_text import LARGEST, Lock, LockedPackage, read_lock
from codegen.errors import Refused, Row

__all__ = ["LARGEST", "sync_package", "write_lock"]


def sync_package(text: str, *, package: str, wanted: Mapping[str, bool], path: str) -> str:
    """The lock in which the package depends on the crates that are wanted and on none of the others named.

    What is not named stays as it is, and where nothing changes the text is the same, byte for byte.
    Raises `Refused` (NeedsPackageIndex) when a wanted crate is not locked, `ManifestError` when the file is not Cargo's
    or does not lock the package.
    """
    lock = read_lock(text, path=path)
    host = lock.member(package)
    listed = [each for each in host.dependencies if wanted.get(_crate(each), True)]
    missing = {crate for crate, is_wanted in wanted.items() if is_wanted} - {_crate(each) for each in listed}
    locked = {crate: _locked(lock, crate) for crate in sorted(missing)}
    _refuse_unlocked(locked, path=path)
    for crate in locked:
        reference = lock.reference(locked[crate][0])
        listed.insert(bisect(listed, reference_order(reference), key=reference_order), reference)
    return text if tuple(listed) == host.dependencies else with_dependencies(text, lock, host, listed)


def write_lock(text: str, *, package: str, crates: frozenset[str], gone: frozenset[str], path: str) -> str:
    """The lock in which the package depends on these crates and on none of those that are gone.

    Raises as `sync_package` does.
    """
    wanted = {**dict.fromkeys(gone, False), **dict.fromkeys(crates, True)}
    return sync_package(text, package=package, wanted=wanted, path=path)


def with_dependencies(text: str, lock: Lock, package: LockedPackage, listed: Iterable[str]) -> str:
    """The text with another list for one package: no list at all where it depends on nothing."""
    plain = lock.text[: package.head_end] + dependency_lines(listed) + lock.text[package.end :]
    return plain.replace("\n", "\r\n") if "\r\n" in text else plain


def dependency_lines(listed: Iterable[str]) -> str:
    """A package's list as Cargo writes it."""
    lines = "".join(f' "{each}",\n' for each in listed)
    return f"dependencies = [\n{lines}]\n" if lines else ""


def _crate(reference: str) -> str:
    return reference.partition(" ")[0]


def reference_order(reference: str) -> tuple[str, ...]:
    """As Cargo sorts a list: by name, then version and source, as texts."""
    return tuple(reference.split(" ", 2))


def _locked(lock: Lock, crate: str) -> tuple[LockedPackage, ...]:
    """The package of the crate: the repository's own where there is one, else every one of the name."""
    named = lock.named.get(crate, ())
    return tuple(package for package in named if package.source is None) or named


def _refuse_unlocked(locked: Mapping[str, tuple[LockedPackage, ...]], *, path: str) -> None:
    rows = tuple(
        Row(subject=crate, want=f"one package in {path}", have=f"{len(found)} packages")
        for crate, found in locked.items()
        if len(found) != 1
    )
    if rows:
        hint = "bring the crate into the workspace, or update the lock where the package index can be reached"
        raise Refused("NeedsPackageIndex", "The lock would need the package index.", rows=rows, hint=hint)
