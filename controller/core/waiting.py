"""
Who or what a change waits for: one answer, derived from one snapshot, so that nobody has to put it together.

It says the first thing that stands in the way on the change's own road: what is wrong before what is waited for, one
environment after the other. It decides nothing; the rules do, and this reads what they look at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from codegen import Sentence
from controller.core.approval import inverse_of, judge_approval, made_by_bot, requester_of
from controller.core.configuration import ApprovalMode, Merger
from controller.core.freezes import FreezeSpan, freezes_at, stop_at
from controller.core.ledger.state import EnvironmentState, Hold, VerificationState
from controller.core.model import (
    Build,
    BuildStatus,
    EnvironmentName,
    GateStatus,
    Known,
    MainCommit,
    Outcome,
    Person,
    Proposal,
    ProposalNumber,
    ProposalState,
    ReleaseId,
    Role,
    Running,
    Sha,
    Unknown,
)
from controller.core.progress import first_release_with, hold_on
from controller.core.rules.gate import GateVerdict, authority_of, find_image, first_error, is_of_bot, judge
from controller.core.rules.promotion import unapproved
from controller.core.rules.proposals import needs_refresh
from controller.core.rules.verification import situation
from controller.core.sentences import approval_told, hold_told, seen
from controller.core.snapshot import Snapshot
from controller.core.spans import holding, undoing

What = Literal[
    "reading",
    "source",
    "policies",
    "refresh",
    "conflict",
    "foreign-push",
    "runner",
    "build",
    "image",
    "build-failed",
    "approval",
    "merge-by-people",
    "merge",
    "release",
    "stopped",
    "suspended",
    "frozen",
    "admission",
    "behind-hold",
    "promotion",
    "rollout",
    "verification",
    "cannot-tell",
    "failed",
    "held",
    "reverted",
    "everywhere",
    "closed",
]


@dataclass(frozen=True)
class Approvals:
    """`missing` approvals by somebody of `may`, who has the role; `other_than` is whose own does not count."""

    missing: int
    given: tuple[Person, ...]
    other_than: Person | None
    may: tuple[str, ...]


@dataclass(frozen=True)
class Checks:
    """How many of an environment's checks passed when they were last asked; `until` is the end of the soak."""

    passed: int
    of: int
    until: datetime | None


@dataclass(frozen=True)
class Waiting:
    """`what` is waited for; the other fields say more where there is more to say. `text` is in the core's own words."""

    what: What
    text: str = ""
    environment: EnvironmentName | None = None
    release: ReleaseId | None = None
    build: Build | None = None
    approvals: Approvals | None = None
    checks: Checks | None = None
    freeze: FreezeSpan | None = None
    hold: Hold | None = None
    commit: Sha | None = None
    undone_by: ProposalNumber | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.what in ("everywhere", "closed", "reverted")

    @property
    def is_wrong(self) -> bool:
        """Whether somebody has to mend something."""
        return self.what in ("source", "policies", "conflict", "foreign-push", "build-failed", "failed", "held")


def waiting(proposal: Proposal, snapshot: Snapshot, now: datetime) -> Waiting:
    """What that change waits for at that moment."""
    match proposal.forge.state:
        case ProposalState.OPEN:
            return _unless_stopped(_open(proposal, snapshot), snapshot, now)
        case ProposalState.CLOSED:
            return Waiting("closed")
        case ProposalState.MERGED:
            commit = snapshot.main.get(proposal.forge.merged_commit)
            found = _merged(commit, snapshot, now) if commit is not None else Waiting("release")
            return _unless_stopped(found, snapshot, now)


def _unless_stopped(found: Waiting, snapshot: Snapshot, now: datetime) -> Waiting:
    """The global stop is what is waited for where automation would be next; people can still approve and mend."""
    stop = stop_at(snapshot.ledger, now)
    if stop is None or found.what not in ("runner", "merge", "promotion"):
        return found
    return replace(found, what="stopped", freeze=stop, text=stop.reason)


