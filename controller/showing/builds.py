"""Builds: their history, how long they took, and which module is to blame."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from codegen import ModuleName, Sentence
from controller.core.builds import BuildRecord
from controller.core.errors import Denied
from controller.core.model import Annotation, BuildId, Known
from controller.operations import builds
from controller.reconcile.loop import Loop

_BLAMED = re.compile(r"module ([a-z0-9][a-z0-9_-]{0,63})")
"""How the build job names the module that an error is in: the title of its annotation."""


@dataclass(frozen=True)
class BuildFilter:
    """Which builds to show; `None` asks for all. `module` is the one to blame."""

    status: str | None = None
    module: str | None = None
    requester: str | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class BuildShown:
    """
    A build. `took` is its duration, until now while it runs and `None` before it starts; `blamed` the module of the
    first error, where the build job could tell.
    """

    record: BuildRecord
    took: timedelta | None
    first_error: Annotation | None
    blamed: ModuleName | None


@dataclass(frozen=True)
class BuildsPage:
    """Some builds, the newest first; `next` is the one to go on behind, `None` at the end. `total` counts the chosen."""

    builds: tuple[BuildShown, ...]
    next: BuildId | None
    total: int


def list_builds(
    loop: Loop, wanted: BuildFilter = BuildFilter(), *, after: BuildId | None = None, limit: int = 50
) -> BuildsPage:
    """The builds behind `after` that fit the filter."""
    now = loop.platform.clock()
    chosen = choose_builds(loop, wanted)
    begin = next((place + 1 for place, record in enumerate(chosen) if record.build_id == after), 0)
    shown = chosen[begin : begin + limit]
    more = begin + limit < len(chosen)
    rows = tuple(show_build(record, now) for record in shown)
    return BuildsPage(rows, shown[-1].build_id if more and shown else None, len(chosen))


def choose_builds(loop: Loop, wanted: BuildFilter) -> list[BuildRecord]:
    """The records that fit the filter, the newest first."""
    return [record for record in every_build(loop) if _fits(record, wanted)]


def find_build(loop: Loop, build: str) -> BuildShown:
    """One build. `Denied` (`NotFound`) where there is none."""
    found = next((record for record in every_build(loop) if record.build_id == build), None)
    if found is None:
        raise Denied(
            "NotFound",
            Sentence("there is no build {build}", build=build[:60]),
            hint=Sentence("modwright builds lists those that are known"),
        )
    return show_build(found, loop.platform.clock())


def every_build(loop: Loop) -> tuple[BuildRecord, ...]:
    """Every record, the newest first; of runs without one what would be recorded."""
    with loop.turn():
        seen = loop.look()
        runs = seen.snapshot.builds.value if isinstance(seen.snapshot.builds, Known) else ()
        proposals = seen.snapshot.proposals.value if isinstance(seen.snapshot.proposals, Known) else ()
        return builds.every_record(loop.platform, seen.view, runs, proposals)


def show_build(record: BuildRecord, now: datetime) -> BuildShown:
    """One record as it is shown."""
    first = record.errors[0] if record.errors else None
    return BuildShown(record, _took(record, now), first, blamed(record.errors))


def blamed(errors: Iterable[Annotation]) -> ModuleName | None:
    """The module that the first error with one names."""
    found = (_BLAMED.match(error.title) for error in errors)
    return next((ModuleName(match[1]) for match in found if match is not None), None)


def _took(record: BuildRecord, now: datetime) -> timedelta | None:
    if record.started_at is None:
        return None
    return max((record.finished_at or now) - record.started_at, timedelta())


def _fits(record: BuildRecord, wanted: BuildFilter) -> bool:
    requester = record.requester.login if record.requester is not None else ""
    return (
        wanted.status in (None, record.status)
        and (wanted.requester is None or wanted.requester.casefold() == requester.casefold())
        and (wanted.since is None or (record.started_at is not None and record.started_at >= wanted.since))
        and (wanted.module is None or wanted.module == blamed(record.errors))
    )
