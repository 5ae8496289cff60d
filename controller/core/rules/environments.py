"""
What every environment needs next, once the ledger says what it should run: its rollout, its checks, their verdict.

A failure takes the environment back at once and puts a hold under suspicion; the predecessor's own checks then tell
whether the release was at fault.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from codegen import Sentence
from controller.core.decision import (
    NOTHING,
    Condition,
    Findings,
    FreezeEnvironment,
    JudgeHold,
    RecordVerification,
    RollBack,
    RollOut,
    RunChecks,
)
from controller.core.holds import on_suspicion
from controller.core.ledger.state import Direction, Hold, HoldState, Release, VerificationState
from controller.core.model import CheckResult, EnvironmentName, RolloutPhase, Running, Sha, Unknown
from controller.core.rules.verification import (
    Judgement,
    Situation,
    cleared_holds,
    judge_checks,
    judge_rollout,
    situation,
)
from controller.core.sentences import could_not_return, failed_twice, is_at_fault, is_not_at_fault, seen
from controller.core.snapshot import Snapshot
from controller.core.spans import holding, is_in_force, predecessor

ROLLOUT_POLL = timedelta(milliseconds=20)
"""How soon to look again while a cluster rolls out; a look is one free call."""


def environments(snapshot: Snapshot, now: datetime) -> Findings:
    """The findings for every environment, in the order of the configuration."""
    return Findings.all(
        _environment(situation(definition.name, snapshot), snapshot, now)
        for definition in snapshot.configuration.environments
    )


def _environment(at: Situation, snapshot: Snapshot, now: datetime) -> Findings:
    name = at.definition.name
    if at.release is None:
        return NOTHING
    if isinstance(at.running, Unknown):
        return Findings(conditions=(Condition("ClusterUnknown", name, at.running.reason),))
    verdict = _verdict(at, snapshot, now) + _hold_judgement(at, snapshot)
    if any(not isinstance(intent, RunChecks) for intent in verdict.intents):
        return verdict
    return verdict + _rollout(at, at.running)


def _rollout(at: Situation, running: Running) -> Findings:
    release, name = at.release, at.definition.name
    if release is None:
        return NOTHING
    if running.desired != release.digest:
        if at.state.verification.state in (VerificationState.PASSED, VerificationState.FAILED):
            message = Sentence(
                "runs {serving}, the ledger says {digest}; somebody changed it by hand",
                serving=running.serving,
                digest=release.digest,
            )
            return Findings(conditions=(Condition("Drift", name, message, needs_person=True),))
        return Findings(intents=(RollOut(name, release.id),), conditions=(_rolling(at),))
    if running.phase is RolloutPhase.FAILED and running.says_nothing_of_it:
        message = Sentence("{release}: {error}", release=release.id, error=Sentence(running.error))
        condition = Condition("CannotPull", name, message, needs_person=True)
        return Findings(intents=(RollOut(name, release.id),), conditions=(condition,))
    if running.phase is RolloutPhase.ROLLING:
        return Findings(conditions=(_rolling(at),), wake_after=ROLLOUT_POLL)
    return NOTHING


def _rolling(at: Situation) -> Condition:
    return Condition("RollingOut", at.definition.name, Sentence("moves to {release}", release=at.state.release))


def _verdict(at: Situation, snapshot: Snapshot, now: datetime) -> Findings:
    """Turns what the checks say into the next write, or into the next question."""
    state = at.state.verification.state
    if state is VerificationState.PASSED or at.release is None:
        return NOTHING
    failed_rollout = judge_rollout(at)
    judgement = failed_rollout if failed_rollout.verdict is not None else judge_checks(at, now)
    if judgement.verdict is None:
        return _ask(at, judgement)
    if judgement.verdict is VerificationState.FAILED:
        return _failed(at, judgement, snapshot, now)
    if judgement.verdict is state:
        return NOTHING
    if judgement.verdict is VerificationState.PASSED and _held_elsewhere(at, snapshot):
        message = Sentence("{release} is on hold; it stays and waits", release=at.release.id)
        return Findings(conditions=(Condition("Held", at.definition.name, message),))
    return _record(at, judgement.verdict, judgement.findings)


def _held_elsewhere(at: Situation, snapshot: Snapshot) -> bool:
    """Whether the release was put on hold while it was still on its way through this environment."""
    return at.release is not None and holding(snapshot.main, snapshot.ledger, at.release) is not None


def _ask(at: Situation, judgement: Judgement) -> Findings:
    if at.release is None:
        return NOTHING
    intents = (RunChecks(at.definition.name, at.release.id),) if judgement.is_due else ()
    conditions = (_unsure(at),) if at.state.verification.state is VerificationState.ERRORED else ()
    return Findings(intents=intents, conditions=conditions, wake_after=judgement.look_after)


def _unsure(at: Situation) -> Condition:
    message = Sentence("its checks could not tell ({seen})", seen=seen(at.state.verification.findings))
    return Condition("CannotTell", at.definition.name, message, needs_person=True)


def _record(at: Situation, verdict: VerificationState, findings: tuple[CheckResult, ...]) -> Findings:
    if at.release is None:
        return NOTHING
    return Findings(intents=(RecordVerification(at.definition.name, at.release.id, verdict, findings),))


def _failed(at: Situation, judgement: Judgement, snapshot: Snapshot, now: datetime) -> Findings:
    """
    A definite failure. Forward with a predecessor: back at once. Everything else is recorded and waits for a person.

    A rollback is never rolled back, and a failure older than the limit does nothing by itself: nobody knows any more
    what happened since.
    """
    if at.state.verification.state is VerificationState.FAILED:
        return _still_failing(at, judgement, now)
    if at.state.direction is Direction.BACK or at.release is None or _is_stale(at, now):
        return _record(at, VerificationState.FAILED, judgement.findings)
    target = predecessor(snapshot.main, snapshot.ledger, passed=at.state.passed, current=at.release)
    if target is None:
        return _record(at, VerificationState.FAILED, judgement.findings)
    hold = _suspicion(at, at.release, judgement.findings, snapshot, now)
    return Findings(intents=(RollBack(at.definition.name, at.release.id, target.id, hold),))


def _is_stale(at: Situation, now: datetime) -> bool:
    return at.state.since is not None and now - at.state.since > at.definition.failure_limit + at.definition.soak


def _still_failing(at: Situation, judgement: Judgement, now: datetime) -> Findings:
    """Keeps asking: when it passes again, that is recorded, and what waited for it goes on."""
    message = Sentence("{release} fails ({seen})", release=at.state.release, seen=seen(judgement.findings))
    condition = Condition("RunningUnwell", at.definition.name, message, needs_person=True)
    if at.release is None or not at.probes or not at.is_serving:
        return Findings(conditions=(condition,))
    next_at = at.probes[-1].at + at.definition.check.interval
    due = (RunChecks(at.definition.name, at.release.id),) if now >= next_at else ()
    return Findings(intents=due, conditions=(condition,), wake_after=max(next_at - now, timedelta()))


def _suspicion(
    at: Situation, release: Release, findings: tuple[CheckResult, ...], snapshot: Snapshot, now: datetime
) -> Hold:
    commits = suspects(at.state.span, snapshot) or (release.commit,)
    return on_suspicion(commits, release=release.id, environment=at.definition.name, findings=findings, at=now)


def suspects(span: tuple[Sha, ...], snapshot: Snapshot) -> tuple[Sha, ...]:
    """The commits of a promoted span that could be at fault: those that change modules and are in force, else all."""
    in_force = [sha for sha in span if is_in_force(snapshot.main, sha) and not _undoes(sha, snapshot)]
    changing = [sha for sha in in_force if (commit := snapshot.main.get(sha)) is not None and commit.changes_modules]
    return tuple(changing or span)


def _undoes(sha: Sha, snapshot: Snapshot) -> bool:
    commit = snapshot.main.get(sha)
    return commit is not None and commit.reverts is not None


def _hold_judgement(at: Situation, snapshot: Snapshot) -> Findings:
    """What the predecessor's own verification says about the hold that it was returned for."""
    hold = snapshot.ledger.holds.get(at.state.returned_for) if at.state.returned_for is not None else None
    if hold is None or at.release is None:
        return _freeze_after_two(at, snapshot)
    if hold.state is not HoldState.SUSPECTED:
        return NOTHING
    failed = at.state.verification
    if failed.state is VerificationState.PASSED:
        judgement = is_at_fault(at.release.id, hold.release)
        return Findings(intents=(JudgeHold(hold.id, HoldState.CONFIRMED, judgement),))
    if failed.state is VerificationState.FAILED and any(f.check == "rollout" for f in failed.findings):
        return _freeze(at.definition.name, could_not_return(at.release.id), snapshot)
    if failed.state is VerificationState.FAILED:
        judgement = is_not_at_fault(at.release.id)
        return Findings(intents=(JudgeHold(hold.id, HoldState.CLEARED, judgement),))
    message = Sentence("{hold} is not judged yet", hold=hold.id)
    return Findings(conditions=(Condition("HoldUndecided", at.definition.name, message),))


def _freeze(name: EnvironmentName, reason: str, snapshot: Snapshot) -> Findings:
    """A freeze with an end is not enough: it would let the same go on that nobody has looked at."""
    if snapshot.ledger.is_frozen_for_good(name):
        return NOTHING
    return Findings(intents=(FreezeEnvironment(name, reason),))


def _freeze_after_two(at: Situation, snapshot: Snapshot) -> Findings:
    """A release whose failure was cleared twice is not tried a third time until a person has lifted a freeze."""
    name = at.definition.name
    cleared = [h for h in snapshot.ledger.holds.values() if h.state is HoldState.CLEARED and h.environment == name]
    for hold in cleared:
        release = snapshot.ledger.releases.get(hold.release) if hold.release is not None else None
        if release is None or cleared_holds(snapshot.ledger, name, release) < 2:
            continue
        since = hold.judged_at
        for_good = [f for f in snapshot.ledger.freezes.values() if f.until is None]
        later = [f for f in for_good if since is not None and f.at >= since]
        if not later and hold is max(cleared, key=lambda h: h.at):
            return _freeze(name, failed_twice(release.id), snapshot)
    return NOTHING
