"""What a merged change waits for in one environment."""

from __future__ import annotations

from datetime import datetime

from controller.core.freezes import freezes_at
from controller.core.ledger.state import EnvironmentState, Hold, VerificationState
from controller.core.model import EnvironmentName, MainCommit, Outcome, Running, Unknown
from controller.core.progress import first_release_with
from controller.core.rules.promotion import unapproved
from controller.core.rules.verification import situation
from controller.core.sentences import approval_told, hold_told, seen
from controller.core.snapshot import Snapshot
from controller.core.spans import holding
from controller.core.waiting.values import Checks, Waiting


def in_environment(name: EnvironmentName, commit: MainCommit, snapshot: Snapshot, now: datetime) -> Waiting | None:
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
