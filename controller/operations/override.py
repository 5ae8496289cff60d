"""A super-admin overrides a policy for one change, before it is proposed or while it is open."""

from __future__ import annotations

from codegen import Delta, Sentence
from controller.core.configuration import ApprovalMode
from controller.core.errors import Denied
from controller.core.fingerprint import fingerprint as fingerprint_of
from controller.core.ledger.state import Override
from controller.core.model import Fingerprint, Person, Proposal, ProposalNumber, ProposalState
from controller.core.names import override_id
from controller.core.overrides import Judged, is_own
from controller.core.rules.gate import judged
from controller.operations import decisions
from controller.operations.platform import Platform
from controller.operations.reading import proposal_facts
from controller.operations.view import View


def override_proposal(
    platform: Platform, view: View, number: ProposalNumber, policy: str, *, by: Person, reason: str
) -> Override:
    """For an open proposal. `Denied` for one's own unless solo: two people stand behind what a rule forbids."""
    proposal = _open(platform, view, number)
    change = judged(proposal, view.configuration, platform.forge.bot)
    if change is None:
        raise Denied(
            "NotFound", Sentence("the head of #{number} is not read yet", number=number), hint=Sentence("ask again")
        )
    if is_own(by, change.requested_by) and not change.is_solo:
        raise Denied(
            "OwnChange",
            Sentence("{who} asked for #{number}; somebody else has to override", who=by.login, number=number),
        )
    return _put(platform, view, change, policy, by=by, reason=reason)


def override_change(
    platform: Platform, view: View, fingerprint: Fingerprint, policy: str, *, by: Person, reason: str
) -> Override:
    """
    For a change that a policy keeps from being proposed, by the fingerprint that its plan tells.

    Who will ask for it is not known yet: where it is the same person, the word does not count.
    """
    if fingerprint == fingerprint_of(Delta(), {}):
        raise Denied(
            "NothingChanges",
            Sentence("that fingerprint is of a change of no module"),
            hint=Sentence("name the proposal"),
        )
    is_solo = view.configuration.approval is ApprovalMode.SOLO
    change = Judged(fingerprint, requested_by=by, head=None, is_solo=is_solo)
    return _put(platform, view, change, policy, by=by, reason=reason)


def _put(platform: Platform, view: View, change: Judged, policy: str, *, by: Person, reason: str) -> Override:
    if not reason.strip():
        raise Denied("ReasonMissing", Sentence("an override needs a reason"), hint="--reason …")
    known = [each.name for each in view.policies]
    if policy not in known:
        raise Denied(
            "NoSuchPolicy",
            Sentence("there is no policy {policy}", policy=repr(policy[:60])),
            hint=Sentence("there are: {known}", known=tuple(known)),
        )
    identity = override_id(policy, change.fingerprint, change.head, by.login)
    standing = view.state.overrides.get(identity)
    if standing is not None:
        return standing
    new = Override(identity, policy, change.fingerprint, change.head, by, reason, platform.clock())
    return decisions.override(platform, view.ledger, new).state.overrides[identity]


def _open(platform: Platform, view: View, number: ProposalNumber) -> Proposal:
    found = next((p for p in platform.forge.proposals() if p.number == number), None)
    if found is None:
        raise Denied(
            "NotFound",
            Sentence("there is no proposal #{number}", number=number),
            hint=Sentence("modwright status lists the open ones"),
        )
    if found.state is not ProposalState.OPEN:
        raise Denied(
            "NotOpen", Sentence("#{number} is {state} already", number=number, state=Sentence(found.state.value))
        )
    facts = proposal_facts(platform, view.configuration, found, reviewed=())
    return Proposal(forge=found, pushes=platform.forge.pushes(found.branch), facts=facts)
