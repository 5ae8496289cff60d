"""
The gate: what the App's required check run says on every open pull request.

Success at once where no file of the composition changes; else when the bytes regenerated here agree, policies and
approval hold, and the candidate is built. Until then it waits and says for what, so that a person never has to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from codegen import Sentence
from controller.core.approval import ApprovalVerdict, Authority, judge_approval, made_by_bot, requester_of
from controller.core.configuration import ApprovalMode, Configuration
from controller.core.model import (
    Annotation,
    Build,
    BuildStatus,
    Digest,
    GateReport,
    GateStatus,
    Known,
    Person,
    Proposal,
    ProposalState,
    TreeId,
    Unknown,
)
from controller.core.overrides import Judged, apply_overrides
from controller.core.policy import Verdict, evaluate, told
from controller.core.snapshot import Snapshot
from controller.core.subjects import subject_of
from controller.core.trailers import one_line

BUILD_POLL = timedelta(seconds=2)
"""How soon to look again while a run is on its way and no webhook has told of it; a look is a free call."""

SAME_BYTES = Sentence("Regenerated here, the same bytes")
NO_COMPOSITION = Sentence("No file of the composition changes")

Part = Literal["source", "policies", "build", "approval"]


@dataclass(frozen=True)
class GateLine:
    """One of the four things that the gate looks at, in the words that people read."""

    part: Part
    status: GateStatus
    text: str


@dataclass(frozen=True)
class GateVerdict:
    """The gate's whole judgement of one proposal, and what it wants done for it."""

    lines: tuple[GateLine, ...]
    approval: ApprovalVerdict
    verdicts: tuple[Verdict, ...] = ()
    image: Digest | None = None
    build: Build | None = None
    wants_build: bool = False

    @property
    def status(self) -> GateStatus:
        """Failed where anything failed, passed where everything did."""
        states = {line.status for line in self.lines}
        for state in (GateStatus.FAILED, GateStatus.WAITING):
            if state in states:
                return state
        return GateStatus.PASSED

    def line(self, part: Part) -> GateLine:
        """That line."""
        return next(line for line in self.lines if line.part == part)


def authority_of(snapshot: Snapshot) -> Authority:
    """What approvals are judged by in this pass."""
    return Authority(configuration=snapshot.configuration, ledger=snapshot.ledger, main=snapshot.main, bot=snapshot.bot)


def open_proposals(snapshot: Snapshot) -> tuple[Proposal, ...]:
    """The open proposals whose facts are known, oldest first; none where the forge could not be read."""
    if isinstance(snapshot.proposals, Unknown):
        return ()
    known = (p for p in snapshot.proposals.value if p.forge.state is ProposalState.OPEN and p.facts is not None)
    return tuple(sorted(known, key=lambda proposal: proposal.number))


def judge(proposal: Proposal, snapshot: Snapshot) -> GateVerdict:
    """Judges one open proposal."""
    approval = judge_approval(proposal, authority_of(snapshot))
    facts = proposal.facts
    if facts is None or not facts.touches_composition:
        passed = GateLine("source", GateStatus.PASSED, NO_COMPOSITION)
        return GateVerdict(lines=(passed, _approval_line(approval)), approval=approval)
    verdicts = evaluate(snapshot.policies, subject_of(proposal, approval, snapshot.configuration))
    change = judged(proposal, snapshot.configuration, snapshot.bot)
    if change is not None:
        verdicts = apply_overrides(verdicts, change, snapshot.ledger.overrides.values())
    source, policies = _source_line(proposal), policy_line(verdicts)
    sound = source.status is GateStatus.PASSED and policies.status is GateStatus.PASSED
    image, build = find_image(facts.input_tree, snapshot)
    return GateVerdict(
        lines=(source, policies, _build_line(image, build, sound=sound), _approval_line(approval)),
        approval=approval,
        verdicts=verdicts,
        image=image,
        build=build,
        wants_build=sound
        and not proposal.forge.from_fork  # what a stranger wrote never starts a build of ours
        and image is None
        and (build is None or build.status is BuildStatus.CANCELLED),
    )


def judged(proposal: Proposal, configuration: Configuration, bot: Person) -> Judged | None:
    """What an override of a policy has to speak of; `None` while the head is not read."""
    facts = proposal.facts
    if facts is None:
        return None
    tells_all = made_by_bot(proposal, bot) and not facts.delta.is_empty
    return Judged(
        fingerprint=facts.fingerprint,
        requested_by=requester_of(proposal),
        head=None if tells_all else proposal.forge.head,
        is_solo=configuration.approval is ApprovalMode.SOLO,
    )


