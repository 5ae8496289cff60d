"""
What the ledger tells: the difference between two accepted states, one entry for each thing that differs.

A rollback is one commit that moves the environment and puts the hold; both are told, with the same proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from codegen import ModuleName, Sentence
from controller.core.audit.entries import AuditEntry, Deed
from controller.core.ledger.state import (
    Approval,
    Direction,
    EnvironmentState,
    Freeze,
    Hold,
    HoldState,
    LedgerState,
    Release,
    VerificationState,
)
from controller.core.model import AUTOMATION, CheckResult, Outcome, Person, ReleaseId, Sha
from controller.core.moments import told_moment
from controller.core.sentences import freeze_told, has_image, hold_told, judgement_told, move_told
from controller.core.trailers import BY, REASON, parse_person

_VERDICTS = {
    VerificationState.PASSED: Deed.PASSED,
    VerificationState.FAILED: Deed.FAILED,
    VerificationState.ERRORED: Deed.ERRORED,
}
_JUDGED = {HoldState.CONFIRMED: Deed.CONFIRMED, HoldState.CLEARED: Deed.CLEARED, HoldState.LIFTED: Deed.LIFTED}


K = TypeVar("K", bound=str)


@dataclass(frozen=True)
class LedgerStep:
    """A commit of the ledger with the state that it says; `state` is `None` where the commit does not count."""

    sha: Sha
    at: datetime
    author: str
    subject: str
    state: LedgerState | None
    trailers: Mapping[str, str] = field(default_factory=dict)
    touched: frozenset[str] | None = None
    """Names of the documents that it changed, `None` where nobody knows: then all are compared."""


@dataclass(frozen=True)
class _Between:
    """Two states and the step that led from one to the other, with the modules that each known commit touches."""

    before: LedgerState
    after: LedgerState
    step: LedgerStep
    modules: Mapping[Sha, tuple[ModuleName, ...]]

    @property
    def proof(self) -> tuple[str, ...]:
        """The ledger's own commit."""
        return (f"ledger {self.step.sha}",)

    @property
    def by(self) -> Person:
        """Who the step's message says decided; the message is signed."""
        return parse_person(self.step.trailers.get(BY, "")) or AUTOMATION

    @property
    def why(self) -> str:
        """Why, as the message says."""
        return self.step.trailers.get(REASON, "")

    def modules_of(self, commits: tuple[Sha, ...]) -> tuple[ModuleName, ...]:
        """The modules that these commits brought, took out or changed."""
        return tuple(dict.fromkeys(module for sha in commits for module in self.modules.get(sha, ())))

    def modules_of_release(self, release: ReleaseId | None) -> tuple[ModuleName, ...]:
        """The modules that a release brought beyond the one before it."""
        known = self.after.releases.get(release) if release is not None else None
        return self.modules_of(tuple(e.commit for e in known.commits)) if known is not None else ()


def new_of(before: Mapping[K, object], after: Mapping[K, object], touched: frozenset[str] | None = None) -> list[K]:
    """
    The names that came, sorted. What is the same object, or was not `touched`, is not looked through: there may be
    thousands of releases.
    """
    if after is before:
        return []
    found = [cast("K", name) for name in touched or () if name in after and name not in before]
    # A document that is called otherwise than what it holds, or one that went, and the names alone do not tell it.
    is_all = touched is not None and len(found) == len(after) - len(before)
    return sorted(found) if is_all else sorted(after.keys() - before.keys())


def tell_step(
    before: LedgerState, step: LedgerStep, modules: Mapping[Sha, tuple[ModuleName, ...]]
) -> Iterator[AuditEntry]:
    """
    Everything that one commit of the ledger changed, in the order in which it reads best.

    `modules` are those that a commit of the default branch brought, took out or changed.
    """
    if step.state is None:
        what = Sentence(
            "{subject} on the ledger is signed by no allowed key and was never state", subject=repr(step.subject)
        )
        yield AuditEntry(step.at, Deed.IGNORED, step.author, what, proof=(f"ledger {step.sha}",))
        return
    between = _Between(before, step.state, step, modules)
    yield from _releases(between)
    yield from _admissions(between)
    yield from _overrides(between)
    yield from _environments(between)
    yield from _holds(between)
    yield from _freezes(between)
    yield from _signers(between)


def _releases(between: _Between) -> Iterator[AuditEntry]:
    for name in new_of(between.before.releases, between.after.releases, between.step.touched):
        release = between.after.releases[name]
        yield AuditEntry(
            at=release.created_at,
            deed=Deed.RELEASED,
            who=between.by.login,
            what=_released(release),
            why=has_image(release.commit, release.digest).or_plain(between.why),
            proof=(*between.proof, f"image {release.digest}"),
            commit=release.commit,
            modules=between.modules_of_release(release.id),
        )


def _released(release: Release) -> Sentence:
    found = Sentence(
        "{release} is {commit} with the image {image}",
        release=release.id,
        commit=release.commit[:12],
        image=release.digest,
    )
    if release.reused_from is not None:
        return Sentence("{what}, which {earlier} has already", what=found, earlier=release.reused_from)
    return Sentence("{what}, from {build}", what=found, build=release.build) if release.build is not None else found


def _admissions(between: _Between) -> Iterator[AuditEntry]:
    for commit in new_of(between.before.admissions, between.after.admissions, between.step.touched):
        admission = between.after.admissions[commit]
        yield AuditEntry(
            at=admission.at,
            deed=Deed.ADMITTED,
            who=admission.by.login,
            what=Sentence("{commit} may be promoted without an approval", commit=commit[:12]),
            why=admission.reason,
            proof=between.proof,
            commit=commit,
            modules=between.modules_of((commit,)),
        )


