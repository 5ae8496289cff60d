"""Opens the proposal that carries a request, or finds the one that already does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from codegen import Sentence
from controller.core.errors import Denied
from controller.core.messages import ProposalText, change_commit_message, proposal_body, proposal_title
from controller.core.model import ForgeProposal, GateReport, GateStatus, MainCommit, ProposalState, Sha
from controller.core.policy import told
from controller.core.requests import Request, ordinal_of
from controller.core.stop import demand_moving
from controller.core.trailers import ChangeTrailers
from controller.operations.planning import Plan, make_plan
from controller.operations.platform import Platform
from controller.operations.view import read_view
from controller.ports import CommitOnBranch, NewProposal

LABEL = "modwright"


@dataclass(frozen=True)
class Opened:
    """What became of a request. `already`: the composition is so; `adopted`: an open proposal carries it."""

    state: Literal["opened", "adopted", "already"]
    proposal: ForgeProposal | None
    plan: Plan | None = None


def propose(platform: Platform, request: Request, *, base: Sha, undone: MainCommit | None = None) -> Opened:
    """
    Plans the request on `base` and opens its proposal.

    The same request is the same proposal: an open one is adopted, one that was undone or closed gives the next number.
    `Denied` where a policy forbids it, so that nothing is opened that could never merge, and while everything is stopped;
    a revert is opened all the same, since it takes back.
    """
    proposals = platform.forge.proposals()
    tries = [proposal for proposal in proposals if request.is_carried_by(proposal)]
    adopted = next((proposal for proposal in tries if proposal.state is ProposalState.OPEN), None)
    if adopted is not None:
        return Opened("adopted", adopted)
    state = read_view(platform).state
    if request.kind == "change":
        demand_moving(state, platform.clock())
    back = undone.delta if undone is not None else None
    plan = make_plan(platform, request, base=base, undone=back, overrides=state.overrides)
    if not plan.files:
        return Opened("already", _newest(tries), plan)
    _refuse_denied(plan)
    ordinal = max((ordinal_of(proposal.branch) for proposal in tries), default=0) + 1
    opened = platform.forge.open_proposal(_proposal(platform, plan, undone, ordinal=ordinal, last=_newest(tries)))
    return Opened("opened", opened, plan)


def _refuse_denied(plan: Plan) -> None:
    if plan.denied:
        raise Denied("PolicyDenies", told(plan.denied), hint=_way_round(plan))


def _way_round(plan: Plan) -> str:
    """Who may still let it through, and how."""
    policy = plan.denied[0].policy
    command = f"modwright override {policy} --fingerprint {plan.fingerprint} --reason …"
    return Sentence("ask for something else, or a super-admin who does not ask for it says: {command}", command=command)


def _newest(proposals: Iterable[ForgeProposal]) -> ForgeProposal | None:
    return max(proposals, key=lambda proposal: proposal.number, default=None)


def _proposal(
    platform: Platform, plan: Plan, undone: MainCommit | None, *, ordinal: int, last: ForgeProposal | None
) -> NewProposal:
    title = title_of(plan, undone)
    return NewProposal(
        branch=plan.request.branch(ordinal),
        base_branch=platform.default_branch,
        base=plan.base,
        commit=CommitOnBranch(message=commit_message(plan, title), files=plan.files),
        title=title,
        body=body_of(plan, last=last),
        label=LABEL,
        gate=first_word(),
    )


def title_of(plan: Plan, undone: MainCommit | None) -> str:
    """The proposal's title, which becomes the commit's subject."""
    if plan.request.kind == "repair":
        return "Repair the generated source"
    return proposal_title(plan.delta, reverts_subject=undone.subject if undone is not None else None)


def commit_message(plan: Plan, title: str) -> str:
    """The message of the bot's commit, with the trailers that the gate and the audit read."""
    request = plan.request
    trailers = ChangeTrailers(
        change=request.text,
        fingerprint=plan.fingerprint,
        requested_by=request.requested_by,
        reason=request.reason,
    )
    return change_commit_message(title, because=plan.because, trailers=trailers, reverts=request.reverts)


def body_of(plan: Plan, *, last: ForgeProposal | None = None) -> str:
    """The proposal's text: modules first, files folded away."""
    request = plan.request
    return proposal_body(
        ProposalText(
            delta=plan.delta,
            because=plan.because,
            files=plan.diffs,
            verdicts=plan.verdicts,
            warnings=plan.warnings,
            requested_by=request.requested_by,
            reason=request.reason,
            change=request.text,
            reverts=request.reverts,
            hold=request.hold,
            previous=last.number if last is not None else None,
        )
    )


def first_word() -> GateReport:
    """What the gate says before it has looked: the forge then shows at once that something will."""
    return GateReport(
        head=Sha(""),
        status=GateStatus.WAITING,
        title="Modwright looks at it",
        summary="The generated source, the policies, the build and the approval are judged here.\n",
    )
