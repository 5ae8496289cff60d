"""A person puts a hold on a commit, or lifts one."""

from __future__ import annotations

from codegen import Sentence
from controller.core.errors import Denied
from controller.core.holds import on_a_persons_word
from controller.core.ledger.state import Hold, HoldState
from controller.core.model import HoldId, Person, ProposalState, ReleaseId, Sha
from controller.core.requests import Request
from controller.core.sentences import held_by
from controller.core.spans import is_in_force
from controller.core.trailers import one_line
from controller.operations import decisions
from controller.operations.platform import Platform
from controller.operations.view import View


def hold(platform: Platform, view: View, commit: Sha, *, by: Person, reason: str) -> Hold:
    """Makes every release that contains the commit wait. No environment moves and nothing is reverted: it only waits."""
    if view.main.get(commit) is None:
        raise Denied(
            "NotOnBranch", Sentence("{commit} is not on {branch}", commit=commit[:12], branch=view.main.branch)
        )
    judgement = held_by(by.login)
    new = on_a_persons_word(
        (commit,), by=by, reason=reason, at=platform.clock(), judgement=judgement, wants_revert=False
    )
    decisions.put_hold(platform, view.ledger, new)
    return new


def commit_of(view: View, release: ReleaseId) -> Sha:
    """The commit that a release was made of: holding the release is holding it."""
    found = view.state.releases.get(release)
    if found is None:
        raise Denied(
            "NoSuchRelease",
            Sentence("there is no release {release}", release=release),
            hint=Sentence("see modwright releases"),
        )
    return found.commit


def lift(platform: Platform, view: View, hold_id: HoldId, *, by: Person, reason: str) -> Hold:
    """
    Lets the held releases go on and closes the revert that was proposed for it.

    `Denied` where the revert has merged: what is gone from the default branch comes back by installing it again.
    """
    standing = view.state.holds.get(hold_id)
    if standing is None or not standing.state.holds:
        raise Denied(
            "NotHeld",
            Sentence("{hold} does not stand", hold=hold_id),
            hint=Sentence("modwright hold lists those that stand"),
        )
    if not any(is_in_force(view.main, commit) for commit in standing.commits):
        raise Denied(
            "RevertMerged",
            Sentence("the revert for {hold} is on {branch}", hold=hold_id, branch=view.main.branch),
            hint=Sentence("install it again"),
        )
    decisions.judge_hold(platform, view.ledger, hold_id, verdict=HoldState.LIFTED, judgement=reason, by=by)
    for commit in standing.commits:
        _close_revert(platform, commit, by=by, reason=reason)
    return standing


def _close_revert(platform: Platform, commit: Sha, *, by: Person, reason: str) -> None:
    request = Request(kind="revert", requested_by=by, reason=reason, reverts=commit)
    for proposal in platform.forge.proposals():
        if proposal.state is ProposalState.OPEN and request.is_carried_by(proposal):
            platform.forge.close_proposal(proposal, comment=f"The hold was lifted by {by.login}: {one_line(reason)}")
