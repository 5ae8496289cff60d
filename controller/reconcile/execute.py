"""Matches on an intent and calls one operation. Decides nothing; what it cannot do is raised for the loop to report."""

from __future__ import annotations

from controller.core.builds import record_of
from controller.core.decision import (
    Announce,
    CallPerson,
    CancelBuild,
    CloseProposal,
    CreateRelease,
    DispatchBuild,
    FreezeEnvironment,
    Intent,
    JudgeHold,
    MergeProposal,
    ObeyCommand,
    OpenRepair,
    OpenRevert,
    Promote,
    RecordBuild,
    RecordVerification,
    RefreshProposal,
    RollBack,
    RollOut,
    RunChecks,
    SetGate,
)
from controller.core.errors import Conflict
from controller.core.model import AUTOMATION, Known, Proposal, ProposalNumber, Sha
from controller.core.requests import Request
from controller.core.rules.reverts import command_marker
from controller.operations import builds, decisions, rollout
from controller.operations.answer import answer
from controller.operations.merge import merge
from controller.operations.platform import Platform
from controller.operations.propose import propose
from controller.operations.reading import manifest_hash_at
from controller.operations.refresh import refresh
from controller.operations.revert import open_revert
from controller.operations.view import authority
from controller.ports import DeploymentNote
from controller.reconcile.memory import Memory
from controller.reconcile.observe import Observation


def execute(intent: Intent, platform: Platform, seen: Observation, memory: Memory) -> None:
    """Carries out one intent. Each is safe to repeat."""
    match intent:
        case CreateRelease() | Promote() | RecordVerification() | RollBack() | JudgeHold() | FreezeEnvironment():
            _decide(intent, platform, seen)
        case RollOut() | RunChecks():
            _environment(intent, platform, seen, memory)
        case DispatchBuild() | CancelBuild() | RecordBuild():
            _build(intent, platform, seen)
        case Announce() | CallPerson():
            _tell(intent, platform, seen, memory)
        case ObeyCommand(command=command):
            answer(platform, seen.view, command)
            memory.said.add(command_marker(command.comment))
        case OpenRevert() | OpenRepair():
            _open(intent, platform, seen)
        case SetGate() | MergeProposal() | RefreshProposal() | CloseProposal():
            _proposal(intent, platform, seen)


def _decide(
    intent: CreateRelease | Promote | RecordVerification | RollBack | JudgeHold | FreezeEnvironment,
    platform: Platform,
    seen: Observation,
) -> None:
    ledger = seen.view.ledger
    match intent:
        case CreateRelease(release=release):
            decisions.create_release(platform, ledger, release)
        case Promote(environment=name, release=release_id, reason=reason):
            rollout.demand_image(platform, seen.view.configuration, ledger.state.releases[release_id])
            span = _span(seen, intent)
            decisions.promote(platform, ledger, name, release_id, span=span, by=AUTOMATION, reason=reason)
        case RecordVerification(environment=name, release=release_id, verdict=verdict, findings=findings):
            decisions.record_verification(platform, ledger, name, release_id, verdict=verdict, findings=findings)
        case RollBack(environment=name, leaving=leaving, to=to, hold=hold):
            decisions.roll_back(platform, ledger, name, leaving=leaving, to=to, hold=hold)
            rollout.roll_out(platform, seen.view.configuration, name, ledger.state.releases[to])
        case JudgeHold(hold=hold_id, verdict=verdict, judgement=judgement):
            decisions.judge_hold(platform, ledger, hold_id, verdict=verdict, judgement=judgement)
        case FreezeEnvironment(environment=name, reason=reason):
            decisions.freeze(platform, ledger, name, by=AUTOMATION, reason=reason)


def _span(seen: Observation, intent: Promote) -> tuple[Sha, ...]:
    state = seen.view.state
    current = state.environments[intent.environment].release
    if current is None:
        return ()
    older, newer = state.releases[current].commit, state.releases[intent.release].commit
    return tuple(commit.sha for commit in seen.view.main.between(older, newer))


