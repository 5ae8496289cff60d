"""What an environment's checks come to: passed after the soak, failed after enough failures in a row, or not yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from controller.core.configuration import EnvironmentDefinition
from controller.core.ledger.state import EnvironmentState, LedgerState, Release, VerificationState
from controller.core.model import (
    CheckResult,
    EnvironmentName,
    Known,
    Outcome,
    Probe,
    RolloutPhase,
    Running,
    Unknown,
)
from controller.core.snapshot import Snapshot

ROLLOUT_CHECK = "rollout"


@dataclass(frozen=True)
class Situation:
    """One environment in one pass: what is configured, wanted, seen and known of its checks."""

    definition: EnvironmentDefinition
    state: EnvironmentState
    release: Release | None
    running: Running | Unknown
    probes: tuple[Probe, ...]

    @property
    def is_serving(self) -> bool:
        """Whether the wanted release is seen serving."""
        running = self.running
        return (
            isinstance(running, Running)
            and self.release is not None
            and running.phase is RolloutPhase.SERVING
            and running.serving == self.release.digest
        )


@dataclass(frozen=True)
class Judgement:
    """
    What the probes say. `verdict` is `None` while they say nothing final; `look_after` is when to ask again then.

    `is_due` says that the next probe should be made now.
    """

    verdict: VerificationState | None = None
    findings: tuple[CheckResult, ...] = ()
    is_due: bool = False
    look_after: timedelta | None = None


def situation(name: EnvironmentName, snapshot: Snapshot) -> Situation:
    """Puts together what one pass knows of an environment."""
    state = snapshot.ledger.environments.get(name, EnvironmentState(name=name))
    release = snapshot.ledger.releases.get(state.release) if state.release is not None else None
    return Situation(
        definition=snapshot.configuration.environment(name),
        state=state,
        release=release,
        running=_running(name, snapshot),
        probes=tuple(p for p in snapshot.probes.get(name, ()) if release is not None and p.release == release.id),
    )


def _running(name: EnvironmentName, snapshot: Snapshot) -> Running | Unknown:
    if not isinstance(snapshot.running, Known):
        return snapshot.running
    return snapshot.running.value.get(name, Unknown(f"the cluster has no environment {name}"))


def judge_rollout(now_at: Situation) -> Judgement:
    """
    A rollout that failed is a failed verification: the cluster kept what ran before.

    One that could not even begin says nothing of the release; it is tried again.
    """
    running = now_at.running
    if isinstance(running, Unknown) or now_at.release is None or running.phase is not RolloutPhase.FAILED:
        return Judgement()
    if running.says_nothing_of_it:
        return Judgement()
    if running.desired != now_at.release.digest:
        return Judgement()
    finding = CheckResult(check=ROLLOUT_CHECK, outcome=Outcome.FAILED, seen=running.error[:400])
    return Judgement(verdict=VerificationState.FAILED, findings=(finding,))


def judge_checks(at: Situation, now: datetime) -> Judgement:
    """
    Judges the probes of the wanted release since it serves.

    The soak is counted from when the cluster saw it serving; checks repeat meanwhile, and a failure counts as long as it
    lasts. After the deadline what was last seen decides, so that an environment that cannot be asked does not wait
    for ever.
    """
    running = at.running
    if not at.is_serving or isinstance(running, Unknown) or running.serving_since is None:
        return Judgement()
    probes = tuple(p for p in at.probes if p.at >= running.serving_since and p.serving_since == running.serving_since)
    timing = at.definition.check
    if not probes:
        return Judgement(is_due=True)
    last = probes[-1]
    if len(_row_of_failures(probes)) >= timing.failures:
        return Judgement(verdict=VerificationState.FAILED, findings=last.unwell)
    soaked_at = running.serving_since + at.definition.soak
    if last.outcome is Outcome.PASSED and last.at >= soaked_at:
        return Judgement(verdict=VerificationState.PASSED)
    # One that passed before the soak's end says nothing bad: whoever looks this late asks once more.
    if now >= soaked_at + timing.deadline and last.outcome is not Outcome.PASSED:
        return _at_deadline(last, at, now)
    return _ask_again(last, at, now, soaked_at=soaked_at)


def _row_of_failures(probes: tuple[Probe, ...]) -> tuple[Probe, ...]:
    """The failures at the end; one that could not tell breaks the row, since it says nothing against the release."""
    return tuple(takewhile(lambda probe: probe.outcome is Outcome.FAILED, reversed(probes)))


def _at_deadline(last: Probe, at: Situation, now: datetime) -> Judgement:
    if last.outcome is Outcome.FAILED:
        return Judgement(verdict=VerificationState.FAILED, findings=last.unwell)
    again = _ask_again(last, at, now, soaked_at=now)
    if at.state.verification.state is VerificationState.ERRORED:
        return again
    return Judgement(verdict=VerificationState.ERRORED, findings=last.unwell)


def _ask_again(last: Probe, at: Situation, now: datetime, *, soaked_at: datetime) -> Judgement:
    """
    When the next probe is due: after the interval, and at the end of the soak, which is waited for exactly.

    A dead end (nothing more to learn until an outside cause is gone) is asked at the same pace: it is one request.
    """
    next_at = last.at + at.definition.check.interval
    if last.at < soaked_at <= next_at:
        next_at = soaked_at
    return Judgement(is_due=now >= next_at, look_after=max(next_at - now, timedelta()))


def health(at: Situation, now: datetime, *, since: datetime) -> Judgement:
    """
    How the running release is right now, for a promotion that is about to begin: only a fresh answer counts, given after
    `since`, when the promotion could begin.

    The answer is `PASSED`, `FAILED` or `ERRORED` of the newest probe, or "ask first".
    """
    freshness = max(at.definition.check.interval * 2, timedelta(seconds=2))
    if not at.is_serving or not at.probes or at.probes[-1].at < max(since, now - freshness):
        return Judgement(is_due=at.is_serving)
    last = at.probes[-1]
    if last.outcome is Outcome.PASSED:
        return Judgement(verdict=VerificationState.PASSED)
    next_at = last.at + at.definition.check.interval
    verdict = VerificationState.FAILED if last.outcome is Outcome.FAILED else VerificationState.ERRORED
    return Judgement(
        verdict=verdict, findings=last.unwell, is_due=now >= next_at, look_after=max(next_at - now, timedelta())
    )


def cleared_holds(ledger: LedgerState, name: EnvironmentName, release: Release) -> int:
    """How often a failure of this release here turned out to have another cause."""
    return sum(
        1
        for hold in ledger.holds.values()
        if hold.state.value == "cleared" and hold.environment == name and hold.release == release.id
    )
