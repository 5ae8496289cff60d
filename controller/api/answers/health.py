"""How the controller itself is, and who asks it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from controller.api.answers.shapes import Answer
from controller.core.model import Role
from controller.core.roles import Ask
from controller.showing.health import Health as Shown


class FailingIntent(Answer):
    """Something that does not go through and is tried again."""

    purpose: str
    times: int
    retry_at: datetime
    message: str


class CallsLeft(Answer):
    """What the forge last said of one of its rate limits."""

    resource: str
    limit: int
    remaining: int
    resets_at: datetime


class LedgerHealth(Answer):
    """The ledger's branch; `head` and `accepted` differ where somebody without an allowed key committed."""

    branch: str
    head: str | None
    accepted: str | None
    rejected: list[str]


class Health(Answer):
    """As the last pass left it."""

    is_well: bool
    version: str
    now: datetime
    passes: int
    passed_at: datetime | None
    took_seconds: float | None
    next_by: datetime | None
    sweep_seconds: float
    problem: str
    unknown: list[str] = Field(description="What could not be read, with the reason.")
    failing: list[FailingIntent]
    budget: list[CallsLeft]
    ledger: LedgerHealth | None

    @classmethod
    def of(cls, found: Shown) -> Health:
        """What is shown of it."""
        ledger = found.ledger
        return cls(
            is_well=found.is_well,
            version=found.version,
            now=found.now,
            passes=found.passes,
            passed_at=found.passed_at,
            took_seconds=found.took.total_seconds() if found.took is not None else None,
            next_by=found.next_by,
            sweep_seconds=found.sweep.total_seconds(),
            problem=found.problem,
            unknown=list(found.unknown),
            failing=[
                FailingIntent(purpose=f.purpose, times=f.times, retry_at=f.retry_at, message=f.message)
                for f in found.failing
            ],
            budget=[
                CallsLeft(resource=b.resource, limit=b.limit, remaining=b.remaining, resets_at=b.resets_at)
                for b in found.budget
            ],
            ledger=LedgerHealth(
                branch=ledger.branch, head=ledger.head, accepted=ledger.accepted, rejected=list(ledger.rejected)
            )
            if ledger is not None
            else None,
        )


class Me(Answer):
    """Who asks, as the controller knows them."""

    login: str
    role: Role
    via: str = Field(description="How it was proved: `token`, `session` or `statement`.")
    name: str | None = Field(default=None, description="How a statement says that they are called.")
    vouched_by: str | None = Field(default=None, description="The login of whose token vouched for them.")
    may: list[Ask] = Field(description="What role and scope suffice for.")
