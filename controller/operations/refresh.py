"""Applies a proposal's change anew on the newest base: nothing is ever rebased, so texts never conflict."""

from __future__ import annotations

from controller.core.approval import requester_of
from controller.core.errors import Denied, Terminal
from controller.core.model import Proposal, Sha
from controller.core.requests import Request, parse
from controller.core.snapshot import MainLine
from controller.core.trailers import CHANGE, REASON
from controller.operations.planning import make_plan
from controller.operations.platform import Platform
from controller.operations.propose import body_of, commit_message, title_of
from controller.operations.view import read_view
from controller.ports import CommitOnBranch


def refresh(platform: Platform, proposal: Proposal, main: MainLine) -> Sha | None:
    """
    Moves the proposal's branch to the same change on the newest base; answers the new head.

    `None` where the default branch holds the change by now: the proposal is closed, since it has nothing left to do.
    A change that cannot be any more (what it needs is gone) is said on the proposal and stays open for a person.
    """
    request = request_of(proposal)
    undone = main.get(request.reverts)
    base = main.head.sha
    try:
        back, overrides = undone.delta if undone is not None else None, read_view(platform).state.overrides
        plan = make_plan(platform, request, base=base, undone=back, overrides=overrides)
    except Denied as denied:
        _say_conflict(platform, proposal, denied, base)
        raise
    if not plan.files:
        platform.forge.close_proposal(proposal.forge, comment="The default branch holds this change by now.")
        return None
    commit = CommitOnBranch(message=commit_message(plan, title_of(plan, undone)), files=plan.files)
    return platform.forge.refresh_proposal(proposal.forge, base=base, commit=commit, body=body_of(plan))


def request_of(proposal: Proposal) -> Request:
    """The request that the bot's commit carries. `Terminal` where the head is not the bot's."""
    facts = proposal.facts
    if facts is None or CHANGE not in facts.trailers:
        raise Terminal("NotAChange", f"#{proposal.number} carries no change of Modwright")
    return parse(facts.trailers[CHANGE], requested_by=requester_of(proposal), reason=facts.trailers.get(REASON, ""))


def _say_conflict(platform: Platform, proposal: Proposal, denied: Denied, base: Sha) -> None:
    marker = f"<!-- modwright:conflict:{base} -->"
    text = f"On `{base[:12]}` this change cannot be: {denied.message}.\n\n{denied.hint}"
    platform.forge.comment(proposal.number, text, marker=marker)
