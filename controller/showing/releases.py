"""Releases: the list, one with its evidence, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from codegen import Delta, Manifest, ManifestError, ModuleEntry, ModuleName, Sentence, delta
from controller.core.errors import Denied
from controller.core.ledger.state import Hold, LedgerState, Release
from controller.core.model import EnvironmentName, MainCommit, ReleaseId
from controller.operations.platform import Platform
from controller.operations.reading import EMPTY, manifest_at
from controller.operations.view import View
from controller.showing.held import HeldReleases
from controller.showing.timeline import Stay, Timeline

_SHOWN_APART = frozenset({"slug", "version", "features"})


@dataclass(frozen=True)
class ReleaseRow:
    """A release in a list: where it runs now, where it ran before, and the hold that makes it wait."""

    release: Release
    runs_in: tuple[EnvironmentName, ...]
    ran_in: tuple[EnvironmentName, ...]
    hold: Hold | None


@dataclass(frozen=True)
class ReleasePage:
    """Some releases, the newest first; `next` is the one to go on behind, `None` at the end. `total` counts all."""

    rows: tuple[ReleaseRow, ...]
    next: ReleaseId | None
    total: int


@dataclass(frozen=True)
class ModuleChange:
    """A module that two releases have differently. `others` are the further keys of the manifest that differ."""

    module: ModuleName
    version_before: str
    version_after: str
    features_added: tuple[str, ...] = ()
    features_removed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """
    What one has to do to get from `before` to `after`, in modules.

    `commits` are those between the two, oldest first, whichever of them is the older; none where one of them is not on
    the default branch any more. `is_forward` says that `after` is the newer one.
    """

    before: Release
    after: Release
    added: tuple[ModuleEntry, ...]
    removed: tuple[ModuleEntry, ...]
    changed: tuple[ModuleChange, ...]
    commits: tuple[MainCommit, ...]
    is_forward: bool


def newest_first(ledger: LedgerState) -> list[Release]:
    """Every release, the newest first; of one moment the one with the later name."""
    return sorted(ledger.releases.values(), key=lambda release: (release.created_at, release.id), reverse=True)


def list_releases(
    view: View,
    timeline: Timeline,
    *,
    after: ReleaseId | None = None,
    limit: int = 50,
    module: str | None = None,
) -> ReleasePage:
    """The releases behind `after`. `module` keeps those that brought, took out or changed it."""
    chosen = [r for r in newest_first(view.state) if module is None or module in _touched(r)]
    begin = _behind(chosen, after)
    shown = chosen[begin : begin + limit]
    held, ran = HeldReleases(view.main, view.state), _where_it_ran(timeline)
    rows = tuple(_row(release, view.state, held, ran) for release in shown)
    more = begin + limit < len(chosen)
    return ReleasePage(rows, shown[-1].id if more and shown else None, len(chosen))


def find_release(view: View, release: str) -> Release:
    """The release of that name. `Denied` (`NotFound`) where there is none."""
    found = view.state.releases.get(ReleaseId(release))
    if found is None:
        raise Denied(
            "NotFound",
            Sentence("there is no release {release}", release=release[:60]),
            hint=Sentence("see modwright releases"),
        )
    return found


def show_release(view: View, timeline: Timeline, release: Release) -> ReleaseRow:
    """One release as the list has it."""
    return _row(release, view.state, HeldReleases(view.main, view.state), _where_it_ran(timeline))


def stays_of(release: Release, timeline: Timeline) -> tuple[Stay, ...]:
    """Every stay of a release anywhere, the newest first."""
    found = (stay for stays in timeline.values() for stay in stays if stay.release == release.id)
    return tuple(sorted(found, key=lambda stay: stay.since, reverse=True))


def difference(platform: Platform, view: View, before: Release, after: Release) -> Difference:
    """What differs. Reads both manifests from git, so that the loop's lock is to be held."""
    found = _delta(platform, view, before, after)
    index = view.main.index
    is_forward = index.get(before.commit, -1) <= index.get(after.commit, -1)
    older, newer = (before, after) if is_forward else (after, before)
    return Difference(
        before=before,
        after=after,
        added=found.added,
        removed=found.removed,
        changed=tuple(module_change(*pair) for pair in found.changed),
        commits=view.main.between(older.commit, newer.commit),
        is_forward=is_forward,
    )


def module_change(before: ModuleEntry, after: ModuleEntry) -> ModuleChange:
    """What differs in one module's entry."""
    old, new = frozenset(before.features), frozenset(after.features)
    keys = (field.name for field in fields(ModuleEntry) if field.name not in _SHOWN_APART)
    return ModuleChange(
        module=after.slug,
        version_before=before.version or "",
        version_after=after.version or "",
        features_added=tuple(sorted(new - old)),
        features_removed=tuple(sorted(old - new)),
        others=tuple(key for key in keys if getattr(before, key) != getattr(after, key)),
    )


def _delta(platform: Platform, view: View, before: Release, after: Release) -> Delta:
    if before.manifest_hash == after.manifest_hash:
        return Delta()
    return delta(_manifest(platform, view, before), _manifest(platform, view, after))


def _manifest(platform: Platform, view: View, release: Release) -> Manifest:
    """A release's own manifest; it was valid when the release was made."""
    try:
        return manifest_at(platform, view.configuration, release.commit)
    except (ManifestError, UnicodeDecodeError):
        return EMPTY


def _behind(releases: list[Release], after: ReleaseId | None) -> int:
    """The place behind that release; one that is not there any more or not chosen is behind nothing."""
    return next((place + 1 for place, release in enumerate(releases) if release.id == after), 0)


def _row(
    release: Release,
    ledger: LedgerState,
    held: HeldReleases,
    ran: Mapping[ReleaseId, tuple[EnvironmentName, ...]],
) -> ReleaseRow:
    runs_in = tuple(state.name for state in ledger.environments.values() if state.release == release.id)
    ran_in = tuple(name for name in ran.get(release.id, ()) if name not in runs_in)
    return ReleaseRow(release, runs_in, ran_in, held.hold_of(release))


def _where_it_ran(timeline: Timeline) -> Mapping[ReleaseId, tuple[EnvironmentName, ...]]:
    found: dict[ReleaseId, dict[EnvironmentName, None]] = {}
    for name, stays in timeline.items():
        for stay in stays:
            found.setdefault(stay.release, {})[name] = None
    return {release: tuple(names) for release, names in found.items()}


def _touched(release: Release) -> Iterator[str]:
    for evidence in release.commits:
        yield from (*evidence.added, *evidence.removed, *evidence.changed)
