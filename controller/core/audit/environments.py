"""What a step of the ledger tells of environments: moves, and what their checks came to."""

from __future__ import annotations

from collections.abc import Iterator

from codegen import Sentence
from controller.core.audit.entries import AuditEntry, Deed
from controller.core.audit.steps import Between
from controller.core.ledger.state import Approval, Direction, EnvironmentState, VerificationState
from controller.core.model import AUTOMATION, CheckResult, Outcome, ReleaseId, Sha
from controller.core.sentences import move_told

_VERDICTS = {
    VerificationState.PASSED: Deed.PASSED,
    VerificationState.FAILED: Deed.FAILED,
    VerificationState.ERRORED: Deed.ERRORED,
}


def tell_environments(between: Between) -> Iterator[AuditEntry]:
    """Each environment that moved, and each whose verdict is another one."""
    for name, after in between.after.environments.items():
        before = between.before.environments.get(name, EnvironmentState(name=name))
        if after.release is not None and (before.release, before.since) != (after.release, after.since):
            yield _move(before, after, between)
        verdict = _VERDICTS.get(after.verification.state)
        if verdict is not None and before.verification != after.verification:
            yield _verdict(after, verdict, between)


def _move(before: EnvironmentState, after: EnvironmentState, between: Between) -> AuditEntry:
    deed = _direction(before, after, between)
    modules = between.modules_of(after.span) or between.modules_of_release(after.release)
    return AuditEntry(
        at=after.since or between.step.at,
        deed=deed,
        who=after.by.login if after.by is not None else AUTOMATION.login,
        what=_moved(before, after, _failed_checks(after, between, deed)),
        why=move_told(after, between.after.holds),
        proof=between.proof,
        environment=after.name,
        commit=_commit_of(after.release, between),
        modules=between.modules_of_release(before.release) if deed is Deed.ROLLED_BACK else modules,
    )


def _direction(before: EnvironmentState, after: EnvironmentState, between: Between) -> Deed:
    if after.direction is Direction.BACK:
        return Deed.ROLLED_BACK
    release = between.after.releases.get(after.release) if after.release is not None else None
    adopted = release is not None and any(e.approval is Approval.ADOPTED for e in release.commits)
    return Deed.ADOPTED if adopted and before.release is None else Deed.PROMOTED


def _moved(before: EnvironmentState, after: EnvironmentState, failed: str) -> Sentence:
    found = Sentence("{environment} goes to {release}", environment=after.name, release=after.release)
    if before.release is not None:
        found = Sentence(
            "{environment} goes to {release} from {left}",
            environment=after.name,
            release=after.release,
            left=before.release,
        )
    return Sentence("{what}: {seen}", what=found, seen=failed) if failed else found


def _failed_checks(after: EnvironmentState, between: Between, deed: Deed) -> str:
    """What the hold that came with the move says of the checks."""
    hold = between.after.holds.get(after.returned_for) if after.returned_for is not None else None
    if deed is not Deed.ROLLED_BACK or hold is None or not hold.findings:
        return ""
    return _seen(hold.findings)


def _verdict(after: EnvironmentState, deed: Deed, between: Between) -> AuditEntry:
    findings = after.verification.findings
    found, seen = _judgement(after, deed), _seen(findings)
    return AuditEntry(
        at=after.verification.at or between.step.at,
        deed=deed,
        who=between.by.login,
        what=Sentence("{what}: {seen}", what=found, seen=seen) if findings else found,
        proof=between.proof,
        environment=after.name,
        commit=_commit_of(after.release, between),
        modules=between.modules_of(after.span) or between.modules_of_release(after.release),
    )


def _judgement(after: EnvironmentState, deed: Deed) -> Sentence:
    if deed is Deed.PASSED:
        return Sentence("{release} passed in {environment}", release=after.release, environment=after.name)
    if deed is Deed.FAILED:
        return Sentence("{release} failed in {environment}", release=after.release, environment=after.name)
    return Sentence("{release} could not be judged in {environment}", release=after.release, environment=after.name)


def _seen(findings: tuple[CheckResult, ...]) -> str:
    unwell = [finding for finding in findings if finding.outcome is not Outcome.PASSED]
    each = (
        Sentence(
            "{check} {outcome}: {seen}",
            check=finding.check,
            outcome=Sentence(finding.outcome.value),
            seen=Sentence(finding.seen),
        )
        for finding in unwell
    )
    return Sentence.joined(each) if unwell else ""


def _commit_of(release: ReleaseId | None, between: Between) -> Sha | None:
    known = between.after.releases.get(release) if release is not None else None
    return known.commit if known is not None else None
