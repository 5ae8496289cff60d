"""The timeline as bars: who ran what since when, in numbers that a drawing needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.core.audit.entries import Deed
from controller.core.model import EnvironmentName
from controller.showing.timeline import Stay, Timeline

WIDTH = 1000
LEAST = timedelta(minutes=10)
MOST = timedelta(days=30)
STAYS = 12
"""Stays of one environment that decide how far back the drawing goes."""
_LABELLED = 150


@dataclass(frozen=True)
class Bar:
    """One stay: where it begins and how wide it is, of `WIDTH`; `label` is empty where it would not fit."""

    x: float
    width: float
    stay: Stay
    kind: str
    label: str


@dataclass(frozen=True)
class Bars:
    """A row for each environment, over the time from `begins` to `ends`."""

    begins: datetime
    ends: datetime
    rows: tuple[tuple[EnvironmentName, tuple[Bar, ...]], ...]


def bars(timeline: Timeline, names: Sequence[EnvironmentName], *, now: datetime) -> Bars | None:
    """The last stays, at most thirty days; `None` before anything ran."""
    newest = {name: timeline.get(name, ())[:STAYS] for name in names}
    first = min((stay.since for stays in newest.values() for stay in stays), default=None)
    if first is None:
        return None
    begins = max(min(first, now - LEAST), now - MOST)
    rows = tuple((name, _row(newest[name], begins, now)) for name in names)
    return Bars(begins, now, rows)


def _row(stays: Sequence[Stay], begins: datetime, now: datetime) -> tuple[Bar, ...]:
    found = (_bar(stay, begins, now) for stay in reversed(stays))
    return tuple(bar for bar in found if bar is not None)


def _bar(stay: Stay, begins: datetime, now: datetime) -> Bar | None:
    start, end = max(stay.since, begins), min(stay.until or now, now)
    if end < start:
        return None
    x, width = _place(start, begins, now), max(2.0, _place(end, begins, now) - _place(start, begins, now))
    label = stay.release.removeprefix("rel_") if width >= _LABELLED else ""
    return Bar(x, round(width, 1), stay, _kind(stay), label)


def _place(at: datetime, begins: datetime, now: datetime) -> float:
    return round((at - begins) / (now - begins) * WIDTH, 1)


def _kind(stay: Stay) -> str:
    """Its colour's name: failed where its checks failed, good where they passed, else on its way."""
    if stay.verdict is Deed.FAILED:
        return "bad"
    if stay.verdict is Deed.PASSED:
        return "good"
    return "warn" if stay.verdict is Deed.ERRORED else "run"