def _environment(intent: RollOut | RunChecks, platform: Platform, seen: Observation, memory: Memory) -> None:
    view = seen.view
    if isinstance(intent, RollOut):
        _roll_out(intent, platform, seen)
        return
    running = seen.snapshot.running
    if not isinstance(running, Known):
        return
    earlier = memory.probes.get(intent.environment, ())
    at = running.value[intent.environment]
    probe = rollout.run_checks(platform, view.configuration, view.state, at, earlier=earlier)
    if probe is not None:
        memory.remember_probe(probe)


def _roll_out(intent: RollOut, platform: Platform, seen: Observation) -> None:
    view, running = seen.view, seen.snapshot.running
    release = view.state.releases[intent.release]
    now = running.value.get(intent.environment) if isinstance(running, Known) else None
    if now is not None and now.says_nothing_of_it and now.desired == release.digest:
        rollout.roll_out_again(platform, view.configuration, intent.environment, release)
    else:
        rollout.roll_out(platform, view.configuration, intent.environment, release)


def _build(intent: DispatchBuild | CancelBuild | RecordBuild, platform: Platform, seen: Observation) -> None:
    match intent:
        case DispatchBuild(commit=commit, input_tree=input_tree):
            builds.dispatch(platform, commit=commit, input_tree=input_tree)
        case CancelBuild(build=build_id):
            builds.cancel(platform, build_id)
        case RecordBuild(build=build, release=release):
            hashed = manifest_hash_at(platform, seen.view.configuration, build.commit)
            proposal = _proposal_with_head(seen, build.commit)
            builds.keep_record(
                platform, record_of(build, manifest_hash=hashed, proposal=proposal, release=release), build
            )


def _proposal_with_head(seen: Observation, commit: Sha) -> Proposal | None:
    proposals = seen.snapshot.proposals
    known = proposals.value if isinstance(proposals, Known) else ()
    return next((proposal for proposal in known if proposal.forge.head == commit), None)


def _tell(intent: Announce | CallPerson, platform: Platform, seen: Observation, memory: Memory) -> None:
    if isinstance(intent, CallPerson):
        platform.forge.comment(intent.number, intent.message, marker=intent.marker)
    else:
        platform.forge.announce(_note(intent, seen))
    memory.said.add(intent.marker)


def _note(intent: Announce, seen: Observation) -> DeploymentNote:
    running = seen.snapshot.running
    at = running.value.get(intent.environment) if isinstance(running, Known) else None
    release = seen.view.state.releases[intent.release]
    return DeploymentNote(
        environment=intent.environment,
        release=intent.release,
        commit=release.commit,
        state=intent.state,
        description=intent.description,
        url=at.url if at is not None else "",
        payload={"release": intent.release, "digest": release.digest},
    )


def _open(intent: OpenRevert | OpenRepair, platform: Platform, seen: Observation) -> None:
    main = seen.view.main
    if isinstance(intent, OpenRepair):
        request = Request("repair", seen.snapshot.bot, "the generated source differs", repairs=intent.commit)
        propose(platform, request, base=main.head.sha)
        return
    hold, commit = seen.view.state.holds[intent.hold], main.get(intent.commit)
    if commit is None:
        raise Conflict(f"{intent.commit[:12]} is not on {main.branch} any more")
    open_revert(platform, main, commit, by=hold.by, reason=hold.reason, hold=hold.id)


def _proposal(
    intent: SetGate | MergeProposal | RefreshProposal | CloseProposal, platform: Platform, seen: Observation
) -> None:
    if isinstance(intent, SetGate):
        platform.forge.write_gate(intent.report)
        return
    proposal = _find(seen, intent.number)
    if isinstance(intent, CloseProposal):
        platform.forge.close_proposal(proposal.forge, comment=f"Closed: {intent.reason}.")
        return
    if proposal.forge.head != intent.head:
        raise Conflict(f"#{intent.number} has another head by now")
    if isinstance(intent, MergeProposal):
        merge(platform, proposal, authority(platform, seen.view))
    else:
        refresh(platform, proposal, seen.view.main)


def _find(seen: Observation, number: ProposalNumber) -> Proposal:
    proposals = seen.snapshot.proposals
    known = proposals.value if isinstance(proposals, Known) else ()
    for proposal in known:
        if proposal.number == number:
            return proposal
    raise Conflict(f"#{number} is not known any more")