def _overrides(between: _Between) -> Iterator[AuditEntry]:
    for name in new_of(between.before.overrides, between.after.overrides, between.step.touched):
        word = between.after.overrides[name]
        what = Sentence(
            "the policy {policy} does not deny the change {change} ({override})",
            policy=word.policy,
            change=word.fingerprint[:12],
            override=word.id,
        )
        yield AuditEntry(word.at, Deed.OVERRIDDEN, word.by.login, what, word.reason, between.proof, commit=word.head)


def _environments(between: _Between) -> Iterator[AuditEntry]:
    for name, after in between.after.environments.items():
        before = between.before.environments.get(name, EnvironmentState(name=name))
        if after.release is not None and (before.release, before.since) != (after.release, after.since):
            yield _move(before, after, between)
        verdict = _VERDICTS.get(after.verification.state)
        if verdict is not None and before.verification != after.verification:
            yield _verdict(after, verdict, between)


def _move(before: EnvironmentState, after: EnvironmentState, between: _Between) -> AuditEntry:
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


def _direction(before: EnvironmentState, after: EnvironmentState, between: _Between) -> Deed:
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


def _failed_checks(after: EnvironmentState, between: _Between, deed: Deed) -> str:
    """What the hold that came with the move says of the checks."""
    hold = between.after.holds.get(after.returned_for) if after.returned_for is not None else None
    if deed is not Deed.ROLLED_BACK or hold is None or not hold.findings:
        return ""
    return _seen(hold.findings)


def _verdict(after: EnvironmentState, deed: Deed, between: _Between) -> AuditEntry:
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


def _commit_of(release: ReleaseId | None, between: _Between) -> Sha | None:
    known = between.after.releases.get(release) if release is not None else None
    return known.commit if known is not None else None


def _holds(between: _Between) -> Iterator[AuditEntry]:
    if between.after.holds is between.before.holds:
        return
    for hold in between.after.holds.values():
        before = between.before.holds.get(hold.id)
        if before is None:
            yield _held(hold, between)
        elif before.state is not hold.state and hold.state in _JUDGED:
            yield _judged(hold, _JUDGED[hold.state], between)


def _held(hold: Hold, between: _Between) -> AuditEntry:
    commits = tuple(commit[:12] for commit in hold.commits)
    what = Sentence("{commits} is on hold ({hold})", commits=commits, hold=hold.id)
    if hold.state is HoldState.SUSPECTED:
        what = Sentence("{commits} is under suspicion ({hold})", commits=commits, hold=hold.id)
    return _about_hold(hold, Deed.HELD, hold.by, what, hold_told(hold), hold.at, between)


def _judged(hold: Hold, deed: Deed, between: _Between) -> AuditEntry:
    words = {
        Deed.CONFIRMED: Sentence("{hold} is confirmed: releases with it wait for its revert", hold=hold.id),
        Deed.CLEARED: Sentence("{hold} is cleared: the cause is outside of the change", hold=hold.id),
        Deed.LIFTED: Sentence("{hold} is lifted", hold=hold.id),
    }
    at = hold.judged_at or between.step.at
    return _about_hold(hold, deed, between.by, words[deed], judgement_told(hold), at, between)


def _about_hold(hold: Hold, deed: Deed, by: Person, what: str, why: str, at: datetime, between: _Between) -> AuditEntry:
    return AuditEntry(
        at=at,
        deed=deed,
        who=by.login,
        what=what,
        why=why,
        proof=between.proof,
        environment=hold.environment,
        commit=hold.commits[0] if len(hold.commits) == 1 else None,
        modules=between.modules_of(hold.commits),
    )


def _freezes(between: _Between) -> Iterator[AuditEntry]:
    if between.after.freezes is between.before.freezes:
        return
    for freeze in between.after.freezes.values():
        before = between.before.freezes.get(freeze.id)
        if before is None:
            yield _freeze(freeze, Deed.FROZEN, freeze.by, freeze.at, between)
        elif before.lifted_at is None and freeze.lifted_at is not None:
            yield _freeze(freeze, Deed.UNFROZEN, freeze.lifted_by or between.by, freeze.lifted_at, between)


def _freeze(freeze: Freeze, deed: Deed, by: Person, at: datetime, between: _Between) -> AuditEntry:
    why = freeze_told(freeze.reason) if deed is Deed.FROZEN else between.why
    what = Sentence("{what} ({freeze})", what=_frozen(freeze, deed), freeze=freeze.id)
    return AuditEntry(at, deed, by.login, what, why, between.proof, environment=freeze.environment)


def _frozen(freeze: Freeze, deed: Deed) -> Sentence:
    where = freeze.environment or Sentence("every environment")
    if deed is Deed.UNFROZEN:
        again = Sentence("everything may move forward again")
        return again if freeze.stop else Sentence("{where} takes new releases again", where=where)
    found = Sentence("nothing moves forward")
    if not freeze.stop:
        found = Sentence("{where} takes no new release", where=where)
    if freeze.until is None:
        return found
    return Sentence("{what} until {until}", what=found, until=told_moment(freeze.until))


def _signers(between: _Between) -> Iterator[AuditEntry]:
    old, new = between.before.signers, between.after.signers
    if old == new:
        return
    gone, come = [key for key in old if key not in new], [key for key in new if key not in old]
    parts = [Sentence("no more: {key}", key=key) for key in gone]
    parts += [Sentence("from now on: {key}", key=key) for key in come]
    how = Sentence.joined(parts or [Sentence("in another order")])
    what = Sentence("who signs the ledger: {how}", how=how)
    yield AuditEntry(between.step.at, Deed.SIGNERS, between.by.login, what, between.why, between.proof)
