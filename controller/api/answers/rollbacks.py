"""What a rollback takes away, before it is decided."""

from __future__ import annotations

from pydantic import Field

from controller.api.answers.releases import ReleaseDiff
from controller.api.answers.shapes import Answer, login_of
from controller.core.model import Known
from controller.showing.returning import BlastRadius, PutOnHold


class ChangeOnHold(Answer):
    """A change that the rollback puts on hold until it is reverted or the hold is lifted."""

    commit: str
    subject: str
    modules: list[str]
    proposal: int | None
    requested_by: str | None
    reason: str
    elsewhere: list[str] = Field(description="The other environments that run it and keep it.")

    @classmethod
    def of(cls, found: PutOnHold) -> ChangeOnHold:
        """The change."""
        return cls(
            commit=found.commit,
            subject=found.subject,
            modules=list(found.modules),
            proposal=found.proposal,
            requested_by=login_of(found.requested_by),
            reason=found.reason,
            elsewhere=list(found.elsewhere),
        )


class RollbackPlan(Answer):
    """Everything that a rollback comes to. Null is what could not be found out; `unknown` says why."""

    environment: str
    leaving: str
    to: str
    is_predecessor: bool = Field(description="Whether `to` is where a rollback goes that names nothing.")
    difference: ReleaseDiff
    held: list[ChangeOnHold]
    migrations: list[str] | None = Field(description="Modules that go and whose migrations ran: their data stays.")
    also_there: list[str] = Field(description="Other environments that run what is left.")
    has_image: bool | None = Field(description="Whether the image of `to` can still be pulled.")
    standing: str | None = Field(description="A hold on `to` itself.")
    unknown: list[str]

    @classmethod
    def of(cls, found: BlastRadius) -> RollbackPlan:
        """What is shown of it."""
        migrations, has_image = found.migrations, found.has_image
        return cls(
            environment=found.environment,
            leaving=found.leaving.id,
            to=found.to.id,
            is_predecessor=found.is_predecessor,
            difference=ReleaseDiff.of(found.difference),
            held=[ChangeOnHold.of(change) for change in found.held],
            migrations=[str(name) for name in migrations.value] if isinstance(migrations, Known) else None,
            also_there=list(found.also_there),
            has_image=has_image.value if isinstance(has_image, Known) else None,
            standing=found.standing.id if found.standing is not None else None,
            unknown=[part.reason for part in (migrations, has_image) if not isinstance(part, Known)],
        )
