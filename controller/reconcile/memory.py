"""What this process saw and said since it started. All of it is a cache: after a restart it is seen and looked up again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from controller.core.decision import CreateRelease, Decision, Intent, JudgeHold, Promote, RecordVerification, RollBack
from controller.core.model import EnvironmentName, Probe

KEPT_PROBES = 200
FORGOTTEN_AFTER = timedelta(minutes=10)
"""How long after its back-off a failure is remembered: longer than any back-off, so that tries far apart still count."""


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
    failures: dict[tuple[str, ...], Failure] = field(default_factory=dict)
    last: Decision | None = None
    passes: int = 0
    unread: tuple[str, ...] = ()
    """What was last told to be unknown, and why: an outage is told when it begins and when it ends, not at each pass."""

    def remember_probe(self, probe: Probe) -> None:
        """Keeps it with the ones before, the oldest dropped."""
        self.probes[probe.environment] = (*self.probes.get(probe.environment, ()), probe)[-KEPT_PROBES:]

    def failed(self, intent: Intent, message: str, *, now: datetime, after: timedelta | None) -> None:
        """Notes a failure; each in a row doubles the wait, up to a minute, unless the other side named a time."""
        self.failures = {k: f for k, f in self.failures.items() if now < f.retry_at + FORGOTTEN_AFTER}
        key = purpose(intent)
        times = self.failures[key].times + 1 if key in self.failures else 1
        wait = after or min(timedelta(milliseconds=100) * 2 ** min(times, 12), timedelta(minutes=1))
        self.failures[key] = Failure(times, now + wait, message)

    def succeeded(self, intent: Intent) -> None:
        """Forgets earlier failures."""
        self.failures.pop(purpose(intent), None)

    def failure_of(self, intent: Intent) -> Failure | None:
        """How that purpose last failed, `None` where it did not."""
        return self.failures.get(purpose(intent))

    def may_try(self, intent: Intent, now: datetime) -> bool:
        """Whether its back-off is over."""
        failure = self.failure_of(intent)
        return failure is None or now >= failure.retry_at

    def next_retry(self, now: datetime) -> timedelta | None:
        """How long until the first back-off ends."""
        waits = [failure.retry_at - now for failure in self.failures.values() if failure.retry_at > now]
        return min(waits, default=None)


def purpose(intent: Intent) -> tuple[str, ...]:
    """
    What an intent is for, which is the same when it is decided anew.

    Its value is not: a release or a hold carries the moment at which it was decided. The ledger is one target for many
    purposes, and a promotion that fails must not hold up another environment's.
    """
    kind = type(intent).__name__
    match intent:
        case CreateRelease(release=release):
            return (kind, release.id)
        case Promote(environment=name, release=release_id) | RecordVerification(environment=name, release=release_id):
            return (kind, name, release_id)
        case RollBack(environment=name, leaving=leaving):
            return (kind, name, leaving)
        case JudgeHold(hold=hold):
            return (kind, hold)
    return (kind, intent.target)
