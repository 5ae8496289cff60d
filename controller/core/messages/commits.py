"""The messages of commits: what `git log` tells when forge and controller are gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from codegen import ModuleName
from controller.core import trailers as names
from controller.core.approval import ApprovalVerdict
from controller.core.messages.quoting import quiet, title
from controller.core.model import HoldId, Person, Proposal, ReleaseId, Sha
from controller.core.trailers import ChangeTrailers, encode, encode_person, revert_line

_KEPT = (names.CHANGE, names.FINGERPRINT, names.REQUESTED_BY, names.REASON, names.NAME, names.VIA, names.GENERATOR)
"""The trailers of a proposal's commit that the merge commit keeps."""
_SUBJECTS = {
    "start": "Begin the ledger",
    "release": "Make {release} a release",
    "adopt": "Adopt {release} in {environment}",
    "promote": "Promote {environment} to {release}",
    "verification-passed": "{release} passed in {environment}",
    "verification-failed": "{release} failed in {environment}",
    "verification-errored": "The checks of {environment} could not tell of {release}",
    "roll-back": "Roll back {environment} to {release}",
    "revert": "Hold a change that is undone",
    "hold": "Hold {release}",
    "hold-confirmed": "Confirm {hold}",
    "hold-cleared": "Clear {hold}",
    "hold-lifted": "Lift {hold}",
    "freeze": "Freeze {environment}",
    "stop": "Stop everything that moves forward",
    "lift-freeze": "Lift a freeze",
    "admit": "Admit a commit",
    "override": "Override a policy",
    "answer": "Keep an answer",
    "signers": "Change who signs the ledger",
}


def change_commit_message(
    title: str, *, because: Mapping[ModuleName, str], trailers: ChangeTrailers, reverts: Sha | None
) -> str:
    """The message of the bot's commit on a proposal: its modules and why each, then the trailers."""
    modules = "\n".join(f"- {module}: {quiet(why)}" for module, why in because.items())
    sentence = revert_line(reverts) if reverts is not None else ""
    requester = replace(trailers.requested_by, name=quiet(trailers.requested_by.name))
    said = replace(trailers, reason=quiet(trailers.reason), requested_by=requester)
    return _message(title, modules, sentence, said.encode())


def merge_message(proposal: Proposal, *, approval: ApprovalVerdict) -> tuple[str, str]:
    """
    Title and message of the merge commit. The title carries the proposal's number; the trailers are kept.

    A person's proposal keeps none: only the bot's own are known to be true.
    """
    facts = proposal.facts
    own = facts.trailers if facts is not None and proposal.forge.author.is_bot else {}
    kept = {name: quiet(own[name]) for name in _KEPT if name in own}
    kept[names.REVIEWED_HEAD] = proposal.forge.head
    sentence = revert_line(facts.reverts) if facts is not None and facts.reverts is not None else ""
    said = f"{approval.detail[:1].upper()}{approval.detail[1:]}."
    subject = f"{title(proposal.forge.title)} (#{proposal.number})"
    return subject, _paragraphs(quiet(said), sentence, encode(kept))


def ledger_message(
    decision: str,
    *,
    environment: str | None = None,
    release: ReleaseId | None = None,
    hold: HoldId | None = None,
    by: Person,
    reason: str,
    detail: str = "",
) -> str:
    """
    The message of one decision's commit. `detail` names what the subject does not: a commit, what was left.

    The trailers hold everything that the audit reads; the subject is for people.
    """
    template = _SUBJECTS.get(decision, decision.replace("-", " ").capitalize())
    subject = template.format(
        environment=environment or "every environment", release=release or "a commit", hold=hold or "a hold"
    )
    trailers = {
        names.DECISION: decision,
        names.ENVIRONMENT: environment or "",
        names.RELEASE: release or "",
        names.HOLD: hold or "",
        names.BY: encode_person(by),
        names.REASON: quiet(reason),
        **{name: quiet(text) for name, text in names.vouched(by).items()},
    }
    # The word before each keeps a hostile line from being read as a trailer or as a revert's sentence.
    said = "\n".join(f"{word}: {quiet(text)}" for word, text in (("Why", reason), ("What", detail)) if text)
    return _message(subject, said, encode(trailers))


def _message(subject: str, *paragraphs: str) -> str:
    return f"{title(subject)}\n\n{_paragraphs(*paragraphs)}"


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"
