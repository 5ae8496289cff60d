"""Changes and the proposals that carry them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from controller.api.answers.shapes import Answer, Page, login_of
from controller.core.model import (
    ForgeProposal,
    GateReport,
    GateStatus,
    Proposal,
    ProposalState,
    Review,
    ReviewState,
)
from controller.core.progress import Progress, Stage, Step, StepState
from controller.operations.propose import Opened


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


class Change(Answer):
    """A proposal with how far it is, up to the last environment."""

    number: int
    title: str
    state: ProposalState
    stage: Stage
    steps: list[ChangeStep]
    environments: dict[str, StepState] = Field(description="How far it is in each; empty before it is released.")
    gate: Gate | None
    url: str

    @classmethod
    def of(cls, found: Proposal, at: Progress, *, web: str) -> Change:
        """The proposal and its progress."""
        return cls(
            number=found.number,
            title=found.forge.title,
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
