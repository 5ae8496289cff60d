"""Who did what, when and why, and what proves it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from controller.api.answers.shapes import Answer, Page
from controller.core.audit import AuditEntry as Told
from controller.core.audit import Deed


class AuditEntry(Answer):
    """Something that happened."""

    at: datetime
    deed: Deed
    environment: str | None
    who: str
    what: str = Field(description="One sentence.")
    why: str = Field(description="The reason as it was given.")
    commit: str | None = Field(description="The commit of the default branch that it is about.")
    modules: list[str]
    proof: list[str] = Field(description="Where to look, each as `kind id`.")

    @classmethod
    def of(cls, told: Told) -> AuditEntry:
        """The entry."""
        return cls(
            at=told.at,
            deed=told.deed,
            environment=told.environment,
            who=told.who,
            what=told.what,
            why=told.why,
            commit=told.commit,
            modules=list(told.modules),
            proof=list(told.proof),
        )


class AuditPage(Page[AuditEntry]):
    """Entries, the newest first."""
