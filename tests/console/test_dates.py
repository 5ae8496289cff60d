"""Moments and lengths of time are written as the Unicode consortium's tables say that people of a language write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from babel.dates import format_datetime, format_timedelta

from controller.console.dates import date_text, duration_text, end_text

LOCALES = {"en": "en_GB", "ru": "ru"}
NOW = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
LENGTHS = [
    timedelta(),
    timedelta(milliseconds=999),
    *(timedelta(seconds=number) for number in (*range(1, 130), 3599, 5399, 5400, 5401)),
    *(timedelta(minutes=number) for number in range(2, 130)),
    *(timedelta(hours=number) for number in range(2, 300, 5)),
    *(timedelta(days=number) for number in range(2, 5000, 29)),
    timedelta(minutes=-5),
]


@pytest.mark.parametrize("language", LOCALES)
def test_a_length_is_said_in_its_greatest_unit(language: str) -> None:
    ours = [duration_text(length, language) for length in LENGTHS]
    assert ours == [format_timedelta(length, locale=LOCALES[language], threshold=1.5) for length in LENGTHS]


@pytest.mark.parametrize("language", LOCALES)
def test_a_day_has_its_month_as_it_stands_in_a_date(language: str) -> None:
    for month in range(1, 13):
        day = format_datetime(NOW.replace(month=month), "d MMM y", locale=LOCALES[language])
        assert date_text(NOW.replace(month=month), language).replace("\N{NO-BREAK SPACE}", " ") == f"{day}, 04:05 UTC"


def test_a_moment_is_told_in_utc_and_breaks_only_between_day_and_hour() -> None:
    there = datetime(2026, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=3)))
    assert date_text(there, "en") == "31\xa0Dec\xa02025, 22:30\xa0UTC"


@pytest.mark.parametrize(("hours", "told"), [(2, "06:05\xa0UTC"), (20, "4\xa0Feb\xa02026, 00:05\xa0UTC")])
def test_an_end_of_today_is_its_hour_alone(hours: int, told: str) -> None:
    assert end_text(NOW + timedelta(hours=hours), "en", now=NOW) == told
