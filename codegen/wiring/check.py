"""Where a host is not what its manifest gives: whatever is missing, left over, or stands otherwise than it should.

Each place of each module is judged on the files as they are, by the same edits that a plan would make. So what a plan wrote
is in step, and what is told here is what `apply` would mend, but for what is marked to be done by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from codegen.cargo.cargo_lock import LARGEST as LARGEST_LOCK
from codegen.cargo.lock_text import read_lock
from codegen.catalog.listed import Catalog
from codegen.errors import CodegenError, Finding, ManifestError, Refused
from codegen.lint.manifest import read_manifest
from codegen.manifest.model import Manifest
from codegen.names import ModuleName
from codegen.resolution.delta import delta
from codegen.toml.text import parse
from codegen.wiring.dependents import lock_wishes
from codegen.wiring.drift import (
    APPLY,
    Drift,
    UnreadableHost,
    beyond_needs,
    chain_to,
    first_difference,
    missing,
    otherwise,
    typeless,
)
from codegen.wiring.places import ensure, inherits, remove, stands, stands_by_hand, strays
from codegen.wiring.preset import ArrayItem, DocumentRow, LockedPackage, Mirror, Place, SourceLines, TableEntry
from codegen.wiring.reader import LARGEST_SOURCE, Reader
from codegen.wiring.render import render_file, render_for_host
from codegen.wiring.shape import Shape


def find_drift(reader: Reader, manifest: Manifest, catalog: Catalog) -> tuple[Drift, ...]:
    """Every place that is not in step, by file and line. Raises `ManifestError` with every file that cannot be read."""
    found = _Judging(reader, manifest, catalog).found()
    return tuple(sorted(found, key=lambda drift: (drift.path, drift.line, drift.module or "", drift.problem)))


class _Judging:
    def __init__(self, reader: Reader, manifest: Manifest, catalog: Catalog) -> None:
        self.reader = reader
        self.host = reader.host
        self.manifest = manifest
        self.catalog = catalog
        self.findings: list[Finding] = []
        self.texts: dict[str, str | None] = {}

    def found(self) -> list[Drift]:
        drifts = [
            *self._of_modules(),
            *self._of_strangers(),
            *self._of_mirrors(),
            *self._of_locks(),
            *self._of_generated(),
        ]
        if self.findings:
            raise UnreadableHost(drifts, *dict.fromkeys(self.findings))
        return drifts

    def _of_modules(self) -> Iterator[Drift]:
        for entry in self.manifest.modules.values():
            shape = self.reader.shape(entry, self.manifest)
            yield from self._judged(lambda shape=shape: list(self._of_module(shape)))  # type: ignore[misc]

    def _of_module(self, shape: Shape) -> Iterator[Drift]:
        if self.host.source is not None and shape.code is not None and shape.type is None:
            yield typeless(shape)
        for place in self.host.places:
            if place.demanded:
                yield from self._judged(lambda place=place: list(self._of_place(place, shape)))  # type: ignore[misc]

    def _of_place(self, place: Place, shape: Shape) -> Iterator[Drift]:
        text = self._text(place.path) if shape.holds(place.when) else None
        if text is None or (isinstance(place, TableEntry) and not self._is_needed(place, shape)):
            return
        if isinstance(place, SourceLines) and place.is_drift and not stands(place, text, shape):
            line = stands_by_hand(place, text, shape)
            if line is not None:
                yield otherwise(place, shape, line)
        yield from beyond_needs(place, text, shape)
        ensured = ensure(place, text, shape)
        if ensured != text:
            yield missing(place, shape, text, ensured)

    def _is_needed(self, place: TableEntry, shape: Shape) -> bool:
        paths = [path for path in place.inherited_by if self._text(path) is not None]
        return not place.inherited_by or any(inherits(self._text(p) or "", shape.crate, path=p) for p in paths)

    def _of_strangers(self) -> Iterator[Drift]:
        """Modules that are known or look like one, stand in a place that an uninstall empties, and are not installed."""
        seen: set[tuple[str, str]] = set()
        for slug, entry in self.catalog.modules.items():
            if slug not in self.manifest.modules and entry.path is not None:
                shape = self.reader.shape(entry, self.manifest)
                for drift in self._judged(lambda shape=shape: list(self._left_over(shape))):  # type: ignore[misc]
                    seen.add((drift.path, slug))
                    yield drift
        for place in self.host.places:
            yield from self._judged(lambda place=place: list(self._strays(place, seen)))  # type: ignore[misc]

    def _left_over(self, shape: Shape) -> Iterator[Drift]:
        for place in self.host.places:
            text = self._text(place.path) if place.leaves == "goes" and shape.holds(place.when) else None
            if text is not None and (without := remove(place, text, shape)) != text:
                line = first_difference(text, without)
                problem = f"left over, since it is not in the manifest: {place.what}"
                yield Drift(
                    path=place.path, line=line, module=shape.slug, place=place.what, problem=problem, hint=APPLY
                )

    def _strays(self, place: Place, seen: set[tuple[str, str]]) -> Iterator[Drift]:
        text = self._text(place.path) if isinstance(place, ArrayItem | DocumentRow) else None
        for name, line in strays(place, text) if text is not None else ():
            if name in self.manifest.modules or (place.path, name) in seen:
                continue
            seen.add((place.path, name))
            hint = f"{chain_to(place, text or '', name)}; take it out by hand, or install {name}"
            problem = f"left over, since it is not in the manifest: {place.what}"
            yield Drift(
                path=place.path,
                line=line,
                module=ModuleName(name),
                place=place.what,
                problem=problem,
                hint=hint,
                by_hand=True,
            )

    def _of_mirrors(self) -> Iterator[Drift]:
        for mirror in self.host.mirrors:
            yield from self._judged(lambda mirror=mirror: list(self._of_mirror(mirror)))  # type: ignore[misc]

    def _of_mirror(self, mirror: Mirror) -> Iterator[Drift]:
        text = self._text(mirror.path)
        if text is None:
            return
        for slug in sorted(delta(read_manifest(text, path=mirror.path), self.manifest).modules):
            problem = f"its row is not that of {self.host.manifest}"
            yield Drift(path=mirror.path, module=slug, place="mirrored manifest", problem=problem, hint=APPLY)

    def _of_locks(self) -> Iterator[Drift]:
        for locked in self.host.locked:
            yield from self._judged(lambda locked=locked: list(self._of_lock(locked)))  # type: ignore[misc]

    def _of_lock(self, locked: LockedPackage) -> Iterator[Drift]:
        if locked.manifest is not None and locked.manifest not in self.reader.files:
            return
        text = self._text(locked.path)
        wanted = self._lock_wishes(locked)
        if text is None or wanted is None:
            return
        package = render_for_host(locked.package, app=self.manifest.app)
        lock = read_lock(text, path=locked.path)
        listed = {reference.partition(" ")[0] for reference in lock.member(package).dependencies}
        for crate, is_wanted in wanted.items():
            if (crate in listed) == is_wanted:
                continue
            problem = f"{package} {'lacks' if is_wanted else 'has'} {crate}"
            yield Drift(path=locked.path, place="locked dependencies", problem=problem, hint=APPLY)

    def _lock_wishes(self, locked: LockedPackage) -> Mapping[str, bool] | None:
        if locked.manifest is None:
            entries = self.manifest.modules.values()
            gone = [entry.crate for slug, entry in self.catalog.modules.items() if slug not in self.manifest.modules]
            return {**dict.fromkeys(gone, False), **{entry.crate: True for entry in entries}}
        text = self._text(locked.manifest)
        known = {**self.catalog.modules, **self.manifest.modules}
        shapes = [self.reader.shape(entry, self.manifest) for entry in known.values() if entry.path is not None]
        readable = [shape for shape in shapes if shape.stands_where("ui or true")]
        return None if text is None else lock_wishes(text, readable, path=locked.manifest)

    def _of_generated(self) -> Iterator[Drift]:
        for file in self.host.generated:
            shapes = [self.reader.shape(entry, self.manifest) for entry in self.manifest.modules.values()]
            expected = render_file(file.template, shapes, app=self.manifest.app)
            content = self.reader.files.get(file.path)
            if content != expected.encode():
                line = 1 if content is None else first_difference(content.decode(errors="replace"), expected)
                yield Drift(path=file.path, line=line, problem="not what the manifest gives", hint=APPLY)

    def _text(self, path: str) -> str | None:
        """A file's text; one that cannot be read is a finding once, and no drift of every module."""
        if path not in self.texts:
            self.texts[path] = None
            largest = LARGEST_LOCK if path.endswith(".lock") else LARGEST_SOURCE
            try:
                text = self.reader.text(path, largest=largest)
                self.texts[path] = parse(text, path=path).text if path.endswith(".toml") else text
            except ManifestError as error:
                self.findings += error.findings
        return self.texts[path]

    def _judged(self, judge: Callable[[], list[Drift]]) -> list[Drift]:
        try:
            return judge()
        except Refused as refused:
            self.findings.append(Finding(path=self.host.manifest, problem=refused.message, hint=refused.hint))
        except CodegenError as error:
            self.findings += error.findings
        return []
