"""
Freeze calendars: windows that come back every week, or once, in a platform's own time zone.

A window begins at the first moment at which the zone's clock shows its beginning or a later time, and ends after the last
moment at which the clock shows a time before its end. So an hour that the clocks show twice is frozen both times, and
one that they skip moves nothing.

`zoneinfo` reads the time-zone database from files of the machine or of the `tzdata` package. This is the one thing of
the core that reads anything: the database is the same for everybody and stands still while a process runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from controller.core.model import EnvironmentName

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = timedelta(days=7)
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]{0,40}(/[A-Z][A-Za-z0-9_+-]{0,40}){0,2}", re.ASCII)
"""The names that IANA gives; what begins small (`posix/`, `right/`, `localtime`) is a machine's own."""


@dataclass(frozen=True)
class WeekTime:
    """A time of the week: Monday is day 0."""

    day: int
    at: time

    @property
    def since_monday(self) -> timedelta:
        """How long after the week's first midnight, by a clock that nobody changes."""
        return timedelta(days=self.day, hours=self.at.hour, minutes=self.at.minute)


@dataclass(frozen=True)
class Weekly:
    """From one time of the week to another, over the weekend where the second is the earlier one. They differ."""

    begins: WeekTime
    ends: WeekTime

    def near(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The local beginnings and ends around a day: enough of them to hold the one in force and the next."""
        monday = datetime.combine(day - timedelta(days=day.weekday()), time())
        length = (self.ends.since_monday - self.begins.since_monday) % WEEK
        for weeks in (-2, -1, 0, 1, 2):
            begins = monday + weeks * WEEK + self.begins.since_monday
            yield begins, begins + length


@dataclass(frozen=True)
class Once:
    """From one local time to another, without a zone: the calendar has it."""

    begins: datetime
    ends: datetime

    def near(self, _day: date) -> Iterator[tuple[datetime, datetime]]:
        """The one beginning and end."""
        yield self.begins, self.ends


@dataclass(frozen=True)
class FreezeCalendar:
    """
    A freeze that the platform's configuration brings about by itself. `environments` empty means all of them; `timezone` is
    an IANA name that `zone_of` knows.
    """

    name: str
    timezone: str
    reason: str
    window: Weekly | Once
    environments: tuple[EnvironmentName, ...] = ()


@dataclass(frozen=True)
class Span:
    """A window as moments in UTC: `begins` belongs to it, `ends` does not."""

    begins: datetime
    ends: datetime


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of an IANA name, `None` where there is none."""
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A folder of the database, such as `Europe`, is an OSError.
        return None


def windows(calendar: FreezeCalendar, now: datetime) -> tuple[Span | None, Span | None]:
    """The window that `now` is in, and the next that begins after it; `None` for the one that is not there."""
    zone = zone_of(calendar.timezone) or UTC
    near = [_span(begins, ends, zone) for begins, ends in calendar.window.near(now.astimezone(zone).date())]
    in_force = [span for span in near if span.begins <= now < span.ends]
    to_come = [span for span in near if now < span.begins < span.ends]
    # Where the clocks skip a whole beginning and end, two windows may meet: the later end counts.
    return max(in_force, key=_ends, default=None), min(to_come, key=_begins, default=None)


def _begins(span: Span) -> datetime:
    return span.begins


def _ends(span: Span) -> datetime:
    return span.ends


def _span(begins: datetime, ends: datetime, zone: tzinfo) -> Span:
    return Span(moment_of(begins, zone), moment_of(ends, zone, last=True))


def moment_of(local: datetime, zone: tzinfo, *, last: bool = False) -> datetime:
    """
    When the zone's clock reaches a local time, in UTC: the first time that it does, or the `last` where it is set back.

    A time that the clock skips is reached at the moment of the skip.
    """
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if first <= second:
        return second if last else first
    return _skip(second, first, zone)


def _skip(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The moment between two at which the zone's clock is set forward, to the second."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
