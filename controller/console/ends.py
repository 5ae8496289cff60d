"""When a freeze ends, as people write it: a length, or a date and a time with the zone of their clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from controller.console.language import N_
from controller.core.calendar import moment_of, zone_of
from controller.core.durations import parse_duration
from controller.core.errors import Denied

NOT_UNDERSTOOD = "EndNotUnderstood"


def end_of(typed: Mapping[str, str], now: datetime) -> datetime | None:
    """
    `for` is a length (`2h`, `2 h`, `1h30m`), `until` a date and a time by the clock of `zone`; without both there is no
    end. `Denied` (`EndNotUnderstood`) for what is neither.
    """
    length, until = typed.get("for", ""), typed.get("until", "")
    if length:
        return now + _length(length)
    return _moment(until, typed.get("zone", "")) if until else None


def _length(text: str) -> timedelta:
    found = parse_duration("".join(text.split()).lower())
    if not found:
        raise Denied(NOT_UNDERSTOOD, N_("Write a length such as 2h or 1h30m, at most 30 days."))
    return found


def _moment(text: str, zone: str) -> datetime:
    clock = zone_of(zone) if zone and zone != "UTC" else UTC
    if clock is None:
        raise Denied(NOT_UNDERSTOOD, N_("There is no such time zone; write one such as Europe/Moscow or UTC."))
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo is not None else moment_of(at, clock)
    except (ValueError, OverflowError) as error:
        raise Denied(NOT_UNDERSTOOD, N_("Write a date and a time, such as 2026-11-30 08:00.")) from error
