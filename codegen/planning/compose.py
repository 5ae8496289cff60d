"""The whole of a plan: from the files of a platform repository and a change to the files as they will be.

Host files are a function of the manifest and of what else stands in them: planning, checking and repairing are one
computation, so what a plan wrote always passes the check.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from codegen.catalog.discovery import offered
from codegen.catalog.facts import ModuleFacts
from codegen.catalog.listed import Catalog
from codegen.change import Change
from codegen.errors import Finding, ManifestError, Refused, Row
from codegen.hosts import PRESETS
from codegen.lint.manifest import read_manifest
from codegen.manifest.edits import write_delta
from codegen.manifest.model import Manifest, ModuleEntry
from codegen.names import ModuleName
from codegen.repository import Files
from codegen.resolution.delta import Delta
from codegen.resolution.graph import chains
from codegen.resolution.resolve import Resolution, resolve, resolve_delta
from codegen.toml.text import LARGEST_MANIFEST
from codegen.wiring.check import find_drift
from codegen.wiring.dependents import Dependents, folders_of, package_version
from codegen.wiring.drift import Drift
from codegen.wiring.host_files import HostEdit, Kept, write_host
from codegen.wiring.preset import HostPreset, Mark
from codegen.wiring.reader import Reader
from codegen.wiring.references import Reference

Host = str | HostPreset | None
"""A preset by its name, a preset, or the one whose marks the repository bears."""


@dataclass(frozen=True, kw_only=True)
class Edits:
    """What a plan writes: only files that differ (None: deleted), with the resolution that they come from.

    `kept` are the places in which an uninstalled module stays; `references` is code that speaks of one.
    """

    files: Mapping[str, bytes | None] = field(default_factory=dict)
    resolution: Resolution
    host: str = ""
    kept: tuple[Kept, ...] = ()
    references: tuple[Reference, ...] = ()

    @property
    def delta(self) -> Delta:
        """The modules that differ."""
        return self.resolution.delta


def plan_changes(
    files: Files,
    changes: Sequence[Change],
    *,
    host: Host = None,
    manifest_path: str | None = None,
    catalog_path: str | None = None,
) -> Edits:
    """The files after these changes; raises `Refused`, or `ManifestError` where a file is not as it must be."""
    with Repository(files, host, manifest_path=manifest_path, catalog_path=catalog_path) as repository:
        resolution = repository.resolve(changes)
        return repository.edits(resolution, asked=[change.module for change in changes])


def plan_delta(
    files: Files,
    wanted: Delta,
    *,
    host: Host = None,
    manifest_path: str | None = None,
    catalog_path: str | None = None,
) -> Edits:
    """The files after a delta is applied to today's manifest: a revert is `plan_delta(files, delta.inverse())`."""
    with Repository(files, host, manifest_path=manifest_path, catalog_path=catalog_path) as repository:
        return repository.edits(repository.resolve_delta(wanted), asked=())


def check(files: Files, *, host: Host = None) -> tuple[Drift, ...]:
    """Every place of the host that is not in step with the manifest; empty when all are. Raises `ManifestError`."""
    with Repository(files, host) as repository:
        return find_drift(repository.reader, repository.manifest, repository.catalog)


def regenerate(files: Files, *, host: Host = None) -> Mapping[str, bytes]:
    """The host files that differ from what the manifest gives, as they should be: the repair of every drift."""
    with Repository(files, host) as repository:
        manifest = repository.manifest
        return repository.host_files(manifest, wired=manifest.modules, gone=repository.absent(), asked=()).files


def composition_paths(host: str = "chain") -> tuple[str, ...]:
    """The paths of the files that belong to the composition: a change to one of them is a change of modules."""
    return preset(host).paths


def is_generated(host: str) -> bool:
    """Whether a host's files are ours to write as a whole, so that any difference is a mistake of whoever made it."""
    return preset(host).scope == "composition"


def preset(host: str) -> HostPreset:
    """The preset of this name; raises `Refused`."""
    if host in PRESETS:
        return PRESETS[host]
    rows = (Row(subject="host", want=", ".join(sorted(PRESETS)), have=ascii(host)[:80]),)
    raise Refused("UnknownHost", "There is no such host preset.", rows=rows)


def recognised(files: Files) -> HostPreset:
    """The preset whose marks a repository bears; the last one asks for none."""
    return next(known for known in PRESETS.values() if all(_bears(files, mark) for mark in known.marks))


def _chosen(files: Files, host: Host) -> HostPreset:
    if host is None:
        return recognised(files)
    return preset(host) if isinstance(host, str) else host


def _bears(files: Files, mark: Mark) -> bool:
    return mark.path in files and (not mark.contains or mark.contains.encode() in files[mark.path])