def _open(proposal: Proposal, snapshot: Snapshot) -> Waiting:
    facts = proposal.facts
    if facts is None:
        return Waiting("reading")
    verdict = judge(proposal, snapshot)
    for line in verdict.lines:
        if line.status is GateStatus.FAILED:
            return _failed_line(line.part, line.text, verdict)
    if facts.merged_input_tree is None:
        return Waiting("refresh" if is_of_bot(proposal, snapshot) and needs_refresh(proposal, verdict) else "conflict")
    if not verdict.approval.is_given and _is_foreign(proposal, snapshot):
        return Waiting("foreign-push", text=verdict.approval.detail)
    lines = {line.part: line for line in verdict.lines}
    build = lines.get("build")
    if build is not None and build.status is GateStatus.WAITING:
        return _build(verdict.build)
    if not verdict.approval.is_given:
        return Waiting("approval", text=verdict.approval.detail, approvals=_approvals(proposal, snapshot))
    by_people = snapshot.configuration.merge is Merger.PEOPLE or not is_of_bot(proposal, snapshot)
    return Waiting("merge-by-people" if by_people else "merge")


def _failed_line(part: str, text: str, verdict: GateVerdict) -> Waiting:
    match part:
        case "build":
            return Waiting("build-failed", text=text, build=verdict.build)
        case "policies":
            return Waiting("policies", text=text)
    return Waiting("source", text=text)


def _is_foreign(proposal: Proposal, snapshot: Snapshot) -> bool:
    """Whether somebody else pushed to the bot's own proposal, which voids every approval."""
    is_ours = proposal.forge.author.id == snapshot.bot.id and bool(proposal.pushes)
    return is_ours and not made_by_bot(proposal, snapshot.bot)


def _build(build: Build | None) -> Waiting:
    if build is None or build.status in (BuildStatus.CANCELLED, BuildStatus.QUEUED):
        return Waiting("runner", build=build)
    return Waiting("image" if build.status is BuildStatus.SUCCEEDED else "build", build=build)


def _approvals(proposal: Proposal, snapshot: Snapshot) -> Approvals:
    verdict = judge_approval(proposal, authority_of(snapshot))
    requester = requester_of(proposal)
    is_solo = snapshot.configuration.approval is ApprovalMode.SOLO
    other_than = None if is_solo or inverse_of(proposal, snapshot.main) is not None else requester
    may = sorted(login for login, role in snapshot.configuration.roles.items() if role.includes(Role.ADMIN))
    return Approvals(
        missing=max(1, verdict.required - len(verdict.reviews)),
        given=tuple(evidence.reviewer for evidence in verdict.reviews),
        other_than=other_than,
        may=tuple(login for login in may if other_than is None or login != other_than.login),
    )


def _merged(commit: MainCommit, snapshot: Snapshot, now: datetime) -> Waiting:
    revert, hold = undoing(snapshot.main, commit.sha), hold_on(commit, snapshot.ledger)
    if revert is not None:
        why = hold_told(hold) if hold is not None else ""
        where = hold.environment if hold is not None else None
        by = _merged_as(revert, snapshot)
        return Waiting("reverted", commit=revert.sha, text=why, hold=hold, environment=where, undone_by=by)
    if hold is not None:
        return Waiting("held", text=hold_told(hold), hold=hold, environment=hold.environment)
    release = first_release_with(snapshot.ledger, snapshot.main, commit)
    if release is None:
        return _unreleased(commit, snapshot)
    for definition in snapshot.configuration.environments:
        found = _in_environment(definition.name, commit, snapshot, now)
        if found is not None:
            return found
    return Waiting("everywhere", release=release.id)


