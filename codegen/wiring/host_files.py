"""A host's files while modules are put in and taken out: every place of the preset, then the lock, then what is shared.

Nothing is believed before it is read again: every TOML file is parsed as a whole before its first edit, since it may be
hostile, and after its last.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codegen.cargo import cargo_toml
from codegen.cargo.cargo_lock import sync_package
from codegen.cargo.entries import entry_names, listed_items, stale
from codegen.cargo.lock_entry import add_path_package
from codegen.cargo.lock_text import read_lock
from codegen.lint.manifest import read_manifest
from codegen.manifest.edits import write_delta
from codegen.manifest.model import Manifest, ModuleEntry
from codegen.names import ModuleName
from codegen.resolution.delta import Delta, delta
from codegen.resolution.graph import in_order
from codegen.sentences import Sentence
from codegen.wiring.dependents import Dependents, lock_wishes
from codegen.wiring.places import ensure, inherits, remove
from codegen.wiring.preset import LockedPackage, Place, TableEntry
from codegen.wiring.reader import Reader
from codegen.wiring.references import Reference, references
from codegen.wiring.render import render_file, render_for_host
from codegen.wiring.shape import Shape
from codegen.wiring.texts import EditedFiles, Texts


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A place in which an uninstalled module stays, and why; `stays`: whatever else changes, not for other code's sake."""

    module: ModuleName
    path: str
    what: str
    why: str
    stays: bool


@dataclass(frozen=True, kw_only=True)
class HostEdit:
    """The host's files that differ, what an uninstall leaves in them, and code that refers to what is gone."""

    files: Mapping[str, bytes]
    kept: tuple[Kept, ...] = ()
    references: tuple[Reference, ...] = ()


def write_host(
    reader: Reader,
    manifest: Manifest,
    *,
    wired: Iterable[ModuleName],
    gone: Sequence[ModuleEntry],
    asked: Container[ModuleName],
    found: Dependents,
) -> HostEdit:
    """The host's files with the modules `wired` in every place that the preset gives them, and without those `gone`.

    Places that nobody misses are written only for the modules that were `asked` for, and mended for nobody.
    """
    return _Writing(reader, manifest, asked, found).written(list(wired), gone)


