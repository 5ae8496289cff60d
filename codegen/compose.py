"""The whole of a plan: from the files of a platform repository and a change to the files as they will be.

Host files are a function of the manifest and of what else stands in them: planning, checking and repairing are one
computation (`_host_files`), so what a plan wrote always passes the check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from codegen.cargo_lock import LARGEST as LARGEST_LOCK
from codegen.cargo_lock import write_lock
from codegen.cargo_toml import ArrayWish, TableWish, write_array, write_table
from codegen.catalog import Catalog, read_catalog
from codegen.delta import Change, Delta
from codegen.errors import Finding, ManifestError, Refused, Row
from codegen.facts import ModuleFacts, read_facts
from codegen.hosts import PRESETS
from codegen.manifest import Manifest, ModuleEntry, read_manifest
from codegen.manifest_text import write_delta
from codegen.names import ModuleName
from codegen.preset import ArrayItem, HostPreset, TableEntry, Which
from codegen.render import render_file, render_for_host, render_for_module
from codegen.resolve import Resolution, resolve, resolve_delta
from codegen.toml_text import LARGEST, decode, parse

Files = Mapping[str, bytes]
"""The platform repository by path; may be lazy. Only what a plan needs is read."""


@dataclass(frozen=True, kw_only=True)
class Edits:
    """What a plan writes: only files that differ (None: deleted), with the resolution that they come from."""

    files: Mapping[str, bytes | None] = field(default_factory=dict)
    resolution: Resolution

    @property
    def delta(self) -> Delta:
        """The modules that differ."""
        return self.resolution.delta


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """A host file that is not what the manifest gives; `line` is the first that differs, from 1."""

    path: str
    expected: bytes
    found: bytes | None
    line: int


def plan_changes(
    files: Files,
    changes: Sequence[Change],
    *,
    host: str = "chain",
    manifest_path: str | None = None,
    catalog_path: str | None = None,
) -> Edits:
    """The files after these changes; raises `Refused`, or `ManifestError` where a file is not as it must be."""
    repository = _Repository(files, preset(host), manifest_path=manifest_path, catalog_path=catalog_path)
    return repository.edits(resolve(repository.manifest, repository.catalog, repository.facts, changes))


def plan_delta(
    files: Files,
    wanted: Delta,
    *,
    host: str = "chain",
    manifest_path: str | None = None,
    catalog_path: str | None = None,
) -> Edits:
    """The files after a delta is applied to today's manifest: a revert is `plan_delta(files, delta.inverse())`."""
    repository = _Repository(files, preset(host), manifest_path=manifest_path, catalog_path=catalog_path)
    return repository.edits(resolve_delta(repository.manifest, repository.catalog, repository.facts, wanted))


def check(files: Files, *, host: str = "chain") -> tuple[Mismatch, ...]:
    """Every host file that is not what the manifest gives; empty when all agree. Raises `ManifestError`."""
    expected = regenerate(files, host=host)
    return tuple(
        Mismatch(path=path, expected=content, found=files.get(path), line=_first_difference(files.get(path), content))
        for path, content in expected.items()
    )


def regenerate(files: Files, *, host: str = "chain") -> Mapping[str, bytes]:
    """The host files that differ from what the manifest gives, as they should be: the repair of every mismatch."""
    repository = _Repository(files, preset(host))
    return repository.host_files(repository.manifest, gone=())


def composition_paths(host: str = "chain") -> tuple[str, ...]:
    """The paths of the files that belong to the composition: a change to one of them is a change of modules."""
    return preset(host).paths


def preset(host: str) -> HostPreset:
    """The preset of this name; raises `Refused`."""
    if host in PRESETS:
        return PRESETS[host]
    rows = (Row(subject="host", want=", ".join(sorted(PRESETS)), have=ascii(host)[:80]),)
    raise Refused("UnknownHost", "There is no such host preset.", rows=rows)


