"""Environments: what should run, what runs, and what people have them do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from controller.api.answers.changes import Change
from controller.api.answers.holds import Freeze, FreezeWindow, Hold
from controller.api.answers.shapes import Answer, Finding, Page, Waiting, login_of
from controller.core.audit import Deed
from controller.core.ledger.state import Direction, VerificationState
from controller.core.ledger.state import Verification as Verdict
from controller.core.model import Outcome, Probe
from controller.showing.status import EnvironmentStatus
from controller.showing.status import Status as Shown
from controller.showing.timeline import Stay as Stayed


class Phase(StrEnum):
    """What a cluster is doing with an environment; `unknown` where it does not say."""

    EMPTY = "empty"
    ROLLING = "rolling"
    SERVING = "serving"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Verification(Answer):
    """What the checks of an environment's release came to."""

    state: VerificationState
    findings: list[Finding]

    @classmethod
    def of(cls, found: Verdict) -> Verification:
        """The ledger's verdict."""
        return cls(state=found.state, findings=[Finding.of(finding) for finding in found.findings])


class Environment(Answer):
    """One environment: what should run, where it would return to, what does run."""

    name: str = Field(examples=["production"])
    release: str | None
    commit: str | None
    digest: str | None
    modules: list[str]
    predecessor: str | None = Field(description="The release that a rollback returns to.")
    url: str | None
    serving: str | None = Field(description="The digest that is seen running.")
    phase: Phase
    verification: Verification
    since: datetime | None
    by: str | None
    reason: str
    direction: Direction
    conditions: list[Waiting]

    @classmethod
    def of(cls, found: EnvironmentStatus) -> Environment:
        """The environment as the last pass saw it."""
        state, release, running = found.state, found.release, found.running
        return cls(
            name=found.name,
            release=release.id if release is not None else None,
            commit=release.commit if release is not None else None,
            digest=release.digest if release is not None else None,
            modules=list(release.modules) if release is not None else [],
            predecessor=found.predecessor.id if found.predecessor is not None else None,
            url=running.url if running is not None else None,
            serving=running.serving if running is not None else None,
            phase=Phase(running.phase.value) if running is not None else Phase.UNKNOWN,
            verification=Verification.of(state.verification),
            since=state.since,
            by=login_of(state.by),
            reason=state.reason,
            direction=state.direction,
            conditions=[Waiting.of(condition) for condition in found.conditions],
        )


class Environments(Page[Environment]):
    """Environments by name."""


class Status(Answer):
    """Everything at once, as the last pass saw it."""

    main: str = Field(description="The newest commit of the default branch.")
    environments: list[Environment]
    holds: list[Hold]
    freezes: list[Freeze]
    calendars: list[FreezeWindow] = Field(description="The windows of calendars in force.")
    proposals: list[Change]
    conditions: list[Waiting]

    @classmethod
    def of(cls, found: Shown, *, web: str) -> Status:
        """What is shown of a platform."""
        return cls(
            main=found.main,
            environments=[Environment.of(environment) for environment in found.environments],
            holds=[Hold.of(hold) for hold in found.holds],
            freezes=[Freeze.of(freeze) for freeze in found.freezes],
            calendars=[FreezeWindow.of(window) for window in found.calendars],
            proposals=[Change.of(followed, web=web) for followed in found.proposals],
            conditions=[Waiting.of(condition) for condition in found.conditions],
        )


class Promoted(Answer):
    """What became of a promotion. `building`: the image is on its way, and the same is to be asked again."""

    state: Literal["promoted", "building"]
    environment: str
    release: str | None
    build: str | None


class RolledBack(Answer):
    """A rollback that was decided; done when the environment is seen serving `to`."""

    environment: str
    leaving: str = Field(serialization_alias="from", validation_alias="from")
    to: str
    hold: str


class SmokeTest(Answer):
    """Every check of an environment, run once."""

    environment: str
    release: str
    outcome: Outcome
    at: datetime
    results: list[Finding]

    @classmethod
    def of(cls, probe: Probe) -> SmokeTest:
        """The probe."""
        return cls(
            environment=probe.environment,
            release=probe.release,
            outcome=probe.outcome,
            at=probe.at,
            results=[Finding.of(result) for result in probe.results],
        )


class Stay(Answer):
    """A release in an environment: from when until when, how it came there, by whom and why."""

    release: str
    came: Deed
    since: datetime
    until: datetime | None = Field(description="Null: it is still there.")
    by: str
    why: str
    proof: str = Field(description="The ledger's commit that moved it.")
    verdict: Deed | None = Field(description="What its checks last came to.")

    @classmethod
    def of(cls, stay: Stayed) -> Stay:
        """The stay."""
        return cls(
            release=stay.release,
            came=stay.came,
            since=stay.since,
            until=stay.until,
            by=stay.by,
            why=stay.why,
            proof=stay.proof,
            verdict=stay.verdict,
        )


class Timeline(Page[Stay]):
    """Who ran there since when, the newest first."""
