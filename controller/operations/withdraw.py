"""Withdraws an open proposal of the bot."""

from __future__ import annotations

from codegen import Sentence
from controller.core.errors import Denied
from controller.core.model import ForgeProposal, Person, ProposalNumber, ProposalState
from controller.core.trailers import one_line
from controller.operations.platform import Platform


def withdraw(platform: Platform, number: ProposalNumber, *, by: Person, reason: str) -> ForgeProposal:
    """Closes it with the reason. `Denied` where it is not open or not the bot's: those are people's to close."""
    proposal = next((p for p in platform.forge.proposals() if p.number == number), None)
    if proposal is None:
        raise Denied(
            "NotFound",
            Sentence("there is no proposal #{number}", number=number),
            hint=Sentence("modwright status lists the open ones"),
        )
    if proposal.state is not ProposalState.OPEN:
        raise Denied(
            "NotOpen", Sentence("#{number} is {state} already", number=number, state=Sentence(proposal.state.value))
        )
    if proposal.author.id != platform.forge.bot.id:
        raise Denied(
            "NotOurs",
            Sentence("#{number} was opened by {who}", number=number, who=proposal.author.login),
            hint=Sentence("close it on the forge"),
        )
    platform.forge.close_proposal(proposal, comment=f"Withdrawn by {by.login}: {one_line(reason)}")
    return proposal
