"""What every answer is, and the few words that answers share."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from controller.core.decision import Condition
from controller.core.model import CheckResult, Outcome, Person

T = TypeVar("T")


class Answer(BaseModel):
    """A document that is answered. Every field is always there, so that a client need not ask whether."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    def plain(self) -> dict[str, Any]:
        """As JSON has it: what a write keeps under its idempotency key."""
        return self.model_dump(mode="json")


class Page(Answer, Generic[T]):
    """A part of a list."""

    items: list[T]
    next: str | None = Field(description="The `cursor` of the next page; null on the last one.")


class Row(Answer):
    """One line of a table that says why something cannot be."""

    what: str
    wanted: str
    found: str


class Problem(Answer):
    """Why something was refused, or could not be done now (RFC 9457)."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=False)

    type: str = Field(description="Stable: `urn:modwright:problem:` and the reason.")
    title: str = Field(description="The reason in words.")
    status: int
    detail: str = Field(description="What was found, in one sentence.")
    reason: str = Field(description="A constant; docs/reference/reasons.md explains each.")
    hint: str = Field("", description="What to do.")
    place: str = Field("", description="Where in the request.")
    found: str = Field("", description="What stood there.")
    allowed: str = Field("", description="What may stand there.")
    rows: list[Row] = Field(default_factory=list, description="Why a change of modules cannot be, line by line.")


class DoneBefore(Answer):
    """A write under an idempotency key whose effect stands and whose answer was lost."""

    state: Literal["done"]
    ledger: str = Field(description="The ledger's commit in which the decision stands.")


class Finding(Answer):
    """One check of one probe."""

    check: str
    outcome: Outcome
    seen: str
    modules: list[str] = Field(description="The modules that it found unwell.")

    @classmethod
    def of(cls, result: CheckResult) -> Finding:
        """The check's result."""
        return cls(check=result.check, outcome=result.outcome, seen=result.seen, modules=list(result.modules))


class Waiting(Answer):
    """Why something waits."""

    reason: str
    about: str = Field(description="An environment, a proposal, a release, or the controller.")
    message: str
    needs_person: bool = Field(description="Whether it goes on only when somebody acts.")

    @classmethod
    def of(cls, found: Condition) -> Waiting:
        """The condition."""
        return cls(reason=found.reason, about=found.about, message=found.message, needs_person=found.needs_person)


def moment(at: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return at.isoformat() if at is not None else None


def login_of(person: Person | None) -> str | None:
    """Somebody's login, where there is somebody."""
    return person.login if person is not None else None