def _merged_as(commit: MainCommit, snapshot: Snapshot) -> ProposalNumber | None:
    """The proposal that became that commit; `None` for a push, and where the forge does not tell."""
    proposals = snapshot.proposals.value if isinstance(snapshot.proposals, Known) else ()
    return next((p.number for p in proposals if p.forge.merged_commit == commit.sha), None)


def _unreleased(commit: MainCommit, snapshot: Snapshot) -> Waiting:
    image, build = find_image(commit.input_tree, snapshot)
    if image is not None or build is None:
        return Waiting("release", build=build)
    if build.status is BuildStatus.FAILED:
        return Waiting("build-failed", text=first_error(build) or Sentence("the build failed"), build=build)
    return _build(build)


def _in_environment(name: EnvironmentName, commit: MainCommit, snapshot: Snapshot, now: datetime) -> Waiting | None:
    """What is waited for in one environment; `None` where the change has passed there."""
    state = snapshot.ledger.environments.get(name, EnvironmentState(name=name))
    release = snapshot.ledger.releases.get(state.release) if state.release is not None else None
    if release is None or not snapshot.main.contains(release.commit, commit.sha):
        return _before(name, commit, snapshot, now)
    findings = seen(state.verification.findings)
    match state.verification.state:
        case VerificationState.PASSED:
            return None
        case VerificationState.FAILED:
            return Waiting("failed", text=findings, environment=name, release=release.id)
        case VerificationState.ERRORED:
            return Waiting("cannot-tell", text=findings, environment=name, release=release.id)
        case VerificationState.PENDING:
            return _verifying(name, snapshot)


def _before(name: EnvironmentName, commit: MainCommit, snapshot: Snapshot, now: datetime) -> Waiting:
    """Why the change has not come to an environment yet."""
    if snapshot.configuration.environment(name).suspended:
        return Waiting("suspended", environment=name)
    freeze = freezes_at(snapshot.configuration, snapshot.ledger, now).of(name)
    if freeze is not None:
        return Waiting("frozen", text=freeze.why, environment=name, freeze=freeze)
    at = situation(name, snapshot)
    # The oldest release with it has the shortest span: what keeps that one back keeps back every later one.
    release = first_release_with(snapshot.ledger, snapshot.main, commit)
    missing = unapproved(release, at.release, snapshot.ledger, snapshot.main) if release is not None else None
    if missing is not None and missing.commit not in snapshot.ledger.admissions:
        return Waiting("admission", text=approval_told(missing), environment=name, commit=missing.commit)
    kept = _kept_back(commit, snapshot)
    if kept is not None:
        return Waiting("behind-hold", text=hold_told(kept), environment=name, hold=kept, commit=kept.commits[0])
    return Waiting("promotion", environment=name)


def _kept_back(commit: MainCommit, snapshot: Snapshot) -> Hold | None:
    """The hold on another change that every release with this one contains; `None` where some release may go on."""
    main, ledger = snapshot.main, snapshot.ledger
    found = None
    for other in reversed(main.commits[main.index[commit.sha] :]):
        release = ledger.by_commit.get(other.sha)
        hold = holding(main, ledger, release) if release is not None else None
        if release is not None and hold is None:
            return None
        found = found or hold
    return found


def _verifying(name: EnvironmentName, snapshot: Snapshot) -> Waiting:
    at = situation(name, snapshot)
    release = at.release.id if at.release is not None else None
    if not at.is_serving:
        text = at.running.reason if isinstance(at.running, Unknown) else at.running.error
        return Waiting("rollout", text=text, environment=name, release=release)
    results = at.probes[-1].results if at.probes else ()
    since = at.running.serving_since if isinstance(at.running, Running) else None
    soaks = bool(at.definition.soak) and since is not None
    checks = Checks(
        passed=sum(result.outcome is Outcome.PASSED for result in results),
        of=len(at.definition.checks),
        until=since + at.definition.soak if soaks and since is not None else None,
    )
    return Waiting("verification", environment=name, release=release, checks=checks)
