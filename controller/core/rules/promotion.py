"""Which release may go to which environment, and why not yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from codegen import Sentence
from controller.core.configuration import PromotionOrder
from controller.core.decision import NOTHING, Condition, Findings, Promote, RunChecks
from controller.core.freezes import freezes_at
from controller.core.ledger.state import (
    Approval,
    CommitEvidence,
    EnvironmentState,
    LedgerState,
    Release,
    VerificationState,
)
from controller.core.model import EnvironmentName, MainCommit
from controller.core.rules.verification import Judgement, Situation, health, situation
from controller.core.sentences import adopted_elsewhere, approval_told, seen, why_promoted
from controller.core.snapshot import MainLine, Snapshot
from controller.core.spans import holding, is_cure


def promotion(snapshot: Snapshot, now: datetime) -> Findings:
    """The findings for every environment, in the order of the configuration."""
    return Findings.all(
        _environment(situation(definition.name, snapshot), snapshot, now)
        for definition in snapshot.configuration.environments
    )


def _environment(at: Situation, snapshot: Snapshot, now: datetime) -> Findings:
    """Automation moves an environment only on to a descendant of what it has; the first release is a person's word."""
    if at.release is None:
        return NOTHING
    newer = _newer(at, snapshot)
    if not newer:
        return NOTHING
    stopped = _stopped(at, snapshot, now)
    if stopped.conditions:
        return stopped
    eligible, waiting = _sort_out(newer, at, snapshot)
    conditions = Findings(conditions=waiting)
    if not eligible:
        return conditions
    every = snapshot.configuration.promotion is PromotionOrder.EVERY
    return conditions + _go(eligible[0] if every else eligible[-1], at.release, at, snapshot, now)


def _newer(at: Situation, snapshot: Snapshot) -> tuple[Release, ...]:
    """Releases further along the default branch than the environment's, oldest first, as far as they got before it."""
    if at.release is None:
        return ()
    index = snapshot.main.index
    here = index.get(at.release.commit)
    if here is None:
        return ()
    before = at.definition.after
    passed = (
        snapshot.ledger.environments.get(before, EnvironmentState(name=before)).passed if before is not None else None
    )
    ahead = [r for r in snapshot.ledger.releases.values() if index.get(r.commit, -1) > here]
    arrived = [r for r in ahead if passed is None or r.id in passed]
    return tuple(sorted(arrived, key=lambda release: index[release.commit]))


def _stopped(at: Situation, snapshot: Snapshot, now: datetime) -> Findings:
    """What keeps every release out, with when to look again: a freeze with an end needs nobody."""
    name = at.definition.name
    if at.definition.suspended:
        return Findings(conditions=(Condition("Suspended", name, Sentence("suspended in the configuration")),))
    freeze = freezes_at(snapshot.configuration, snapshot.ledger, now).of(name)
    if freeze is None:
        return NOTHING
    message = Sentence("frozen {told}", told=freeze.told)
    condition = Condition("Frozen", name, message, needs_person=freeze.until is None)
    return Findings(conditions=(condition,), wake_after=freeze.until - now if freeze.until is not None else None)


def _sort_out(
    newer: tuple[Release, ...], at: Situation, snapshot: Snapshot
) -> tuple[tuple[Release, ...], tuple[Condition, ...]]:
    """Which of them may go, and what each of the others waits for."""
    eligible: list[Release] = []
    waiting: list[Condition] = []
    for release in newer:
        condition = _obstacle(release, at, snapshot)
        if condition is None:
            eligible.append(release)
        else:
            waiting.append(condition)
    return tuple(eligible), tuple(waiting)


def _obstacle(release: Release, at: Situation, snapshot: Snapshot) -> Condition | None:
    name = at.definition.name
    hold = holding(snapshot.main, snapshot.ledger, release)
    if hold is not None:
        commits = tuple(commit[:12] for commit in hold.commits)
        return Condition(
            "Held",
            name,
            Sentence(
                "{release} waits: it contains {commits} without the revert ({hold})",
                release=release.id,
                commits=commits,
                hold=hold.id,
            ),
        )
    missing = unapproved(release, at.release, snapshot.ledger, snapshot.main)
    if missing is not None:
        message = Sentence(
            "{release} waits: {commit} has no approval ({detail}); admit it with a reason",
            release=release.id,
            commit=missing.commit[:12],
            detail=approval_told(missing),
        )
        return Condition("AwaitsAdmission", name, message, needs_person=True)
    return None