class _Writing:
    def __init__(self, reader: Reader, manifest: Manifest, asked: Container[ModuleName], found: Dependents) -> None:
        self.reader = reader
        self.host = reader.host
        self.manifest = manifest
        self.asked = asked
        self.found = found
        self.texts = Texts(reader)
        self.own_places = [place for place in self.host.places if not _is_shared(place)]
        self.shared_places = [place for place in self.host.places if _is_shared(place)]
        self.kept: list[Kept] = []
        self.references: list[Reference] = []

    def written(self, wired: Sequence[ModuleName], gone: Sequence[ModuleEntry]) -> HostEdit:
        before = Manifest(
            schema=self.manifest.schema,
            app=self.manifest.app,
            modules={**self.manifest.modules, **{entry.slug: entry for entry in gone}},
        )
        inside = [self.reader.shape(entry, self.manifest) for entry in self._ordered(wired)]
        outside = [self.reader.shape(before.modules[slug], before) for slug in reversed(_in_order(before, gone))]
        for shape in outside:
            self._take_out(shape)
        for shape in inside:
            self._put_in(shape)
        self._remove_owned(inside)
        self._mirror({shape.slug for shape in (*inside, *outside)})
        self._lock([*inside, *outside])
        self._share(inside, outside)
        self._generate()
        return HostEdit(files=dict(self.texts.changed()), kept=tuple(self.kept), references=tuple(self.references))

    def _ordered(self, wired: Sequence[ModuleName]) -> Sequence[ModuleEntry]:
        """Needs first: a feature may name another only where that one is."""
        entries = [self.manifest.modules[slug] for slug in wired]
        return [self.manifest.modules[slug] for slug in _in_order(self.manifest, entries)]

    def _put_in(self, shape: Shape) -> None:
        for place in self.own_places:
            if (place.demanded or shape.slug in self.asked) and shape.holds(place.when):
                self.texts[place.path] = ensure(place, self.texts[place.path], shape)

    def _take_out(self, shape: Shape) -> None:
        places = [place for place in self.own_places if shape.holds(place.when)]
        for place in places:
            if place.leaves == "goes":
                self.texts[place.path] = remove(place, self.texts[place.path], shape)
        staying = [place for place in places if place.leaves != "goes"]
        refer = references(self.reader, shape, self.texts) if staying else ()
        self.references += refer
        self._drop(refer)
        for place in staying:
            self._take_or_keep(place, shape, refer)

    def _drop(self, refer: Sequence[Reference]) -> None:
        for one in refer:
            if one.dropped is not None:
                feature, item = one.dropped.feature, one.dropped.item
                text = self.texts[one.path]
                self.texts[one.path] = cargo_toml.remove_item(text, ("features",), feature, item=item, path=one.path)

    def _take_or_keep(self, place: Place, shape: Shape, refer: Sequence[Reference]) -> None:
        text = self.texts[place.path]
        without = remove(place, text, shape)
        if without == text:
            return
        if place.leaves == "referenced" and not any(one.holds for one in refer):
            self.texts[place.path] = without
            return
        stays = place.leaves == "stays"
        why = place.stays_since if stays else _reason(refer)
        self.kept.append(Kept(module=shape.slug, path=place.path, what=place.what, why=why, stays=stays))

    def _remove_owned(self, inside: Sequence[Shape]) -> None:
        for own in self.host.owned:
            text, kept = self.texts[own.path], frozenset(self._given(own.path, own.table, inside))
            present = entry_names(text, own.table, path=own.path)
            for key in stale(present, pattern=own.pattern, kept=kept):
                text = cargo_toml.remove_entry(text, own.table, key, path=own.path)
            if own.array is not None:
                listed = listed_items(text, own.table, own.array, path=own.path)
                for item in stale(listed, pattern=own.pattern, kept=kept):
                    text = cargo_toml.remove_item(text, own.table, own.array, item=item, path=own.path)
            self.texts[own.path] = text

    def _given(self, path: str, table: tuple[str, ...], inside: Sequence[Shape]) -> Iterator[str]:
        for place in self.host.places:
            if isinstance(place, TableEntry) and (place.path, place.table) == (path, table):
                yield from (shape.render(place.key) for shape in inside if shape.holds(place.when))

    def _mirror(self, modules: set[ModuleName]) -> None:
        for mirror in self.host.mirrors:
            text = self.texts[mirror.path]
            wanted = _restricted(delta(read_manifest(text, path=mirror.path), self.manifest), modules)
            self.texts[mirror.path] = write_delta(text, wanted, path=mirror.path)

    def _lock(self, shapes: Sequence[Shape]) -> None:
        for locked in self.host.locked:
            if locked.manifest is not None and locked.manifest not in self.texts:
                continue
            self._lock_new(locked, shapes)
            self.texts[locked.path] = sync_package(
                self.texts[locked.path],
                package=render_for_host(locked.package, app=self.manifest.app),
                wanted=self._wanted(locked, shapes),
                path=locked.path,
            )

    def _lock_new(self, locked: LockedPackage, shapes: Sequence[Shape]) -> None:
        """Crates of the repository that are not locked yet are locked from what their own files say."""
        for shape in shapes:
            known = read_lock(self.texts[locked.path], path=locked.path).members
            if shape.path is not None and self._is_unlocked(shape, known):
                self.texts[locked.path] = add_path_package(
                    self.texts[locked.path],
                    shape.path,
                    files=EditedFiles(self.texts),
                    path=locked.path,
                    workspace=locked.workspace,
                )

    def _is_unlocked(self, shape: Shape, known: Container[str]) -> bool:
        if shape.crate in known or shape.slug not in self.manifest.modules:
            return False
        return f"{shape.path}/Cargo.toml" in self.texts

    def _wanted(self, locked: LockedPackage, shapes: Sequence[Shape]) -> Mapping[str, bool]:
        if locked.manifest is None:
            installed = {entry.crate for entry in self.manifest.modules.values()}
            return {shape.crate: shape.crate in installed for shape in shapes}
        return lock_wishes(self.texts[locked.manifest], shapes, path=locked.manifest)

    def _share(self, inside: Sequence[Shape], outside: Sequence[Shape]) -> None:
        """Places that several packages may lean on, once it is known what each of them says."""
        for place in self.shared_places:
            for shape in inside:
                if shape.holds(place.when) and self._is_inherited(place, shape):
                    self.texts[place.path] = ensure(place, self.texts[place.path], shape)
            for shape in outside:
                self._take_or_share(place, shape)

    def _take_or_share(self, place: Place, shape: Shape) -> None:
        without = remove(place, self.texts[place.path], shape)
        if without == self.texts[place.path]:
            return
        if self._is_inherited(place, shape) or self.found.inherit(shape.crate, self.texts):
            self.kept.append(Kept(module=shape.slug, path=place.path, what=place.what, why=_SHARED, stays=False))
        else:
            self.texts[place.path] = without

    def _is_inherited(self, place: Place, shape: Shape) -> bool:
        paths = place.inherited_by if isinstance(place, TableEntry) else ()
        return any(path in self.texts and inherits(self.texts[path], shape.crate, path=path) for path in paths)

    def _generate(self) -> None:
        if self.host.generated:
            shapes = [self.reader.shape(entry, self.manifest) for entry in self.manifest.modules.values()]
            for file in self.host.generated:
                self.texts[file.path] = render_file(file.template, shapes, app=self.manifest.app)


_SHARED = Sentence("another package of the workspace lists the crate")


def _in_order(manifest: Manifest, entries: Iterable[ModuleEntry]) -> Sequence[ModuleName]:
    return in_order({entry.slug: manifest.modules[entry.slug].depends_on for entry in entries})


def _is_shared(place: Place) -> bool:
    return isinstance(place, TableEntry) and bool(place.inherited_by)


def _restricted(change: Delta, modules: set[ModuleName]) -> Delta:
    return Delta(
        added=tuple(entry for entry in change.added if entry.slug in modules),
        removed=tuple(entry for entry in change.removed if entry.slug in modules),
        changed=tuple(pair for pair in change.changed if pair[0].slug in modules),
    )


def _reason(refer: Sequence[Reference]) -> str:
    holding = [one for one in refer if one.holds]
    place = f"{holding[0].path}:{holding[0].line}"
    if len(holding) == 1:
        return Sentence("{place} refers to it", place=place)
    more = len(holding) - 1
    return Sentence.counted(
        "{place} refers to it and {count} more", "{place} refers to it and {count} more", more, place=place
    )
