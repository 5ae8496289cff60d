"""Holds, freezes and admissions."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from controller.api.answers.shapes import Answer, Finding, Page, login_of
from controller.core.freezes import FreezeSpan
from controller.core.ledger.state import Admission as Word
from controller.core.ledger.state import Freeze as Frozen
from controller.core.ledger.state import Hold as Held
from controller.core.ledger.state import HoldState


class Hold(Answer):
    """A hold, standing or judged."""

    id: str
    state: HoldState
    commits: list[str]
    release: str | None
    environment: str | None = Field(description="Where it was found; null for one that a person put on a commit.")
    findings: list[Finding]
    by: str
    reason: str
    at: datetime
    judged_at: datetime | None
    judgement: str

    @classmethod
    def of(cls, found: Held) -> Hold:
        """The ledger's hold."""
        return cls(
            id=found.id,
            state=found.state,
            commits=list(found.commits),
            release=found.release,
            environment=found.environment,
            findings=[Finding.of(result) for result in found.findings],
            by=found.by.login,
            reason=found.reason,
            at=found.at,
            judged_at=found.judged_at,
            judgement=found.judgement,
        )


class Holds(Page[Hold]):
    """Holds, the newest first."""


class LiftedHold(Answer):
    """A hold that was lifted."""

    lifted: str


class Freeze(Answer):
    """A freeze, standing or lifted."""

    id: str
    environment: str | None = Field(description="Null for every environment.")
    by: str
    reason: str
    at: datetime
    lifted_at: datetime | None
    lifted_by: str | None
    until: datetime | None = Field(description="When it ends by itself.")
    stop: bool = Field(description="Whether it holds back everything but taking back.")

    @classmethod
    def of(cls, found: Frozen) -> Freeze:
        """The ledger's freeze."""
        return cls(
            id=found.id,
            environment=found.environment,
            by=found.by.login,
            reason=found.reason,
            at=found.at,
            lifted_at=found.lifted_at,
            lifted_by=login_of(found.lifted_by),
            until=found.until,
            stop=found.stop,
        )


class FreezeWindow(Answer):
    """A calendar's window, in force or to come."""

    name: str
    environments: list[str] = Field(description="Empty for every environment.")
    reason: str
    since: datetime
    until: datetime | None
    timezone: str = Field(description="The IANA time zone of the calendar.")

    @classmethod
    def of(cls, found: FreezeSpan) -> FreezeWindow:
        """The window as the core reckons it."""
        return cls(
            name=found.id,
            environments=list(found.environments),
            reason=found.reason,
            since=found.since,
            until=found.until,
            timezone=found.timezone,
        )


class Freezes(Page[Freeze]):
    """Freezes, the newest first."""

    calendars: list[FreezeWindow] = Field(description="The windows of calendars, in force and to come.")


class Admission(Answer):
    """Somebody's word that a commit without a valid approval may be promoted."""

    commit: str
    by: str
    reason: str
    at: datetime

    @classmethod
    def of(cls, found: Word) -> Admission:
        """The ledger's admission."""
        return cls(commit=found.commit, by=found.by.login, reason=found.reason, at=found.at)


class Admissions(Page[Admission]):
    """Admissions, the newest first."""
