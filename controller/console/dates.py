"""
Moments and lengths of time as people of a language write them.

The few words for it stand in the texts, as all others do: a table of a whole locale is some megabytes, of which names of
months and of units would be all that is used. The tests hold these words to the Unicode consortium's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from babel.support import NullTranslations

from controller.console.language import N_, translations

_MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sept"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)
_Units = tuple[tuple[timedelta, Callable[[NullTranslations, int], str]], ...]
_UNITS: _Units = (
    (timedelta(days=365), lambda texts, count: texts.ngettext("%(count)s year", "%(count)s years", count)),
    (timedelta(days=30), lambda texts, count: texts.ngettext("%(count)s month", "%(count)s months", count)),
    (timedelta(weeks=1), lambda texts, count: texts.ngettext("%(count)s week", "%(count)s weeks", count)),
    (timedelta(days=1), lambda texts, count: texts.ngettext("%(count)s day", "%(count)s days", count)),
    (timedelta(hours=1), lambda texts, count: texts.ngettext("%(count)s hour", "%(count)s hours", count)),
    (timedelta(minutes=1), lambda texts, count: texts.ngettext("%(count)s minute", "%(count)s minutes", count)),
    (timedelta(seconds=1), lambda texts, count: texts.ngettext("%(count)s second", "%(count)s seconds", count)),
)
_ENOUGH = 1.5
"""From how many of a unit on it is taken: 90 minutes are two hours, 80 are not one."""


def date_text(at: datetime, language: str) -> str:
    """A moment as people of that language write it, in UTC and saying so. It breaks only between day and hour."""
    there = at.astimezone(UTC)
    month = translations(language).ugettext(_MONTHS[there.month - 1])
    day = f"{there.day} {month} {there.year}".replace(" ", "\N{NO-BREAK SPACE}")
    return f"{day}, {hour_text(at)}"


def hour_text(at: datetime) -> str:
    """The hour of a day that is clear from what stands around it, in UTC and saying so."""
    return f"{at.astimezone(UTC):%H:%M}\N{NO-BREAK SPACE}UTC"


def end_text(at: datetime, language: str, *, now: datetime) -> str:
    """When something ends: the hour alone where it is today's."""
    is_today = at.astimezone(UTC).date() == now.astimezone(UTC).date()
    return hour_text(at) if is_today else date_text(at, language)


def duration_text(length: timedelta, language: str) -> str:
    """A length of time in its greatest unit, such as `2 minutes`; what is shorter than a second is one."""
    whole = abs(length)
    unit, said = next((one for one in _UNITS if whole / one[0] >= _ENOUGH), _UNITS[-1])
    count = max(round(whole / unit), 1 if whole else 0)
    return said(translations(language), count) % {"count": count}