def find_image(input_tree: TreeId, snapshot: Snapshot) -> tuple[Digest | None, Build | None]:
    """The image of a tree: in the ledger's releases, then in runs, the newest run first; and the run that speaks for it."""
    release = snapshot.ledger.image_of(input_tree)
    runs = snapshot.builds.value if isinstance(snapshot.builds, Known) else ()
    of_tree = [build for build in runs if build.input_tree == input_tree]
    done = next((b for b in of_tree if b.status is BuildStatus.SUCCEEDED and b.digest is not None), None)
    newest = done or next(iter(of_tree), None)
    if release is not None:
        return release.digest, newest
    return (done.digest if done is not None else None), newest


def _source_line(proposal: Proposal) -> GateLine:
    facts = proposal.facts
    if facts is None:
        return GateLine("source", GateStatus.WAITING, Sentence("The head is not read yet"))
    if facts.problem:
        return GateLine("source", GateStatus.FAILED, facts.problem)
    if facts.mismatches:
        differs = Sentence(
            "Not what the manifest gives: {files}. Let Modwright regenerate them", files=facts.mismatches
        )
        return GateLine("source", GateStatus.FAILED, differs)
    return GateLine("source", GateStatus.PASSED, SAME_BYTES)


def policy_line(verdicts: tuple[Verdict, ...]) -> GateLine:
    """What the policies come to: each denial, else each warning, else how many hold."""
    denied = tuple(verdict for verdict in verdicts if verdict.effect == "deny")
    if denied:
        return GateLine("policies", GateStatus.FAILED, told(denied))
    warned = [verdict.message for verdict in verdicts if verdict.effect == "warn"]
    hold = Sentence.counted("{count} hold", "{count} hold", len(verdicts))
    return GateLine("policies", GateStatus.PASSED, Sentence.joined(warned) if warned else hold)


def _build_line(image: Digest | None, build: Build | None, *, sound: bool) -> GateLine:
    if image is not None:
        return GateLine("build", GateStatus.PASSED, Sentence("Image {image}", image=image))
    if not sound:
        waits = Sentence("Nothing is built until the source and the policies hold")
        return GateLine("build", GateStatus.WAITING, waits)
    if build is None or build.status is BuildStatus.CANCELLED:
        return GateLine("build", GateStatus.WAITING, Sentence("Waits for a runner"))
    if build.status is BuildStatus.FAILED:
        failed = first_error(build) or Sentence("The build failed, see {url}", url=build.url)
        return GateLine("build", GateStatus.FAILED, failed)
    if build.status is BuildStatus.SUCCEEDED:
        ended = Sentence("The build has ended, its word on the image is not here yet: {url}", url=build.url)
        return GateLine("build", GateStatus.WAITING, ended)
    return GateLine("build", GateStatus.WAITING, Sentence("Builds: {url}", url=build.url))


def first_error(build: Build) -> str:
    """The first thing that the compiler said, as one sentence: module, file, line, message."""
    if not build.errors:
        return ""
    error = build.errors[0]
    return f"{one_line(error.title)}: {one_line(error.path)}:{error.line}: {one_line(error.message)}"


def _approval_line(approval: ApprovalVerdict) -> GateLine:
    status = GateStatus.PASSED if approval.is_given else GateStatus.WAITING
    return GateLine("approval", status, approval.detail)


def report_of(proposal: Proposal, verdict: GateVerdict) -> GateReport:
    """What the check run says: the title names what is waited for or wrong, the summary has all four lines."""
    status = verdict.status
    deciding = [line for line in verdict.lines if line.status is status]
    title = "Ready to merge" if status is GateStatus.PASSED else deciding[0].text[:120]
    marks = {GateStatus.PASSED: "✅", GateStatus.WAITING: "⏳", GateStatus.FAILED: "❌"}
    rows = "\n".join(f"| {marks[line.status]} | {line.part} | {_cell(line.text)} |" for line in verdict.lines)
    build = verdict.build
    failed = build is not None and build.status is BuildStatus.FAILED
    annotations: tuple[Annotation, ...] = build.errors[:50] if build is not None and failed else ()
    return GateReport(
        head=proposal.forge.head,
        status=status,
        title=title,
        summary=f"| | what | found |\n|---|---|---|\n{rows}\n",
        annotations=annotations,
        id=proposal.gate.id if proposal.gate is not None and proposal.gate.head == proposal.forge.head else None,
        proposal=proposal.number,
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def is_of_bot(proposal: Proposal, snapshot: Snapshot) -> bool:
    """Whether the bot opened it and nobody else pushed."""
    return made_by_bot(proposal, snapshot.bot)
