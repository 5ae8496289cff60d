"""What every open proposal needs next: its gate's word, its candidate's image, a refresh, its merge."""

from __future__ import annotations

from controller.core.approval import inverse_of
from controller.core.configuration import Merger
from controller.core.decision import (
    NOTHING,
    CancelBuild,
    CloseProposal,
    Condition,
    DispatchBuild,
    Findings,
    MergeProposal,
    RefreshProposal,
    SetGate,
)
from controller.core.model import BuildStatus, GateStatus, Known, Proposal, Unknown
from controller.core.rules.gate import BUILD_POLL, GateVerdict, is_of_bot, judge, open_proposals, report_of
from controller.core.snapshot import Snapshot


def proposals(snapshot: Snapshot) -> Findings:
    """The findings for all open proposals, oldest first: the oldest is merged and refreshed first."""
    if isinstance(snapshot.proposals, Unknown):
        return Findings(conditions=(Condition("ForgeUnknown", "proposals", snapshot.proposals.reason),))
    judged = [(proposal, judge(proposal, snapshot)) for proposal in open_proposals(snapshot)]
    return Findings.all(_one(proposal, verdict, snapshot) for proposal, verdict in judged) + _superseded(snapshot)


def _one(proposal: Proposal, verdict: GateVerdict, snapshot: Snapshot) -> Findings:
    if _has_nothing_left(proposal, snapshot):
        return Findings(intents=(CloseProposal(proposal.number, "what it asks for is already so"),))
    return _say(proposal, verdict) + _build(proposal, verdict, snapshot) + _move(proposal, verdict, snapshot)


def _has_nothing_left(proposal: Proposal, snapshot: Snapshot) -> bool:
    """A change of the bot that the default branch holds by now."""
    facts = proposal.facts
    return facts is not None and is_of_bot(proposal, snapshot) and facts.delta.is_empty and not facts.touched


def _say(proposal: Proposal, verdict: GateVerdict) -> Findings:
    report = report_of(proposal, verdict)
    if proposal.gate is not None and proposal.gate.says_the_same(report):
        return NOTHING
    return Findings(intents=(SetGate(proposal.number, report),))


def _build(proposal: Proposal, verdict: GateVerdict, snapshot: Snapshot) -> Findings:
    if proposal.facts is None or isinstance(snapshot.builds, Unknown):
        return NOTHING
    if not verdict.wants_build:
        is_coming = (
            verdict.image is None and verdict.build is not None and verdict.build.status is not BuildStatus.FAILED
        )
        return Findings(wake_after=BUILD_POLL if is_coming else None)
    intent = DispatchBuild(proposal.forge.head, proposal.facts.input_tree, proposal.number)
    return Findings(intents=(intent,))


def _move(proposal: Proposal, verdict: GateVerdict, snapshot: Snapshot) -> Findings:
    """Refresh or merge. A merge needs the gate's word to stand on the forge, since the forge demands it."""
    facts = proposal.facts
    if facts is None or not facts.touches_composition:
        return NOTHING
    of_bot = is_of_bot(proposal, snapshot)
    if of_bot and needs_refresh(proposal, verdict):
        return Findings(intents=(RefreshProposal(proposal.number, proposal.forge.head),))
    ready = verdict.status is GateStatus.PASSED and proposal.gate is not None
    said = ready and proposal.gate is not None and proposal.gate.status is GateStatus.PASSED
    if not said or snapshot.configuration.merge is not Merger.BOT or facts.merged_input_tree is None:
        return NOTHING
    if not of_bot and inverse_of(proposal, snapshot.main) is None:
        return NOTHING
    return Findings(intents=(MergeProposal(proposal.number, proposal.forge.head),))


def needs_refresh(proposal: Proposal, verdict: GateVerdict) -> bool:
    """
    A conflict is always applied anew. An approved one whose merged tree would not be the built one is refreshed once,
    so that its candidate is what gets merged; if the default branch moves again it merges and is built there.
    """
    facts = proposal.facts
    if facts is None or not facts.behind:
        return False
    if facts.merged_input_tree is None:
        # What does not compile would only fail again; somebody's approval says that it shall be tried.
        has_failed = verdict.build is not None and verdict.build.status is BuildStatus.FAILED
        return verdict.approval.is_given or not has_failed
    was_refreshed = len({push.after for push in proposal.pushes}) > 1
    return verdict.approval.is_given and facts.merged_input_tree != facts.input_tree and not was_refreshed


def _superseded(snapshot: Snapshot) -> Findings:
    """Runs of commits that are no proposal's head any more and not on the default branch."""
    if not isinstance(snapshot.builds, Known) or not isinstance(snapshot.proposals, Known):
        return NOTHING
    wanted = {proposal.forge.head for proposal in snapshot.proposals.value} | set(snapshot.main.index)
    trees = {p.facts.input_tree for p in open_proposals(snapshot) if p.facts is not None}
    stale = [
        build
        for build in snapshot.builds.value
        if not build.status.has_ended and build.commit not in wanted and build.input_tree not in trees
    ]
    return Findings(intents=tuple(CancelBuild(build.id) for build in stale))
