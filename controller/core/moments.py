"""Moments as people write and read them: never without a zone, since "18:00" is another moment in every office."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from controller.core.calendar import moment_of, zone_of

LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""The end of what is asked for, as of calendars: the arithmetic around it stays far from the calendar's own end."""
SHAPE = "a time with its zone, such as 2026-11-30T08:00+03:00 or '2026-11-30 08:00 Europe/Moscow'"

_MOMENT = re.compile(
    r"(?P<local>\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?)(?:(?P<offset>Z|[+-]\d{2}:\d{2})| (?P<zone>[A-Za-z0-9_+/-]+))",
    re.ASCII,
)


def parse_moment(text: str) -> datetime | None:
    """
    The moment in UTC, `None` where the text is none or names no zone.

    Where the zone's clock shows the time twice the second one counts: what is asked for lasts at least so long.
    """
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    zone = zone_of(match["zone"]) if match["zone"] else UTC
    try:
        if match["offset"]:
            return datetime.fromisoformat(match["local"] + match["offset"]).astimezone(UTC)
        local = datetime.fromisoformat(match["local"])
        return moment_of(local, zone, last=True) if zone is not None else None
    except (ValueError, OverflowError):
        return None


def told_moment(at: datetime, timezone: str = "UTC") -> str:
    """A moment for people, with its zone: `2026-11-30 08:00 Europe/Moscow`; as it is where the zone's clock has none."""
    zone: tzinfo = zone_of(timezone) or UTC
    try:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M} {timezone}"
    except OverflowError:
        return at.isoformat()
