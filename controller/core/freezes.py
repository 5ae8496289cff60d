"""Every freeze at one moment, whoever brought it about: people and automation through the ledger, calendars by the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from codegen import Sentence
from controller.core.calendar import FreezeCalendar, Span, windows
from controller.core.configuration import Configuration
from controller.core.ledger.state import Freeze, LedgerState
from controller.core.model import EnvironmentName, Person
from controller.core.moments import told_moment
from controller.core.sentences import freeze_told


class FreezeSource(StrEnum):
    """Where a freeze stands: in the ledger, or in a calendar of the configuration."""

    LEDGER = "ledger"
    CALENDAR = "calendar"


@dataclass(frozen=True)
class FreezeSpan:
    """
    A freeze in force or to come. `environments` empty means all; `until` is `None` where only a person ends it.

    `id` is the ledger's, or the calendar's name; `by` is `None` for a calendar, and `timezone` is the calendar's.
    """

    source: FreezeSource
    id: str
    environments: tuple[EnvironmentName, ...]
    reason: str
    by: Person | None
    since: datetime
    until: datetime | None
    stop: bool = False
    timezone: str = "UTC"

    def concerns(self, environment: EnvironmentName) -> bool:
        """Whether it freezes that environment."""
        return not self.environments or environment in self.environments

    @property
    def told(self) -> str:
        """By whom, until when and why, in one line for people."""
        who = Sentence("by the calendar {calendar}", calendar=self.id)
        if self.by is not None:
            who = Sentence("by {who}", who=self.by.login)
        if self.until is None:
            return Sentence("{who}: {reason}", who=who, reason=self.why)
        until = told_moment(self.until, self.timezone)
        return Sentence("{who} until {until}: {reason}", who=who, until=until, reason=self.why)

    @property
    def why(self) -> str:
        """The reason; automation's own is made again."""
        return freeze_told(self.reason) if self.by is not None and self.by.is_bot else self.reason

    @property
    def way_out(self) -> str:
        """What a person can do about it, as a hint."""
        if self.source is FreezeSource.LEDGER:
            return f"modwright freeze --lift {self.id} --reason …"
        return Sentence("wait for its end, or change `freezes` in .modwright/config.yaml")


@dataclass(frozen=True)
class FreezesAt:
    """What is frozen at a moment, the longest first, and what will be, the earliest first."""

    in_force: tuple[FreezeSpan, ...] = ()
    to_come: tuple[FreezeSpan, ...] = ()

    def of(self, environment: EnvironmentName) -> FreezeSpan | None:
        """The freeze that stops promotions of that environment; of several the stop, else the one that lasts longest."""
        return next((freeze for freeze in self.in_force if freeze.concerns(environment)), None)

    @property
    def stop(self) -> FreezeSpan | None:
        """The global stop, where one is in force."""
        return next((freeze for freeze in self.in_force if freeze.stop), None)

    @property
    def in_ledger(self) -> tuple[FreezeSpan, ...]:
        """The freezes in force that somebody put."""
        return tuple(freeze for freeze in self.in_force if freeze.source is FreezeSource.LEDGER)

    @property
    def in_calendars(self) -> tuple[FreezeSpan, ...]:
        """The calendars' windows in force."""
        return tuple(freeze for freeze in self.in_force if freeze.source is FreezeSource.CALENDAR)


def freezes_at(configuration: Configuration, ledger: LedgerState, now: datetime) -> FreezesAt:
    """Every freeze in force at `now`, and for each calendar the window that begins next."""
    standing = [_of_ledger(freeze) for freeze in ledger.freezes.values() if freeze.stands(now)]
    calendars = [(calendar, windows(calendar, now)) for calendar in configuration.freezes]
    of_calendar = [_of_calendar(calendar, span) for calendar, (span, _) in calendars if span is not None]
    to_come = [_of_calendar(calendar, span) for calendar, (_, span) in calendars if span is not None]
    return FreezesAt(
        in_force=tuple(sorted((*standing, *of_calendar), key=_how_long, reverse=True)),
        to_come=tuple(sorted(to_come, key=lambda freeze: freeze.since)),
    )


def stop_at(ledger: LedgerState, now: datetime) -> FreezeSpan | None:
    """The global stop that is in force: only people put one, so that the ledger alone knows."""
    standing = [_of_ledger(freeze) for freeze in ledger.freezes.values() if freeze.stop and freeze.stands(now)]
    return max(standing, key=_how_long, default=None)


def _how_long(freeze: FreezeSpan) -> tuple[bool, bool, datetime]:
    return freeze.stop, freeze.until is None, freeze.until or freeze.since


def _of_ledger(freeze: Freeze) -> FreezeSpan:
    environments = (freeze.environment,) if freeze.environment is not None else ()
    return FreezeSpan(
        source=FreezeSource.LEDGER,
        id=freeze.id,
        environments=environments,
        reason=freeze.reason,
        by=freeze.by,
        since=freeze.at,
        until=freeze.until,
        stop=freeze.stop,
    )


def _of_calendar(calendar: FreezeCalendar, span: Span) -> FreezeSpan:
    return FreezeSpan(
        source=FreezeSource.CALENDAR,
        id=calendar.name,
        environments=calendar.environments,
        reason=calendar.reason,
        by=None,
        since=span.begins,
        until=span.ends,
        timezone=calendar.timezone,
    )
