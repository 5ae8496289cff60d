"""Words against policies."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from controller.api.answers.shapes import Answer, Page
from controller.core.ledger.state import Override as Word


class Override(Answer):
    """Somebody's word that a policy's denial does not stand for one change."""

    id: str
    policy: str
    fingerprint: str
    head: str | None = Field(description="The commit that the word is for; null where the fingerprint tells all.")
    by: str
    reason: str
    at: datetime

    @classmethod
    def of(cls, found: Word) -> Override:
        """The ledger's word."""
        return cls(
            id=found.id,
            policy=found.policy,
            fingerprint=found.fingerprint,
            head=found.head,
            by=found.by.login,
            reason=found.reason,
            at=found.at,
        )


class Overrides(Page[Override]):
    """Overrides, the newest first."""
