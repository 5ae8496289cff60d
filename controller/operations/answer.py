"""Obeys a comment on the forge, or says why not: once, under a marker."""

from __future__ import annotations

from controller.core.errors import Denied
from controller.core.model import Command, ProposalState
from controller.core.roles import Ask, demand
from controller.core.rules.reverts import command_marker
from controller.operations.platform import Platform
from controller.operations.revert import Reverted, find_change, revert
from controller.operations.view import View


def answer(platform: Platform, view: View, command: Command) -> None:
    """`/modwright revert [reason]` on a merged proposal. The commenter's role decides, as it does everywhere."""
    try:
        text = _told(_revert(platform, view, command))
    except Denied as denied:
        text = f"Not done: {denied.message}" + (f"\n\n{denied.hint}" if denied.hint else "")
    platform.forge.comment(command.proposal, text, marker=command_marker(command.comment))


def _revert(platform: Platform, view: View, command: Command) -> Reverted:
    role = view.configuration.role_of(command.author.login)
    demand(role, Ask.REVERT, who=command.author.login)
    proposal = next((p for p in platform.forge.proposals() if p.number == command.proposal), None)
    if proposal is None or proposal.state is not ProposalState.MERGED:
        raise Denied("NotMerged", f"#{command.proposal} is not merged; close it instead")
    commit = find_change(platform, view.main, f"#{command.proposal}")
    reason = command.reason or f"asked for on #{command.proposal}"
    return revert(platform, view, commit, by=command.author, reason=reason)


def _told(reverted: Reverted) -> str:
    proposal = reverted.opened.proposal
    revert_text = (
        f"The revert is #{proposal.number}" if proposal is not None else "The default branch is without it already"
    )
    back = f" {', '.join(reverted.returned)} went back to the release before it." if reverted.returned else ""
    return f"{revert_text}.{back} Held until the revert is merged: `{reverted.hold}`."
