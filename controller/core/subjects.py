"""The input of policies, as `policies/README.md` documents it: of a proposal, of a plan, of a change that is merged."""

from __future__ import annotations

from dataclasses import dataclass

from codegen import Delta, ModuleEntry
from controller.core.approval import ApprovalVerdict, requester_of
from controller.core.configuration import Configuration
from controller.core.ledger.state import Approval, CommitEvidence
from controller.core.model import ForgeProposal, Person, Proposal


@dataclass(frozen=True)
class Arrived:
    """What a merged change brought to the default branch, against the first parent, and who asked for it."""

    delta: Delta
    touched: tuple[str, ...]
    outside_composition: tuple[str, ...]
    requested_by: Person


def subject_of(proposal: Proposal, approval: ApprovalVerdict, configuration: Configuration) -> dict[str, object]:
    """The input of policies for a proposal, as `policies/README.md` documents it."""
    facts = proposal.facts
    if facts is None:
        return {}
    bot_made = bool(proposal.pushes) and all(push.actor.id == proposal.forge.author.id for push in proposal.pushes)
    return {
        "proposal": {
            "author_is_bot": proposal.forge.author.is_bot,
            "head_by_bot": proposal.forge.author.is_bot and bot_made,
            "requested_by": requester_of(proposal).login,
            "files": list(facts.touched),
            "outside_composition": list(facts.outside_composition),
        },
        "change": _change(facts.delta),
        "approval": {
            "mode": configuration.approval.value,
            # Who may still approve is no offence yet: the gate's own line waits for that.
            "state": approval.kind.value if approval.is_given else "pending",
            "by": [evidence.reviewer.login for evidence in approval.reviews],
            "required": approval.required,
        },
    }


def plan_subject(
    delta: Delta, files: tuple[str, ...], configuration: Configuration, requested_by: Person
) -> dict[str, object]:
    """The input of policies for a plan: the proposal that it would become, judged before anybody could approve it."""
    return {
        "proposal": {
            "author_is_bot": True,
            "head_by_bot": True,
            "requested_by": requested_by.login,
            "files": list(files),
            "outside_composition": [],
        },
        "change": _change(delta),
        "approval": {"mode": configuration.approval.value, "state": "pending", "by": [], "required": 1},
    }


def merged_subject(
    proposal: ForgeProposal, arrived: Arrived, evidence: CommitEvidence | None, configuration: Configuration
) -> dict[str, object]:
    """
    The input of policies for a change that is merged, from what history keeps of it.

    An approval that counts is none where somebody else pushed to the bot's branch, so that one tells who made the head.
    """
    author, kind = proposal.author, evidence.approval if evidence is not None else Approval.MISSING
    is_approved = kind in (Approval.REVIEWED, Approval.SELF_APPROVED, Approval.INVERSE, Approval.NOT_NEEDED)
    reviews = evidence.reviews if evidence is not None else ()
    return {
        "proposal": {
            "author_is_bot": author.is_bot,
            "head_by_bot": author.is_bot and is_approved,
            "requested_by": arrived.requested_by.login,
            "files": list(arrived.touched),
            "outside_composition": list(arrived.outside_composition),
        },
        "change": _change(arrived.delta),
        "approval": {
            "mode": configuration.approval.value,
            "state": kind.value if is_approved else "pending",
            "by": [review.reviewer.login for review in reviews],
            "required": 1 if arrived.requested_by.id is not None else min(2, max(1, len(reviews))),
        },
    }


def _change(delta: Delta) -> dict[str, object]:
    return {
        "added": [_entry(entry) for entry in delta.added],
        "removed": [_entry(entry) for entry in delta.removed],
        "changed": [_entry(after) for _, after in delta.changed],
    }


def _entry(entry: ModuleEntry) -> dict[str, object]:
    return {
        "slug": entry.slug,
        "crate": entry.crate,
        "source": entry.source,
        "path": entry.path or "",
        "git": entry.git or "",
        "rev": entry.rev or "",
        "version": entry.version or "",
        "required": entry.required,
        "depends_on": list(entry.depends_on),
    }
