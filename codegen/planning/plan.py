"""A plan as a value: everything that a person, a policy or a page wants to know of a change before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from codegen.cargo.features import enabled, features_of
from codegen.cargo.lock_text import LARGEST as LARGEST_LOCK
from codegen.cargo.workspace import Rebuild, rebuild
from codegen.change import Change
from codegen.names import ModuleName
from codegen.planning.compose import Edits, Host, Repository
from codegen.planning.text_diff import unified_diff
from codegen.repository import Files
from codegen.resolution.delta import Delta
from codegen.resolution.undo import Undo, undo_of
from codegen.sentences import Sentence
from codegen.toml.text import LARGEST_MANIFEST, decode
from codegen.wiring.host_files import Kept
from codegen.wiring.preset import ArrayItem
from codegen.wiring.references import Reference
from codegen.wiring.render import render_for_host


@dataclass(frozen=True, kw_only=True)
class FileEdit:
    """One file: its new text (`None` where it goes) and the difference as a unified diff."""

    path: str
    text: str | None
    diff: str


@dataclass(frozen=True, kw_only=True)
class FeatureEdit:
    """A Cargo feature of a host's package that comes, goes, or is turned on or off in a default build."""

    path: str
    feature: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Migrations:
    """A module's migrations: whether they arrive with this change, and why they stay where the module goes."""

    module: ModuleName
    what: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """A line of code that refers to what goes, so that a person has to change it."""

    path: str
    line: int
    found: str


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """An item of a Cargo feature that goes with a crate: Cargo reads no file whose features name what is no dependency."""

    path: str
    line: int
    feature: str
    item: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a change would do, as a whole. `rebuild` is nothing where the repository has no lock to predict it from, and
    `undo` where there would be nothing to take back.
    """

    host: str
    delta: Delta
    because: Mapping[ModuleName, str]
    files: tuple[FileEdit, ...]
    features: tuple[FeatureEdit, ...]
    migrations: tuple[Migrations, ...]
    rebuild: Rebuild | None
    undo: Undo | None
    kept: tuple[Kept, ...]
    by_hand: tuple[ByHand, ...]
    dropped: tuple[Dropped, ...]
    warnings: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether everything is so already."""
        return not self.files


def make_plan(
    files: Files,
    changes: Sequence[Change],
    *,
    host: Host = None,
    manifest_path: str | None = None,
    catalog_path: str | None = None,
) -> Plan:
    """The plan of changes on a repository; raises as `plan_changes` does."""
    with Repository(files, host, manifest_path=manifest_path, catalog_path=catalog_path) as repository:
        resolution = repository.resolve(changes)
        edits = repository.edits(resolution, asked=[change.module for change in changes])
        return plan_of(repository, edits)


def plan_of(repository: Repository, edits: Edits) -> Plan:
    """The plan that these edits of a repository are."""
    by_hand = tuple(_by_hand(edits.references))
    dropped = tuple(_dropped(edits.references))
    return Plan(
        host=edits.host,
        delta=edits.delta,
        because=edits.resolution.because,
        files=tuple(_file(repository.reader.files, path, content) for path, content in sorted(edits.files.items())),
        features=tuple(_features(repository, edits)),
        migrations=tuple(_migrations(repository, edits)),
        rebuild=_rebuild(repository, edits),
        undo=None if edits.delta.is_empty else undo_of(edits.delta, edits.resolution.after, repository.facts),
        kept=edits.kept,
        by_hand=by_hand,
        dropped=dropped,
        warnings=tuple(_warnings(edits, by_hand, dropped)),
    )


def _file(files: Files, path: str, content: bytes | None) -> FileEdit:
    old = files.get(path, b"").decode(errors="replace")
    new = None if content is None else content.decode()
    return FileEdit(path=path, text=new, diff=unified_diff(path, old, new or ""))


def _features(repository: Repository, edits: Edits) -> Iterator[FeatureEdit]:
    for path in repository.host.toml_paths:
        content = edits.files.get(path)
        if content is None:
            continue
        old, new = repository.reader.text(path, largest=LARGEST_MANIFEST), content.decode()
        yield from _declared(path, old, new)
        for key in _default_lists(repository, path):
            yield from _turned(path, key, old, new)


