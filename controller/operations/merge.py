"""Merges an approved proposal whose gate stands."""

from __future__ import annotations

from controller.core.approval import Authority, judge_approval
from controller.core.messages import merge_message
from controller.core.model import Proposal, Sha
from controller.operations.platform import Platform


def merge(platform: Platform, proposal: Proposal, authority: Authority) -> Sha:
    """
    Squash-merges the head that was judged; the message keeps the trailers and names who approved.

    `Conflict` when the head moved since, `Terminal` when the forge's own protection refuses.
    """
    title, message = merge_message(proposal, approval=judge_approval(proposal, authority))
    commit = platform.forge.merge_proposal(proposal.forge, title=title, message=message)
    platform.heads[platform.default_branch] = commit
    return commit
