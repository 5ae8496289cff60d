"""Durations as people write them in a configuration: `200ms`, `2s`, `5m`, `1h30m`."""

from __future__ import annotations

import re
from datetime import timedelta

SHAPE = "a duration such as 200ms, 2s, 5m or 1h30m"
LONGEST = timedelta(days=30)

_DURATION = re.compile(
    r"(?:(?P<hours>\d{1,6})h)?(?:(?P<minutes>\d{1,6})m)?(?:(?P<seconds>\d{1,9})s)?(?:(?P<milliseconds>\d{1,9})ms)?",
    re.ASCII,
)


def parse_duration(text: str) -> timedelta | None:
    """The duration, `None` where the text is none or longer than thirty days. The larger unit comes first."""
    match = _DURATION.fullmatch(text) if text else None
    if match is None:
        return None
    parts = {unit: int(digits) for unit, digits in match.groupdict().items() if digits is not None}
    duration = timedelta(**parts)
    return duration if duration <= LONGEST else None