class Repository:
    """A repository's files read through one preset; in a `with` it is let go of at once at the end, and not by and by."""

    def __init__(
        self,
        files: Files,
        host: Host = None,
        *,
        manifest_path: str | None = None,
        catalog_path: str | None = None,
    ) -> None:
        self.host = _chosen(files, host)
        self.reader = Reader(files, self.host)
        self.manifest_path = manifest_path or self.host.manifest
        self.manifest_text = self.reader.text(self.manifest_path, largest=LARGEST_MANIFEST)
        self.manifest = read_manifest(self.manifest_text, path=self.manifest_path)
        self.catalog: Catalog = offered(
            files, catalog_path=catalog_path or self.host.catalog, discovery=self.host.discovers
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.reader.close()

    def resolve(self, changes: Sequence[Change]) -> Resolution:
        """What changes come to on the manifest as it is; raises `Refused`."""
        return resolve(self.manifest, self.catalog, self.facts, changes, platform_version=self._platform_version())

    def resolve_delta(self, wanted: Delta) -> Resolution:
        """What a delta comes to on the manifest as it is; raises `Refused`."""
        return resolve_delta(self.manifest, self.catalog, self.facts, wanted, platform_version=self._platform_version())

    def _platform_version(self) -> str | None:
        """The version that modules' `rustok_min_version` and its like are held to: that of the host's package."""
        path, root = self.host.version_of, self._root()
        texts = {one: self.reader.found(one, largest=LARGEST_MANIFEST) for one in (path, root) if one is not None}
        own = texts.get(path) if path is not None else None
        return package_version(own, texts.get(root), path=path or "") if own is not None else None

    def _root(self) -> str:
        return self.host.locked[0].workspace if self.host.locked else "Cargo.toml"

    def edits(self, resolution: Resolution, *, asked: Iterable[ModuleName]) -> Edits:
        """The manifest with the delta in it, and the host files that follow from it."""
        if resolution.delta.is_empty and self.host.scope == "composition":
            return Edits(resolution=resolution, host=self.host.name)
        self._demand_sources(resolution.delta.added)
        text = write_delta(self.manifest_text, resolution.delta, path=self.manifest_path)
        manifest = read_manifest(text, path=self.manifest_path)
        host = self._scoped(manifest, resolution.delta, asked)
        own = {self.manifest_path: text.encode()} if text != self.manifest_text else {}
        return Edits(
            files={**own, **host.files},
            resolution=resolution,
            host=self.host.name,
            kept=host.kept,
            references=host.references,
        )

    def absent(self) -> list[ModuleEntry]:
        """What is offered and not installed; where people wire, only what the repository holds can stand anywhere."""
        found = [entry for slug, entry in self.catalog.modules.items() if slug not in self.manifest.modules]
        return [entry for entry in found if entry.path is not None or self.host.scope == "composition"]

    def _demand_sources(self, added: Sequence[ModuleEntry]) -> None:
        """A module that comes is registered by what its crate's source says, so that one has to be there to be read."""
        missing = [
            Finding(
                path=path, problem="the file is missing", hint=f"{entry.slug} cannot be registered without its source"
            )
            for entry in added
            if self.host.source is not None and entry.path is not None
            if (path := self.reader.shape(entry, self.manifest).render(self.host.source)) not in self.reader.files
        ]
        if missing:
            raise ManifestError(*missing)

    def host_files(
        self,
        manifest: Manifest,
        *,
        wired: Iterable[ModuleName],
        gone: Sequence[ModuleEntry],
        asked: Container[ModuleName],
    ) -> HostEdit:
        """The host files with these modules in every place and those that are gone in none, where they differ."""
        return write_host(self.reader, manifest, wired=wired, gone=gone, asked=asked, found=self._dependents())

    def _scoped(self, manifest: Manifest, change: Delta, asked: Iterable[ModuleName]) -> HostEdit:
        """A host that is generated is written as a whole; one that people wire only where the change and its needs are."""
        if self.host.scope == "composition":
            known = {entry.slug: entry for entry in (*self.catalog.modules.values(), *change.removed)}
            gone = [entry for slug, entry in known.items() if slug not in manifest.modules]
            return self.host_files(manifest, wired=manifest.modules, gone=gone, asked=())
        touched = [slug for slug in {*change.modules, *asked} if slug in manifest.modules]
        return self.host_files(manifest, wired=_with_needs(manifest, touched), gone=change.removed, asked=touched)

    def facts(self, entry: ModuleEntry) -> ModuleFacts:
        """What a module says of itself; raises `Refused` where it is not in the repository."""
        return self.reader.shape(entry, self.manifest).facts

    def _dependents(self) -> Dependents:
        entries = (*self.catalog.modules.values(), *self.manifest.modules.values())
        crates = {entry.crate: entry.path for entry in entries if entry.path is not None}
        wired = {lock.package: lock.manifest.rpartition("/")[0] for lock in self.host.locked if lock.manifest}
        root = self._root()
        text = self.reader.found(root, largest=LARGEST_MANIFEST) or ""
        return Dependents(self.reader, folders_of(text, {**crates, **wired}, path=root))


def _with_needs(manifest: Manifest, modules: Sequence[ModuleName]) -> list[ModuleName]:
    reached = chains({slug: entry.depends_on for slug, entry in manifest.modules.items()}, modules)
    return [slug for slug in sorted(reached) if slug in manifest.modules]


__all__ = [
    "Drift",
    "Edits",
    "Kept",
    "Repository",
    "check",
    "composition_paths",
    "plan_changes",
    "plan_delta",
    "preset",
    "recognised",
    "regenerate",
]
