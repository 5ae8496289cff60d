"""Locks a package of the repository that is not in `Cargo.lock` yet, without asking the package index.

That can be known only while everything that the package needs is in the repository or is locked already, with features
that somebody asks for already: a new version or feature could need packages that only the index knows. Cargo would
come to the same entry, since it keeps what is locked wherever it can.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from codegen.cargo.cargo_lock import dependency_lines, reference_order
from codegen.cargo.lock_features import unasked_features
from codegen.cargo.lock_text import Lock, LockedPackage, read_lock
from codegen.cargo.locked_need import accepts, locked_for
from codegen.cargo.package import Need, PathPackage, Workspace, read_package, read_workspace
from codegen.errors import Refused, Row, shown

MOST = 100
"""So many packages may come with one; a module's own are a handful, and each costs the reading of a file."""


@dataclass
class _Entries:
    """What is to be locked: packages by name, what each lists, what is asked of others, and what stands against it."""

    coming: Mapping[str, PathPackage]
    listed: dict[str, set[str]] = field(default_factory=dict)
    asked: dict[LockedPackage, set[str]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


def add_path_package(
    text: str, folder: str, *, files: Mapping[str, bytes], path: str = "Cargo.lock", workspace: str = "Cargo.toml"
) -> str:
    """The lock with the package of a folder, and with those of the repository that it needs, where they are not in it.

    `files` is the repository as it will be, with the folder's `Cargo.toml` and the workspace's root. The same text when
    the package is locked. Raises `Refused` (NeedsPackageIndex) with a row for every crate that stands against it, and
    `ManifestError` where a file is not as Cargo needs it.
    """
    lock, shared = read_lock(text, path=path), read_workspace(files, workspace)
    entries = _Entries(_coming(lock, folder, files=files, shared=shared))
    for package in entries.coming.values():
        _refuse_foreign(lock, package, shared, entries)
        for need in package.needs:
            _list_need(lock, package, need, shared=shared, entries=entries)
    entries.rows += unasked_features(lock, entries.asked, files=files, workspace=shared)
    if entries.rows:
        hint = "bring what is missing into the workspace, or update the lock where the package index can be reached"
        rows = tuple(dict.fromkeys(entries.rows))
        raise Refused("NeedsPackageIndex", "The lock would need the package index.", rows=rows, hint=hint)
    return _with_entries(text, lock, entries)


def _coming(lock: Lock, folder: str, *, files: Mapping[str, bytes], shared: Workspace) -> Mapping[str, PathPackage]:
    """The packages that are not locked: that of the folder, and those of the repository that it needs."""
    waiting, read, coming = [folder], set[str](), dict[str, PathPackage]()
    while waiting:
        folder = waiting.pop()
        if folder in read:
            continue
        read.add(folder)
        package = read_package(files, folder, workspace=shared)
        if package.name not in lock.members and package.name not in coming:
            coming[package.name] = package
            _refuse_too_many(coming)
            waiting += [
                each.folder for each in package.needs if each.folder is not None and each.name not in lock.members
            ]
    return coming


def _refuse_too_many(coming: Mapping[str, PathPackage]) -> None:
    if len(coming) > MOST:
        rows = (Row(subject=next(iter(coming)), want=f"at most {MOST} packages that are not locked", have="more"),)
        raise Refused("NeedsPackageIndex", "Too many packages are not locked.", rows=rows, hint="lock them with Cargo")


def _refuse_foreign(lock: Lock, package: PathPackage, shared: Workspace, entries: _Entries) -> None:
    """A name that is locked from elsewhere would be written with its version in every list that has it."""
    for other in lock.named.get(package.name, ()):
        entries.rows.append(Row(subject=package.name, want="a name that is not locked", have=other.identity))
    for folder in shared.excluded:
        if f"{package.folder}/".startswith(f"{folder.strip('/')}/"):
            have = f"excluded by {shared.path}"
            entries.rows.append(Row(subject=package.name, want="a member of the workspace", have=have))


def _list_need(lock: Lock, package: PathPackage, need: Need, *, shared: Workspace, entries: _Entries) -> None:
    listed = entries.listed.setdefault(package.name, set())
    if need.folder is not None and need.name in entries.coming:
        found = entries.coming[need.name]
        _check_version(need, found.version, entries)
        listed.add(found.name)
        return
    locked = locked_for(lock, need, patched=shared.patched)
    if locked is None:
        entries.rows.append(_missing(lock, need))
        return
    listed.add(lock.reference(locked))
    if locked.source is not None:
        entries.asked.setdefault(locked, set()).update(need.features)


def _check_version(need: Need, version: str, entries: _Entries) -> None:
    if not accepts(need.requirement, version):
        entries.rows.append(Row(subject=need.name, want=shown(need.requirement), have=version))


def _missing(lock: Lock, need: Need) -> Row:
    origin = need.registry or need.git or (f"path {need.folder}" if need.folder is not None else "the package index")
    have = ", ".join(package.identity for package in lock.named.get(need.name, ())[:5]) or "not locked"
    return Row(
        subject=shown(need.name).strip("'"), want=f"{shown(need.requirement or '*')} from {shown(origin)}", have=have
    )


def _with_entries(text: str, lock: Lock, entries: _Entries) -> str:
    """The text with each block where Cargo sorts it; read again, since an edit is not believed before."""
    plain, sorted_names = lock.text, [package.name for package in lock.packages]
    for name in sorted(entries.coming, reverse=True):
        index = bisect_left(sorted_names, name)
        block = _block(entries.coming[name], entries.listed.get(name, ()))
        if index < len(lock.packages):
            at = lock.packages[index].start
            plain = f"{plain[:at]}{block}\n{plain[at:]}"
        else:
            at = lock.packages[-1].end if lock.packages else len(plain)
            plain = f"{plain[:at]}\n{block}{plain[at:]}"
    if plain == lock.text:
        return text
    written = plain.replace("\n", "\r\n") if "\r\n" in text else plain
    read_lock(written, path=lock.path)
    return written


def _block(package: PathPackage, listed: Iterable[str]) -> str:
    head = f'[[package]]\nname = "{package.name}"\nversion = "{package.version}"\n'
    return head + dependency_lines(sorted(listed, key=reference_order))
