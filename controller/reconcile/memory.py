"""What this process saw and said since it started. All of it is a cache: after a restart it is seen and looked up again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from controller.core.decision import Decision, Intent
from controller.core.model import EnvironmentName, Probe

KEPT_PROBES = 200


@dataclass
class Failure:
    """An intent that did not go through: how often, and when it may be tried again."""

    times: int
    retry_at: datetime
    message: str


@dataclass
class Memory:
    """Probes by environment, markers of what was said, back-off by intent, and the last decision for people to see."""

    probes: dict[EnvironmentName, tuple[Probe, ...]] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    failures: dict[Intent, Failure] = field(default_factory=dict)
    last: Decision | None = None
    passes: int = 0
    unread: tuple[str, ...] = ()
    """What was last told to be unknown, and why: an outage is told when it begins and when it ends, not at each pass."""

    def remember_probe(self, probe: Probe) -> None:
        """Keeps it with the ones before, the oldest dropped."""
        self.probes[probe.environment] = (*self.probes.get(probe.environment, ()), probe)[-KEPT_PROBES:]

    def failed(self, intent: Intent, message: str, *, now: datetime, after: timedelta | None) -> None:
        """Notes a failure; each in a row doubles the wait, up to a minute, unless the other side named a time."""
        times = self.failures[intent].times + 1 if intent in self.failures else 1
        wait = after or min(timedelta(milliseconds=100) * 2 ** min(times, 12), timedelta(minutes=1))
        self.failures[intent] = Failure(times, now + wait, message)

    def succeeded(self, intent: Intent) -> None:
        """Forgets earlier failures."""
        self.failures.pop(intent, None)

    def may_try(self, intent: Intent, now: datetime) -> bool:
        """Whether its back-off is over."""
        failure = self.failures.get(intent)
        return failure is None or now >= failure.retry_at

    def next_retry(self, now: datetime) -> timedelta | None:
        """How long until the first back-off ends; failures whose intent is not decided any more are dropped elsewhere."""
        waits = [failure.retry_at - now for failure in self.failures.values() if failure.retry_at > now]
        return min(waits, default=None)
