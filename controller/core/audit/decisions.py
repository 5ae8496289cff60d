"""
What the ledger tells: the difference between two accepted states, one entry for each thing that differs.

A rollback is one commit that moves the environment and puts the hold; both are told, with the same proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen import ModuleName, Sentence
from controller.core.audit.entries import AuditEntry, Deed
from controller.core.audit.environments import tell_environments
from controller.core.audit.standing import tell_freezes, tell_holds
from controller.core.audit.steps import Between, LedgerStep, new_of
from controller.core.ledger.state import LedgerState, Release
from controller.core.model import Sha
from controller.core.sentences import has_image


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
    between = Between(before, step.state, step, modules)
    yield from _releases(between)
    yield from _admissions(between)
    yield from _overrides(between)
    yield from tell_environments(between)
    yield from tell_holds(between)
    yield from tell_freezes(between)
    yield from _signers(between)


def _releases(between: Between) -> Iterator[AuditEntry]:
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


def _admissions(between: Between) -> Iterator[AuditEntry]:
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


def _overrides(between: Between) -> Iterator[AuditEntry]:
    for name in new_of(between.before.overrides, between.after.overrides, between.step.touched):
        word = between.after.overrides[name]
        what = Sentence(
            "the policy {policy} does not deny the change {change} ({override})",
            policy=word.policy,
            change=word.fingerprint[:12],
            override=word.id,
        )
        yield AuditEntry(word.at, Deed.OVERRIDDEN, word.by.login, what, word.reason, between.proof, commit=word.head)


def _signers(between: Between) -> Iterator[AuditEntry]:
    old, new = between.before.signers, between.after.signers
    if old == new:
        return
    gone, come = [key for key in old if key not in new], [key for key in new if key not in old]
    parts = [Sentence("no more: {key}", key=key) for key in gone]
    parts += [Sentence("from now on: {key}", key=key) for key in come]
    how = Sentence.joined(parts or [Sentence("in another order")])
    what = Sentence("who signs the ledger: {how}", how=how)
    yield AuditEntry(between.step.at, Deed.SIGNERS, between.by.login, what, between.why, between.proof)