def unapproved(release: Release, running: Release | None, ledger: LedgerState, main: MainLine) -> CommitEvidence | None:
    """
    The first commit of the span that nobody approved or admitted. The whole span counts: all of it would run.

    A commit that was adopted for another environment was approved by nobody for this one, nor was what it brought along.
    """
    span = main.between(running.commit, release.commit) if running is not None else ()
    waiting = [commit for commit in span if commit.sha not in ledger.admissions]
    if not waiting:
        return None
    wanted = {commit.sha for commit in waiting}
    evidence = [e for other in ledger.releases.values() for e in other.commits if e.commit in wanted]
    # Where a commit has several, an adoption talks nothing away, and nothing that something is missing.
    kept = {e.commit: e for e in sorted(evidence, key=_weight)}
    return next(
        (missing for commit in waiting if (missing := _missing(commit, kept.get(commit.sha))) is not None), None
    )


def _weight(seen: CommitEvidence) -> int:
    return {Approval.ADOPTED: 0, Approval.MISSING: 2}.get(seen.approval, 1)


def _missing(commit: MainCommit, kept: CommitEvidence | None) -> CommitEvidence | None:
    if kept is not None and kept.approval is not Approval.ADOPTED:
        return kept if kept.approval is Approval.MISSING else None
    if not commit.touches_composition:
        return None
    if kept is not None:
        return replace(kept, approval=Approval.MISSING)
    return CommitEvidence(commit=commit.sha, approval=Approval.MISSING, detail=adopted_elsewhere())


def _go(candidate: Release, running: Release, at: Situation, snapshot: Snapshot, now: datetime) -> Findings:
    """
    Promotes, if the running release is well right now.

    A release that goes onto an unwell environment would be blamed for what it did not do, so that only its cure may.
    """
    name = at.definition.name
    cure = is_cure(snapshot.main, running=running, candidate=candidate)
    if not at.is_serving:
        message = Sentence("{release} waits until {running} serves", release=candidate.id, running=running.id)
        return Findings(conditions=(Condition("RollingOut", name, message),))
    settled = at.state.verification.state is VerificationState.PASSED
    if not settled and not cure:
        message = Sentence("{release} waits for the checks of {running}", release=candidate.id, running=running.id)
        return Findings(conditions=(Condition("Verifying", name, message),))
    now_is = health(at, now, since=_possible_since(candidate, at, snapshot))
    promote = Promote(name, candidate.id, _reason(candidate, at))
    if now_is.verdict is VerificationState.PASSED or (cure and now_is.verdict is not None):
        return Findings(intents=(promote,))
    ask = (RunChecks(name, running.id),) if now_is.is_due else ()
    if now_is.verdict is None:
        return Findings(intents=ask)
    condition = _unwell(candidate, running, name, now_is)
    return Findings(intents=ask, conditions=(condition,), wake_after=now_is.look_after)


def _unwell(candidate: Release, running: Release, name: EnvironmentName, now_is: Judgement) -> Condition:
    """Why a release waits where the running one is not known to be well."""
    reason, text = "RunningUnwell", Sentence("{running} is unwell already", running=running.id)
    if now_is.verdict is VerificationState.ERRORED:
        reason, text = "CannotTell", Sentence("the checks of {running} could not tell", running=running.id)
    told = seen(now_is.findings)
    message = Sentence("{release} waits: {why} ({seen})", release=candidate.id, why=text, seen=told)
    return Condition(reason, name, message, needs_person=True)


def _possible_since(candidate: Release, at: Situation, snapshot: Snapshot) -> datetime:
    """When this promotion could first begin: an answer from before says nothing about it."""
    before = snapshot.ledger.environments.get(at.definition.after) if at.definition.after is not None else None
    if before is None or before.release != candidate.id or before.verification.at is None:
        return candidate.created_at
    return max(candidate.created_at, before.verification.at)


def _reason(candidate: Release, at: Situation) -> str:
    return why_promoted(candidate.id, at.definition.after)
