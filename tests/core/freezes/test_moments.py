"""A moment that a person writes has a zone, or it is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from controller.core.moments import parse_moment, told_moment


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-30T08:00+03:00", 5),
        ("2026-11-30 08:00 Europe/Moscow", 5),
        ("2026-11-30T05:00Z", 5),
        ("2026-11-30 05:00:00 UTC", 5),
        (" 2026-11-30 10:30 Asia/Kolkata ", 5),
    ],
)
def test_a_moment_may_be_written_with_an_offset_or_a_zone(text: str, hour: int) -> None:
    assert parse_moment(text) == datetime(2026, 11, 30, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30 08:00",
        "2026-11-30",
        "2026-02-30T08:00Z",
        "2026-11-30 25:00 UTC",
        "2026-11-30 08:00 Mars/Base",
        "monday",
        "",
        "0001-01-01 00:00 Asia/Tokyo",
        "9999-12-31 23:59 America/New_York",
        "9999-12-31T23:59-12:00",
    ],
)
def test_anything_else_is_no_moment(text: str) -> None:
    assert parse_moment(text) is None


def test_an_end_in_the_hour_that_is_shown_twice_is_the_later_one() -> None:
    assert parse_moment("2026-10-25 02:30 Europe/Berlin") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_moment_is_told_with_its_zone() -> None:
    assert told_moment(datetime(2026, 11, 30, 5, tzinfo=UTC), "Europe/Moscow") == "2026-11-30 08:00 Europe/Moscow"
