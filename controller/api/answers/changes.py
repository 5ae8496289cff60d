"""Changes and the proposals that carry them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from controller.api.answers.shapes import Answer, Page, login_of
from controller.core.messages.waiting import told
from controller.core.model import (
    ForgeProposal,
    GateReport,
    GateStatus,
    Person,
    Proposal,
    ProposalState,
    Review,
    ReviewState,
)
from controller.core.progress import Stage, Step, StepState
from controller.core.waiting import Waiting, What
from controller.operations.propose import Opened
from controller.showing.changes import Followed


class ProposalLink(Answer):
    """A proposal in short."""

    number: int = Field(examples=[7])
    url: str = Field(description="Where the forge shows it.")
    branch: str
    title: str

    @classmethod
    def of(cls, found: ForgeProposal, *, web: str) -> ProposalLink:
        """`web` is the address under which the forge shows pull requests."""
        return cls(number=found.number, url=f"{web}{found.number}", branch=found.branch, title=found.title)


class OpenedState(StrEnum):
    """What became of a request: `adopted` is an open proposal that carries the same, `already` needs none."""

    OPENED = "opened"
    ADOPTED = "adopted"
    ALREADY = "already"


class OpenedChange(Answer):
    """The proposal that carries a request."""

    state: OpenedState
    proposal: ProposalLink | None

    @classmethod
    def of(cls, opened: Opened, *, web: str) -> OpenedChange:
        """What `propose` answered."""
        link = ProposalLink.of(opened.proposal, web=web) if opened.proposal is not None else None
        return cls(state=OpenedState(opened.state), proposal=link)


class WithdrawnChange(Answer):
    """A proposal that was closed."""

    state: Literal["closed"] = "closed"
    proposal: ProposalLink


class ChangeStep(Answer):
    """One part of a change's way."""

    name: str
    state: StepState
    detail: str = Field(description="What it waits for, or what came of it.")
    at: datetime | None

    @classmethod
    def of(cls, step: Step) -> ChangeStep:
        """The step."""
        return cls(name=step.name, state=step.state, detail=step.detail, at=step.at)


class Gate(Answer):
    """What the check run on a proposal's head says."""

    status: GateStatus
    title: str
    summary: str

    @classmethod
    def of(cls, report: GateReport) -> Gate:
        """The report."""
        return cls(status=report.status, title=report.title, summary=report.summary)


class Requester(Answer):
    """Who asked: `id` is the forge's number, null for somebody whom the forge does not know."""

    login: str
    id: int | None
    name: str = Field(description="What people call them, where a statement said so.")
    via: str = Field(description="Whose token vouched for them, where they did not come themselves.")

    @classmethod
    def of(cls, person: Person) -> Requester:
        """The person."""
        return cls(login=person.login, id=person.id, name=person.name, via=person.via)


class WaitsFor(Answer):
    """The first thing that a change waits for, or what became of it. What does not concern it is null or empty."""

    what: What
    says: str = Field(description="In one sentence.", examples=["waits for 1 approval by bob"])
    is_over: bool = Field(description="Nothing more will happen by itself.")
    is_wrong: bool = Field(description="Somebody has to mend something.")
    environment: str | None
    release: str | None
    build: str | None
    hold: str | None
    freeze: str | None = Field(description="The freeze, or the calendar, that has to end.")
    until: datetime | None = Field(description="When the freeze, or the soak, ends.")
    approvals_missing: int
    may_approve: list[str]

    @classmethod
    def of(cls, found: Waiting) -> WaitsFor:
        """What the core says of it."""
        approvals, freeze = found.approvals, found.freeze
        return cls(
            what=found.what,
            says=told(found),
            is_over=found.is_over,
            is_wrong=found.is_wrong,
            environment=found.environment,
            release=found.release,
            build=found.build.id if found.build is not None else None,
            hold=found.hold.id if found.hold is not None else None,
            freeze=freeze.id if freeze is not None else None,
            until=freeze.until if freeze is not None else found.checks.until if found.checks is not None else None,
            approvals_missing=approvals.missing if approvals is not None else 0,
            may_approve=list(approvals.may) if approvals is not None else [],
        )


class Change(Answer):
    """A proposal with how far it is, up to the last environment."""

    number: int
    title: str
    requested_by: Requester
    reason: str
    waits_for: WaitsFor
    state: ProposalState
    stage: Stage
    steps: list[ChangeStep]
    environments: dict[str, StepState] = Field(description="How far it is in each; empty before it is released.")
    gate: Gate | None
    url: str

    @classmethod
    def of(cls, followed: Followed, *, web: str) -> Change:
        """The proposal, and how far it is."""
        found, at = followed.proposal, followed.progress
        return cls(
            number=found.number,
            title=found.forge.title,
            requested_by=Requester.of(followed.requested_by),
            reason=followed.reason,
            waits_for=WaitsFor.of(followed.waiting),
            state=found.forge.state,
            stage=at.stage,
            steps=[ChangeStep.of(step) for step in at.steps],
            environments={str(name): state for name, state in at.environments.items()},
            gate=Gate.of(found.gate) if found.gate is not None else None,
            url=f"{web}{found.number}",
        )


class Changes(Page[Change]):
    """Changes, the newest first."""


class ProposalReview(Answer):
    """One review, on the head that it was given for."""

    reviewer: str
    state: ReviewState
    commit: str
    at: datetime

    @classmethod
    def of(cls, review: Review) -> ProposalReview:
        """The review."""
        return cls(reviewer=review.reviewer.login, state=review.state, commit=review.commit, at=review.submitted_at)


class ForgeView(Answer):
    """A pull request as the forge has it, whoever opened it. Reviews and gate are read while it is open."""

    number: int
    title: str
    body: str
    state: ProposalState
    branch: str
    head: str
    author: str
    from_fork: bool
    behind: bool | None = Field(description="Whether the default branch went on; null where that is not read.")
    reviews: list[ProposalReview]
    gate: Gate | None
    merged_commit: str | None
    merged_by: str | None
    closed_at: datetime | None
    url: str

    @classmethod
    def of(cls, found: Proposal, *, web: str) -> ForgeView:
        """The proposal without its progress."""
        forge = found.forge
        return cls(
            number=forge.number,
            title=forge.title,
            body=forge.body,
            state=forge.state,
            branch=forge.branch,
            head=forge.head,
            author=forge.author.login,
            from_fork=forge.from_fork,
            behind=found.facts.behind if found.facts is not None else None,
            reviews=[ProposalReview.of(review) for review in found.reviews],
            gate=Gate.of(found.gate) if found.gate is not None else None,
            merged_commit=forge.merged_commit,
            merged_by=login_of(forge.merged_by),
            closed_at=forge.closed_at,
            url=f"{web}{forge.number}",
        )


class Proposals(Page[ForgeView]):
    """Pull requests, the newest first."""


class Reverted(Answer):
    """A change that is taken out: what was decided at once, and the proposal that does it for good."""

    commit: str
    hold: str | None
    returned: list[str] = Field(description="The environments that went back.")
    state: OpenedState
    proposal: ProposalLink | None
