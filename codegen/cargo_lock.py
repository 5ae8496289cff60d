"""Edits `Cargo.lock` as text: the modules in the dependencies of the host's package, and path packages.

Cargo writes this file in one fixed form, line by line, so it is read in that form and refused in any other. A package
that is not in the file and not in the repository would have to be looked up in the package index, which no plan may do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from codegen.errors import Finding, ManifestError, Refused, Row

LARGEST = 8 * 1024 * 1024
_FORMATS = ("version = 3", "version = 4")
_PACKAGE = re.compile(
    r'\[\[package\]\]\nname = "(?P<name>[A-Za-z0-9_-]+)"\nversion = "(?P<version>[^"\n]+)"\n'
    r'(?:source = "(?P<source>[^"\n]+)"\n)?(?:checksum = "[^"\n]+"\n)?'
    r'(?P<dependencies>dependencies = \[\n(?: "[^"\n]+",\n)*\]\n)?'
)
_DEPENDENCY = re.compile(r' "([^"\n]+)",\n')


@dataclass(frozen=True)
class _Package:
    name: str
    version: str
    source: str | None
    dependencies: tuple[str, ...]
    head_end: int
    end: int


def write_lock(text: str, *, package: str, crates: frozenset[str], gone: frozenset[str], path: str) -> str:
    """The lock in which the package depends on these crates and on none of those that are gone.

    Raises `Refused` (NeedsPackageIndex) when a crate is not locked, `ManifestError` when the file is not Cargo's.
    """
    plain = text.replace("\r\n", "\n")
    packages = _packages(plain, path=path)
    host = _host(packages, package, path=path)
    _refuse_unlocked(crates, packages, path=path)
    wanted = sorted({*(name for name in host.dependencies if name not in gone), *crates})
    body = "dependencies = [\n" + "".join(f' "{name}",\n' for name in wanted) + "]\n" if wanted else ""
    plain = plain[: host.head_end] + body + plain[host.end :]
    return plain.replace("\n", "\r\n") if "\r\n" in text else plain


def _packages(text: str, *, path: str) -> list[_Package]:
    if not any(f"\n{line}\n" in text[:400] for line in _FORMATS):
        allowed = " or ".join(_FORMATS)
        raise ManifestError(Finding(path=path, key="version", problem="not a known lock format", allowed=allowed))
    found = [_package(match) for match in _PACKAGE.finditer(text)]
    if len(found) != text.count("[[package]]"):
        hint = "write the file anew with `cargo generate-lockfile --offline`"
        raise ManifestError(Finding(path=path, problem="a package is not in the form that Cargo writes", hint=hint))
    return found


def _package(match: re.Match[str]) -> _Package:
    listed = match["dependencies"] or ""
    return _Package(
        name=match["name"],
        version=match["version"],
        source=match["source"],
        dependencies=tuple(_DEPENDENCY.findall(listed)),
        head_end=match.end() - len(listed),
        end=match.end(),
    )


def _host(packages: list[_Package], name: str, *, path: str) -> _Package:
    hosts = [package for package in packages if package.name == name and package.source is None]
    if len(hosts) == 1:
        return hosts[0]
    raise ManifestError(
        Finding(
            path=path,
            key="package",
            problem="the host's package is not locked once",
            found=f"{len(hosts)} times",
            hint=name,
        )
    )


def _refuse_unlocked(crates: frozenset[str], packages: list[_Package], *, path: str) -> None:
    locked = [package.name for package in packages]
    rows = tuple(
        Row(subject=crate, want=f"one package in {path}", have=f"{locked.count(crate)} packages")
        for crate in sorted(crates)
        if locked.count(crate) != 1
    )
    if rows:
        hint = "bring the crate into the workspace, or update the lock where the package index can be reached"
        raise Refused("NeedsPackageIndex", "The lock would need the package index.", rows=rows, hint=hint)
