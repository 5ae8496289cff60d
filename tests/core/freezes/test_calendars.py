"""A calendar freezes by the clock of its place, also over a change of the clocks, a new year and a skipped hour."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.core.calendar import FreezeCalendar, Once, Weekly, WeekTime, windows, zone_of

BERLIN, KOLKATA, ST_JOHNS = "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"
WEEKEND = Weekly(WeekTime(4, time(16)), WeekTime(0, time(8)))
NEW_YEAR = Once(datetime.fromisoformat("2026-12-24"), datetime.fromisoformat("2027-01-03"))


def calendar(window: Weekly | Once, timezone: str = BERLIN) -> FreezeCalendar:
    """A calendar of all environments."""
    return FreezeCalendar(name="c", timezone=timezone, reason="nobody looks", window=window)


def utc(text: str) -> datetime:
    """A moment written in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def nightly(begins: str, ends: str, *, day: int = 6) -> Weekly:
    """A window of one day of the week, Sunday unless told otherwise."""
    return Weekly(WeekTime(day, time.fromisoformat(begins)), WeekTime(day, time.fromisoformat(ends)))


@pytest.mark.parametrize(
    ("window", "timezone", "begins", "ends"),
    [
        (WEEKEND, BERLIN, "2026-03-06 15:00", "2026-03-09 07:00"),
        (WEEKEND, BERLIN, "2026-03-27 15:00", "2026-03-30 06:00"),
        (WEEKEND, BERLIN, "2026-10-23 14:00", "2026-10-26 07:00"),
        (WEEKEND, KOLKATA, "2026-03-06 10:30", "2026-03-09 02:30"),
        (WEEKEND, ST_JOHNS, "2026-03-06 19:30", "2026-03-09 10:30"),
        (WEEKEND, "Europe/Moscow", "2027-01-01 13:00", "2027-01-04 05:00"),
        (NEW_YEAR, KOLKATA, "2026-12-23 18:30", "2027-01-02 18:30"),
        (nightly("01:30", "02:30"), BERLIN, "2026-03-29 00:30", "2026-03-29 01:00"),
        (nightly("02:30", "03:30"), BERLIN, "2026-03-29 01:00", "2026-03-29 01:30"),
        (nightly("01:30", "02:30"), BERLIN, "2026-10-24 23:30", "2026-10-25 01:30"),
        (nightly("02:30", "03:30"), BERLIN, "2026-10-25 00:30", "2026-10-25 02:30"),
    ],
    ids=[
        "a weekend of winter",
        "the spring weekend is an hour shorter",
        "the autumn weekend is an hour longer",
        "a zone with half an hour",
        "a zone with half an hour that changes its clocks",
        "a week that begins in one year and ends in the next",
        "from Christmas over the new year",
        "an end in the skipped hour is the skip",
        "a beginning in the skipped hour is the skip",
        "an end in the hour shown twice is the second",
        "a beginning in the hour shown twice is the first",
    ],
)
def test_a_window_begins_and_ends_by_the_place_s_own_clock(
    window: Weekly | Once, timezone: str, begins: str, ends: str
) -> None:
    of = calendar(window, timezone)
    first, end, tick = utc(begins), utc(ends), timedelta(seconds=1)

    found, _ = windows(of, first)

    assert found is not None
    assert (found.begins, found.ends) == (first, end)
    assert windows(of, end - tick)[0] == found
    assert windows(of, end)[0] is None
    before, to_come = windows(of, first - tick)
    assert before is None
    assert to_come == found


def test_the_next_window_is_told_while_one_is_in_force_and_none_after_the_last() -> None:
    assert (
        windows(calendar(WEEKEND), utc("2026-03-07 12:00"))[1] == windows(calendar(WEEKEND), utc("2026-03-13 15:00"))[0]
    )
    assert windows(calendar(NEW_YEAR), utc("2026-12-30 12:00"))[1] is None
    assert windows(calendar(NEW_YEAR), utc("2027-02-01 12:00")) == (None, None)


