"""Time as GitHub writes it: UTC, whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present, aware."""
    return datetime.now(UTC)


def stamp(moment: datetime | None = None) -> str:
    """`2026-01-31T12:00:00Z`; without an argument, the present. GitHub's times have no fractions."""
    return (moment or now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text: str) -> datetime:
    """The moment that `stamp` wrote; also takes an offset. Raises ValueError."""
    return datetime.fromisoformat(text)