class _Repository:
    """A repository's files read through one preset."""

    def __init__(
        self, files: Files, host: HostPreset, *, manifest_path: str | None = None, catalog_path: str | None = None
    ) -> None:
        self.files = files
        self.host = host
        self.manifest_path = manifest_path or host.manifest
        self.manifest_text = self._text(self.manifest_path)
        self.manifest = read_manifest(self.manifest_text, path=self.manifest_path)
        catalog = catalog_path or host.catalog
        self.catalog: Catalog = read_catalog(self._text(catalog), path=catalog)

    def edits(self, resolution: Resolution) -> Edits:
        """The manifest with the delta in it, and the host files that follow from it."""
        if resolution.delta.is_empty:
            return Edits(resolution=resolution)
        text = write_delta(self.manifest_text, resolution.delta, path=self.manifest_path)
        written = {self.manifest_path: text.encode()}
        written |= self.host_files(read_manifest(text, path=self.manifest_path), gone=resolution.delta.removed)
        return Edits(files=written, resolution=resolution)

    def host_files(self, manifest: Manifest, *, gone: Sequence[ModuleEntry]) -> dict[str, bytes]:
        """The host files as this manifest gives them, where they differ from what is there."""
        stale = {entry.slug: entry for entry in (*self.catalog.modules.values(), *gone)}
        wishes = _Wishes(self.host, manifest, [entry for slug, entry in stale.items() if slug not in manifest.modules])
        written = {path: self._cargo_toml(path, wishes) for path in self.host.toml_paths}
        written |= {
            locked.path: write_lock(
                self._text(locked.path, largest=LARGEST_LOCK),
                package=render_for_host(locked.package, app=manifest.app),
                crates=frozenset(entry.crate for entry in manifest.modules.values()),
                gone=frozenset(entry.crate for entry in wishes.gone),
                path=locked.path,
            )
            for locked in self.host.locked
        }
        facts = {entry.slug: self.facts(entry) for entry in manifest.modules.values()} if self.host.generated else {}
        written |= {file.path: render_file(file.template, manifest, facts) for file in self.host.generated}
        return {path: text.encode() for path, text in written.items() if self.files.get(path) != text.encode()}

    def facts(self, entry: ModuleEntry) -> ModuleFacts:
        """What a module's own file says; one without a folder in the repository cannot be judged and is refused."""
        if entry.path is None:
            rows = (Row(subject=entry.slug, want="source = path", have=f"source = {entry.source}"),)
            hint = "bring the module into the repository"
            raise Refused(
                "NeedsPackageIndex", f"What {entry.slug} needs is not in the repository.", rows=rows, hint=hint
            )
        path = render_for_module(self.host.facts, entry, app=self.manifest.app, needs=())
        facts = read_facts(self._text(path), path=path)
        if facts.slug != entry.slug:
            raise ManifestError(
                Finding(
                    path=path, key="module.slug", problem="another module's file", found=facts.slug, allowed=entry.slug
                )
            )
        return facts

    def _cargo_toml(self, path: str, wishes: _Wishes) -> str:
        """Parsed before, since it may be hostile, and after, since an edit is not believed before it is read again."""
        text = self._text(path)
        parse(text, path=path)
        for table in wishes.tables(path):
            text = write_table(text, table, path=path)
        for array in wishes.arrays(path):
            text = write_array(text, array, path=path)
        return parse(text, path=path).text

    def _text(self, path: str, *, largest: int = LARGEST) -> str:
        content = self.files.get(path)
        if content is None:
            raise ManifestError(Finding(path=path, problem="the file is missing", hint="the host preset needs it"))
        return decode(content, path=path, largest=largest)


class _Wishes:
    """What a preset makes of a composition, place by place."""

    def __init__(self, host: HostPreset, manifest: Manifest, gone: Sequence[ModuleEntry]) -> None:
        self.host = host
        self.manifest = manifest
        self.gone = gone

    def tables(self, path: str) -> list[TableWish]:
        places: dict[tuple[str, ...], list[TableEntry]] = {}
        for entry in self.host.entries:
            if entry.path == path:
                places.setdefault(entry.table, []).append(entry)
        return [self._table(path, table, entries) for table, entries in places.items()]

    def arrays(self, path: str) -> list[ArrayWish]:
        return [self._array(place) for place in self.host.items if place.path == path]

    def _table(self, path: str, table: tuple[str, ...], places: Sequence[TableEntry]) -> TableWish:
        values = {
            self._render(place.key, module): self._render(place.value, module)
            for place in places
            for module in self._modules(place.of)
        }
        gone = frozenset(self._render(place.key, module) for place in places for module in self.gone)
        return TableWish(table=table, values=values, gone=gone, owned=self._owned(path, table, None))

    def _array(self, place: ArrayItem) -> ArrayWish:
        return ArrayWish(
            table=place.table,
            key=place.key,
            items=frozenset(self._render(place.item, module) for module in self._modules(place.of)),
            gone=frozenset(self._render(place.item, module) for module in self.gone),
            owned=self._owned(place.path, place.table, place.key),
        )

    def _owned(self, path: str, table: tuple[str, ...], array: str | None) -> str | None:
        patterns = [own for own in self.host.owned if own.path == path and own.table == table]
        return next((own.pattern for own in patterns if array is None or own.array == array), None)

    def _modules(self, which: Which) -> list[ModuleEntry]:
        return [entry for entry in self.manifest.modules.values() if which in ("all", _which(entry))]

    def _render(self, template: str, entry: ModuleEntry) -> str:
        return render_for_module(template, entry, app=self.manifest.app, needs=self._optional_needs(entry))

    def _optional_needs(self, entry: ModuleEntry) -> tuple[ModuleName, ...]:
        modules = self.manifest.modules
        return tuple(need for need in entry.depends_on if need in modules and not modules[need].required)


def _which(entry: ModuleEntry) -> str:
    return "required" if entry.required else "optional"


def _first_difference(found: bytes | None, expected: bytes) -> int:
    if found is None:
        return 1
    lines = list(zip(found.split(b"\n"), expected.split(b"\n"), strict=False))
    return next((number for number, (old, new) in enumerate(lines, 1) if old != new), len(lines))
