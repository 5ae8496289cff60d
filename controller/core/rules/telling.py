"""What people and records are told: promotions on the forge's deployments, ended builds, causes that need a person."""

from __future__ import annotations

from typing import Literal

from controller.core.decision import Announce, CallPerson, Findings, RecordBuild
from controller.core.ledger.state import EnvironmentState, Hold, HoldState, Release, VerificationState
from controller.core.model import BuildId, Known, ProposalNumber, ReleaseId, Sha
from controller.core.snapshot import Snapshot

_STATES: dict[VerificationState, Literal["in_progress", "success", "failure"]] = {
    VerificationState.PENDING: "in_progress",
    VerificationState.PASSED: "success",
    VerificationState.FAILED: "failure",
    VerificationState.ERRORED: "in_progress",
}


def telling(snapshot: Snapshot) -> Findings:
    """Everything that is not said yet; each carries the marker by which it is said once."""
    deployments = (_announcement(state, snapshot) for state in snapshot.ledger.environments.values())
    calls = (_call(hold, snapshot) for hold in snapshot.ledger.holds.values())
    spoken = tuple(said for said in (*deployments, *calls) if said is not None and said.marker not in snapshot.said)
    return Findings(intents=(*spoken, *_records(snapshot)))


def _announcement(state: EnvironmentState, snapshot: Snapshot) -> Announce | None:
    release = snapshot.ledger.releases.get(state.release) if state.release is not None else None
    if release is None or state.since is None:
        return None
    word = _STATES[state.verification.state]
    return Announce(
        environment=state.name,
        release=release.id,
        state=word,
        description=state.reason[:140],
        marker=f"deployment:{state.name}:{release.id}:{word}:{state.since.isoformat()}",
    )


def _call(hold: Hold, snapshot: Snapshot) -> CallPerson | None:
    """The word on the proposal of the commit at fault: why it was taken back, or that it was not the cause."""
    if hold.state is HoldState.SUSPECTED:
        return None
    number = _proposal_of(hold.commits[0], snapshot)
    if number is None:
        return None
    marker = f"<!-- modwright:hold:{hold.id}:{hold.state.value} -->"
    return CallPerson(number=number, marker=marker, message=hold_message(hold))


def hold_message(hold: Hold) -> str:
    """What is said on a proposal about a hold, in the state in which it is."""
    where = f" in `{hold.environment}`" if hold.environment is not None else ""
    seen = "\n".join(f"- `{finding.check}`: {finding.seen}" for finding in hold.findings)
    head = {
        HoldState.CONFIRMED: f"Taken back{where}: {hold.reason}.",
        HoldState.CLEARED: f"Failed{where}, but the release before it fails as well. A person is needed: the cause is "
        "outside this change. It is tried once more when the checks pass again.",
        HoldState.LIFTED: f"The hold was lifted: {hold.judgement}.",
        HoldState.SUSPECTED: f"Under suspicion{where}: {hold.reason}.",
    }[hold.state]
    judged = f"\n\n{hold.judgement}." if hold.judgement and hold.state is not HoldState.LIFTED else ""
    return f"{head}\n\n{seen}{judged}\n\nHold `{hold.id}`."


def _proposal_of(commit: Sha, snapshot: Snapshot) -> ProposalNumber | None:
    for release in snapshot.ledger.releases.values():
        for evidence in release.commits:
            if evidence.commit == commit:
                return evidence.proposal
    return None


def _records(snapshot: Snapshot) -> tuple[RecordBuild, ...]:
    """Ended builds without a record, and records that do not name the release that uses the image yet."""
    if not isinstance(snapshot.builds, Known) or not isinstance(snapshot.recorded_builds, Known):
        return ()
    users = _users(snapshot)
    recorded = snapshot.recorded_builds.value
    return tuple(
        RecordBuild(build, users.get(build.id))
        for build in reversed(snapshot.builds.value)
        if build.status.has_ended and (build.id not in recorded or recorded[build.id] != users.get(build.id))
    )


def _users(snapshot: Snapshot) -> dict[BuildId, ReleaseId]:
    """The first release that uses each build."""
    users: dict[BuildId, ReleaseId] = {}
    ordered: list[Release] = sorted(snapshot.ledger.releases.values(), key=lambda release: release.created_at)
    for release in ordered:
        if release.build is not None:
            users.setdefault(release.build, release.id)
    return users
