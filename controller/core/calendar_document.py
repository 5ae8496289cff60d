"""`freezes` of `.modwright/config.yaml`: the calendars by which a platform freezes by itself."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from controller.core.calendar import DAYS, FreezeCalendar, Once, Weekly, WeekTime, zone_of
from controller.core.model import EnvironmentName
from controller.core.yaml_section import Section

ZONE = "an IANA time zone such as Europe/Moscow"
WEEK_TIME = "a day and a time such as fri 16:00"
LOCAL_TIME = "a date such as 2026-12-24, or with a time 2026-12-24 18:00, in the calendar's time zone"
EARLIEST, LATEST = 2000, 2200
"""The years that a date may have: the arithmetic around it stays far from the calendar's own ends."""

_NO_WEEK = Weekly(WeekTime(0, time()), WeekTime(0, time()))
"""What stands for a window that is wrong: it is never looked at, since the finding refuses the whole file."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]|[a-z]")
_WEEK_TIME = re.compile(r"(?P<day>mon|tue|wed|thu|fri|sat|sun) (?P<hour>\d{2}):(?P<minute>\d{2})", re.ASCII)
_LOCAL_TIME = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(?:[ T](?P<time>\d{2}:\d{2}(?::\d{2})?))?", re.ASCII)


def read_calendars(document: Section, environments: Collection[EnvironmentName]) -> tuple[FreezeCalendar, ...]:
    """The calendars, each under a name of its own, of environments that there are."""
    found: list[FreezeCalendar] = []
    for section in document.sections("freezes", of="calendar", required=False):
        calendar = _calendar(section, environments)
        if calendar.name in {other.name for other in found}:
            section.wrong("name", calendar.name, "a name that no other calendar has")
        found.append(calendar)
        section.close()
    return tuple(found)


def _calendar(section: Section, environments: Collection[EnvironmentName]) -> FreezeCalendar:
    return FreezeCalendar(
        name=section.text("name", allowed="a name of lower-case letters, digits and -", test=_is_name),
        timezone=section.text("timezone", allowed=ZONE, test=_is_zone),
        reason=section.text("reason", allowed="why, one line of at most 400 characters", test=_is_line),
        environments=_environments(section, environments),
        window=_window(section),
    )


def _environments(section: Section, known: Collection[EnvironmentName]) -> tuple[EnvironmentName, ...]:
    allowed = f"one of {', '.join(known)}"
    found = section.texts("environments", allowed=allowed, test=lambda text: text in known)
    if section.is_empty_list("environments"):
        section.wrong("environments", "an empty list", "at least one environment; without the key it means all")
    return tuple(EnvironmentName(name) for name in found)


def _window(section: Section) -> Weekly | Once:
    weekly = section.section("weekly")
    if not section.has("weekly"):
        return _once(section)
    for name in ("from", "to"):
        if section.has(name):
            section.wrong(name, "a date beside weekly", "either weekly, or from and to")
        section.known(name)
    return _weekly(weekly) if section.has_mapping("weekly") else _NO_WEEK


def _weekly(section: Section) -> Weekly:
    begins, ends = (_week_time(section, name) for name in ("from", "to"))
    if begins is not None and begins == ends:
        section.wrong("to", section.text("to"), "another time than from; a freeze for good is `suspended`")
    section.close()
    return Weekly(begins, ends) if begins is not None and ends is not None else _NO_WEEK


def _week_time(section: Section, name: str) -> WeekTime | None:
    match = _WEEK_TIME.fullmatch(section.text(name, allowed=WEEK_TIME, test=_is_week_time))
    if match is None:
        return None
    return WeekTime(DAYS.index(match["day"]), time(int(match["hour"]), int(match["minute"])))


def _once(section: Section) -> Weekly | Once:
    if not (section.has("from") or section.has("to")):
        section.note(section.line, "weekly", "nothing", "weekly, or from and to")
        section.known("from")
        section.known("to")
        return _NO_WEEK
    begins, ends = (section.text(name, allowed=LOCAL_TIME, test=_is_local_time) for name in ("from", "to"))
    if not begins or not ends:
        return _NO_WEEK
    window = Once(_local_time(begins), _end(ends))
    if window.ends <= window.begins:
        section.wrong("to", ends, f"an end after {begins}")
    return window


def _end(text: str) -> datetime:
    """A date as an end is the whole of that day: who writes "to 2 January" means that the 2nd is free as well."""
    at = _local_time(text)
    return at if len(text) > len("2026-12-24") else at + timedelta(days=1)


def _local_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def _is_zone(text: str) -> bool:
    return zone_of(text) is not None


def _is_line(text: str) -> bool:
    return bool(text.strip()) and text.isprintable() and len(text) <= 400


def _is_week_time(text: str) -> bool:
    match = _WEEK_TIME.fullmatch(text)
    return match is not None and int(match["hour"]) < 24 and int(match["minute"]) < 60


def _is_local_time(text: str) -> bool:
    if not _LOCAL_TIME.fullmatch(text):
        return False
    try:
        return EARLIEST <= date.fromisoformat(text[:10]).year <= LATEST and _local_time(text) is not None
    except ValueError:
        return False