def test_a_window_that_the_clocks_skip_wholly_freezes_nothing() -> None:
    hidden = calendar(nightly("02:10", "02:50"))

    found, to_come = windows(hidden, utc("2026-03-29 01:00"))

    assert found is None
    assert to_come is not None
    assert to_come.begins == utc("2026-04-05 00:10")


@pytest.mark.parametrize(
    "name",
    [
        "Mars/Base",
        "Europe",
        "europe/berlin",
        "localtime",
        "posix/Europe/Berlin",
        "../etc/passwd",
        "",
        "UTC+3",
        "+03:00",
    ],
)
def test_what_is_no_iana_name_is_no_zone(name: str) -> None:
    assert zone_of(name) is None


@pytest.mark.parametrize(
    "name",
    ["UTC", "Europe/Moscow", "America/Argentina/Buenos_Aires", "America/Port-au-Prince", "Etc/GMT+3", "Asia/Kolkata"],
)
def test_an_iana_name_is_a_zone(name: str) -> None:
    assert zone_of(name) is not None


# --- an oracle that knows nothing of moments, only of what a clock on the wall shows --------------------------------

ZONES = (BERLIN, KOLKATA, ST_JOHNS, "Australia/Lord_Howe", "America/New_York", "Africa/Casablanca", "Europe/Moscow")
CLOCK_TIMES = st.builds(
    WeekTime, st.integers(0, 6), st.builds(time, st.integers(0, 23), st.sampled_from([0, 17, 30, 59]))
)
EARLIEST, MINUTE = utc("2026-01-01 00:00"), timedelta(minutes=1)
TWICE = timedelta(hours=2)
"""A shorter gap between two minutes inside is an hour that the clock shows again."""


def minute_of_week(at: datetime) -> int:
    """What the wall's clock shows, in minutes since Monday."""
    return at.weekday() * 1440 + at.hour * 60 + at.minute


def window_of(begins: WeekTime, length: int) -> Weekly:
    """The window of so many minutes."""
    end = (begins.day * 1440 + begins.at.hour * 60 + begins.at.minute + length) % 10080
    return Weekly(begins, WeekTime(end // 1440, time(end // 60 % 24, end % 60)))


def runs_by_minute_steps(
    begins: WeekTime, length: int, zone: ZoneInfo, middle: datetime
) -> list[tuple[datetime, datetime]]:
    """Walks nine days before and after, minute by minute: rows of minutes at which the wall's clock is inside."""
    start = begins.day * 1440 + begins.at.hour * 60 + begins.at.minute
    walk = (middle + step * MINUTE for step in range(-9 * 1440, 9 * 1440))
    runs: list[tuple[datetime, datetime]] = []
    for at in (at for at in walk if (minute_of_week(at.astimezone(zone)) - start) % 10080 < length):
        if runs and at - runs[-1][1] < TWICE:
            runs[-1] = (runs[-1][0], at + MINUTE)
        else:
            runs.append((at, at + MINUTE))
    return runs


@given(
    begins=CLOCK_TIMES,
    length=st.integers(1, 9600),
    timezone=st.sampled_from(ZONES),
    week=st.integers(0, 51),
    tries=st.lists(st.integers(-5 * 1440, 5 * 1440), min_size=8, max_size=8),
)
@settings(max_examples=15, deadline=None)
def test_a_moment_is_frozen_exactly_when_it_is_inside_the_window_walked_by_minutes(
    begins: WeekTime, length: int, timezone: str, week: int, tries: list[int]
) -> None:
    middle = EARLIEST + timedelta(weeks=week, days=5)
    runs = runs_by_minute_steps(begins, length, ZoneInfo(timezone), middle)
    edges = [at for run in runs[1:-1] for edge in run for at in (edge - MINUTE, edge)]

    for now in (*edges, *(middle + minutes * MINUTE for minutes in tries)):
        found, _ = windows(calendar(window_of(begins, length), timezone), now)
        assert (found is not None) is any(first <= now < last for first, last in runs), now
