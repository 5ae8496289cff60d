"""What an open proposal waits for: what is wrong before what is waited for."""

from __future__ import annotations

from controller.core.approval import inverse_of, judge_approval, made_by_bot, requester_of
from controller.core.configuration import ApprovalMode, Merger
from controller.core.model import Build, BuildStatus, GateStatus, Proposal, Role
from controller.core.rules.gate import GateVerdict, authority_of, is_of_bot, judge
from controller.core.rules.proposals import needs_refresh
from controller.core.snapshot import Snapshot
from controller.core.waiting.values import Approvals, Waiting


def of_proposal(proposal: Proposal, snapshot: Snapshot) -> Waiting:
    """The first line of its gate that failed, else the first thing that keeps it from being merged."""
    facts = proposal.facts
    if facts is None:
        return Waiting("reading")
    verdict = judge(proposal, snapshot)
    for line in verdict.lines:
        if line.status is GateStatus.FAILED:
            return _failed_line(line.part, line.text, verdict)
    if facts.merged_input_tree is None:
        return Waiting("refresh" if is_of_bot(proposal, snapshot) and needs_refresh(proposal, verdict) else "conflict")
    if not verdict.approval.is_given and _is_foreign(proposal, snapshot):
        return Waiting("foreign-push", text=verdict.approval.detail)
    lines = {line.part: line for line in verdict.lines}
    build = lines.get("build")
    if build is not None and build.status is GateStatus.WAITING:
        return of_build(verdict.build)
    if not verdict.approval.is_given:
        return Waiting("approval", text=verdict.approval.detail, approvals=_approvals(proposal, snapshot))
    by_people = snapshot.configuration.merge is Merger.PEOPLE or not is_of_bot(proposal, snapshot)
    return Waiting("merge-by-people" if by_people else "merge")


def _failed_line(part: str, text: str, verdict: GateVerdict) -> Waiting:
    match part:
        case "build":
            return Waiting("build-failed", text=text, build=verdict.build)
        case "policies":
            return Waiting("policies", text=text)
    return Waiting("source", text=text)


def _is_foreign(proposal: Proposal, snapshot: Snapshot) -> bool:
    """Whether somebody else pushed to the bot's own proposal, which voids every approval."""
    is_ours = proposal.forge.author.id == snapshot.bot.id and bool(proposal.pushes)
    return is_ours and not made_by_bot(proposal, snapshot.bot)


def of_build(build: Build | None) -> Waiting:
    """What an image that is not there yet waits for."""
    if build is None or build.status in (BuildStatus.CANCELLED, BuildStatus.QUEUED):
        return Waiting("runner", build=build)
    return Waiting("image" if build.status is BuildStatus.SUCCEEDED else "build", build=build)


def _approvals(proposal: Proposal, snapshot: Snapshot) -> Approvals:
    verdict = judge_approval(proposal, authority_of(snapshot))
    requester = requester_of(proposal)
    is_solo = snapshot.configuration.approval is ApprovalMode.SOLO
    other_than = None if is_solo or inverse_of(proposal, snapshot.main) is not None else requester
    may = sorted(login for login, role in snapshot.configuration.roles.items() if role.includes(Role.ADMIN))
    return Approvals(
        missing=max(1, verdict.required - len(verdict.reviews)),
        given=tuple(evidence.reviewer for evidence in verdict.reviews),
        other_than=other_than,
        may=tuple(login for login in may if other_than is None or login != other_than.login),
    )
