"""Which locked package Cargo takes for a dependency."""

from __future__ import annotations

import re

from codegen.cargo.lock_text import Lock, LockedPackage
from codegen.cargo.package import Need
from codegen.catalog.requirement import RequirementError, read_requirement

_NUMBERS = re.compile(r"([0-9]{1,9})\.([0-9]{1,9})\.([0-9]{1,9})(-[^+]*)?", re.ASCII)


def locked_for(lock: Lock, need: Need, *, patched: frozenset[str]) -> LockedPackage | None:
    """The locked package that this dependency is satisfied by, the newest where several do; nothing when none does.

    A package of the repository stands in for one of the index only where the workspace says so (`patched`):
    https://doc.rust-lang.org/cargo/reference/overriding-dependencies.html
    """
    fitting = [
        package
        for package in lock.named.get(need.name, ())
        if _is_from(package, need, is_patched=need.name in patched) and accepts(need.requirement, package.version)
    ]
    return max(fitting, key=_age, default=None)


def accepts(requirement: str | None, version: str) -> bool:
    """Whether a version satisfies a requirement; one that is not understood is satisfied by that very version only."""
    if requirement is None or requirement.lstrip("=^~ ") == version:
        return True
    try:
        return read_requirement(requirement).accepts(version)
    except RequirementError:
        return False


def _is_from(package: LockedPackage, need: Need, *, is_patched: bool) -> bool:
    if need.folder is not None:
        return package.source is None
    if package.source is None:
        return is_patched
    if need.git is not None:
        return package.source.partition("#")[0] == f"git+{need.git}"
    return need.registry is None and package.source.startswith(("registry+", "sparse+"))


def _age(package: LockedPackage) -> tuple[int, int, int, bool, str]:
    match = _NUMBERS.match(package.version)
    if match is None:
        return (0, 0, 0, False, package.version)
    return (int(match[1]), int(match[2]), int(match[3]), match[4] is None, match[4] or "")
