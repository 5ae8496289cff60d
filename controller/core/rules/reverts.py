"""Which changes are to be taken out of the default branch, and which comments ask for it."""

from __future__ import annotations

from codegen import Sentence
from controller.core.decision import NOTHING, Condition, Findings, ObeyCommand, OpenRevert
from controller.core.holds import would_return_held
from controller.core.ledger.state import Hold, HoldState
from controller.core.model import AUTOMATION, Known, Proposal, Sha, Unknown
from controller.core.requests import Request
from controller.core.snapshot import Snapshot
from controller.core.spans import is_in_force


def reverts(snapshot: Snapshot) -> Findings:
    """The confirmed holds whose change is on the default branch and for which no revert was ever opened."""
    confirmed = (h for h in snapshot.ledger.holds.values() if _is_confirmed(h) and h.wants_revert)
    return Findings.all(_hold(hold, snapshot) for hold in confirmed) + _commands(snapshot)


def _hold(hold: Hold, snapshot: Snapshot) -> Findings:
    in_force = [commit for commit in hold.commits if is_in_force(snapshot.main, commit)]
    if not in_force:
        return NOTHING
    if len(hold.commits) > 1:
        return _choose(hold)
    commit = snapshot.main.get(in_force[0])
    if commit is None or not commit.changes_modules:
        message = Sentence(
            "{hold}: {commit} is no module change; revert it by hand", hold=hold.id, commit=in_force[0][:12]
        )
        return Findings(conditions=(Condition("RevertByHand", hold.id, message, needs_person=True),))
    if isinstance(snapshot.proposals, Unknown):
        return Findings(conditions=(Condition("ForgeUnknown", hold.id, snapshot.proposals.reason),))
    if _was_opened(commit.sha, snapshot):
        return Findings(conditions=(_waits(hold, commit.sha),))
    if would_return_held(commit, snapshot.ledger):
        return _ask_first(hold, commit.sha)
    return Findings(intents=(OpenRevert(hold.id, commit.sha),), conditions=(_waits(hold, commit.sha),))


def _is_confirmed(hold: Hold) -> bool:
    return hold.state is HoldState.CONFIRMED


def _ask_first(hold: Hold, commit: Sha) -> Findings:
    message = Sentence(
        "{hold}: undoing {commit} would bring back what is on hold; lift {hold}, or ask for the revert",
        hold=hold.id,
        commit=commit[:12],
    )
    return Findings(conditions=(Condition("RevertReturnsHeld", hold.id, message, needs_person=True),))


def _waits(hold: Hold, commit: Sha) -> Condition:
    message = Sentence("{commit} is held until its revert is on the default branch", commit=commit[:12])
    return Condition("RevertNotMerged", hold.id, message)


def _choose(hold: Hold) -> Findings:
    commits = tuple(commit[:12] for commit in hold.commits)
    message = Sentence(
        "{hold}: several commits are suspect ({commits}); revert one of them or lift the hold",
        hold=hold.id,
        commits=commits,
    )
    return Findings(conditions=(Condition("SeveralSuspects", hold.id, message, needs_person=True),))


def _was_opened(commit: Sha, snapshot: Snapshot) -> bool:
    """Whether any proposal, in whatever state, was opened for it: one that a person closed is declined for good."""
    if not isinstance(snapshot.proposals, Known):
        return True
    request = Request("revert", AUTOMATION, "", reverts=commit)
    return any(
        request.is_carried_by(proposal.forge) or _says_so(proposal, commit) for proposal in snapshot.proposals.value
    )


def _says_so(proposal: Proposal, commit: Sha) -> bool:
    """Whether somebody with write access opened a revert of it; a stranger's word from a fork stops nothing."""
    return proposal.facts is not None and proposal.facts.reverts == commit and not proposal.forge.from_fork


def _commands(snapshot: Snapshot) -> Findings:
    if isinstance(snapshot.commands, Unknown):
        return Findings(conditions=(Condition("ForgeUnknown", "commands", snapshot.commands.reason),))
    unanswered = (c for c in snapshot.commands.value if command_marker(c.comment) not in snapshot.said)
    return Findings(intents=tuple(ObeyCommand(command) for command in unanswered))


def command_marker(comment: int) -> str:
    """The hidden marker of the answer to a comment."""
    return f"<!-- modwright:command:{comment} -->"