def _declared(path: str, old: str, new: str) -> Iterator[FeatureEdit]:
    before, after = features_of(old, path=path), features_of(new, path=path)
    yield from (FeatureEdit(path=path, feature=name, what="declared") for name in after if name not in before)
    yield from (FeatureEdit(path=path, feature=name, what="removed") for name in before if name not in after)


def _default_lists(repository: Repository, path: str) -> list[str]:
    places = [place for place in repository.host.places if isinstance(place, ArrayItem) and place.path == path]
    return list(dict.fromkeys(place.key for place in places if place.key == "default"))


def _turned(path: str, key: str, old: str, new: str) -> Iterator[FeatureEdit]:
    before, after = enabled(old, key, path=path), enabled(new, key, path=path)
    own = features_of(new, path=path).keys() | features_of(old, path=path).keys()
    yield from (FeatureEdit(path=path, feature=n, what="on by default") for n in after if n not in before and n in own)
    yield from (FeatureEdit(path=path, feature=n, what="off by default") for n in before if n not in after and n in own)


def _migrations(repository: Repository, edits: Edits) -> Iterator[Migrations]:
    reader, paths = repository.reader, _migrator_paths(repository)
    for entry in edits.delta.added:
        if reader.shape(entry, edits.resolution.after).migrations:
            yield Migrations(module=entry.slug, what="arrive", why=Sentence("they run when the new release starts"))
    staying = {kept.module: kept for kept in edits.kept if kept.stays and kept.path in paths}
    yield from (Migrations(module=module, what="stay", why=kept.why) for module, kept in staying.items())


def _migrator_paths(repository: Repository) -> frozenset[str]:
    """The files that a preset wires for modules with migrations only."""
    return frozenset(place.path for place in repository.host.places if place.when == "migrations")


def _rebuild(repository: Repository, edits: Edits) -> Rebuild | None:
    locks = [locked for locked in repository.host.locked if locked.path in repository.reader.files]
    if not locks or not edits.files:
        return None
    locked = locks[0]
    before = repository.reader.text(locked.path, largest=LARGEST_LOCK)
    after = edits.files.get(locked.path)
    package = render_for_host(locked.package, app=repository.manifest.app)
    text = before if after is None else decode(after, path=locked.path, largest=LARGEST_LOCK)
    return rebuild(text, changed=_changed(repository, edits), host=package, before=before, path=locked.path)


def _changed(repository: Repository, edits: Edits) -> list[str]:
    """The packages whose files are edited: those that the preset knows by their folder, and the modules' crates."""
    app = repository.manifest.app
    folders = {
        locked.manifest.rpartition("/")[0]: render_for_host(locked.package, app=app)
        for locked in repository.host.locked
        if locked.manifest
    }
    edited = [package for folder, package in folders.items() if any(p.startswith(f"{folder}/") for p in edits.files)]
    return [*edited, *(entry.crate for entry in edits.delta.added)] or [app]


def _by_hand(found: Iterable[Reference]) -> Iterator[ByHand]:
    for one in found:
        if not one.holds and one.dropped is None:
            yield ByHand(path=one.path, line=one.line, found=one.found)


def _dropped(found: Iterable[Reference]) -> Iterator[Dropped]:
    for one in found:
        if one.dropped is not None:
            yield Dropped(path=one.path, line=one.line, feature=one.dropped.feature, item=one.dropped.item)


def _warnings(edits: Edits, by_hand: Sequence[ByHand], dropped: Sequence[Dropped]) -> Iterator[str]:
    for path in dict.fromkeys(one.path for one in by_hand):
        lines = tuple(one.line for one in by_hand if one.path == path)
        yield Sentence(
            "{path} names what goes, in line {lines}: change it in the same pull request, or it does not compile",
            path=path,
            lines=lines,
        )
    for item in dropped:
        yield Sentence(
            "{item} is taken out of {feature} in {path}: put it back when the module returns",
            item=item.item,
            feature=item.feature,
            path=item.path,
        )
    yield from edits.resolution.notes
    for module, why in dict.fromkeys((kept.module, kept.why) for kept in edits.kept):
        paths = dict.fromkeys(kept.path for kept in edits.kept if (kept.module, kept.why) == (module, why))
        yield Sentence("{module} stays in {paths}: {why}", module=module, paths=tuple(paths), why=why)
