"""Time that a test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SteppedClock:
    """Each reading is a microsecond after the last, so that no two moments are the same; `advance` moves it on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by
