"""
The vocabulary: values that the rules speak of.

Every kind of text that looks like another kind has its own type, so that a digest cannot stand where a commit is meant.
Times are aware datetimes in UTC; durations are `timedelta`s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, Literal, NewType, TypeVar

from codegen import Delta, ModuleName

Sha = NewType("Sha", str)
"""A commit, 40 hexadecimal digits."""
TreeId = NewType("TreeId", str)
"""A git tree, 40 hexadecimal digits. The *input tree* holds only the paths of `image.inputs`."""
Digest = NewType("Digest", str)
"""An image, `sha256:` and 64 hexadecimal digits. Images are always named by it, never by a tag."""
ReleaseId = NewType("ReleaseId", str)
HoldId = NewType("HoldId", str)
BuildId = NewType("BuildId", str)
EnvironmentName = NewType("EnvironmentName", str)
BranchName = NewType("BranchName", str)
ProposalNumber = NewType("ProposalNumber", int)
UserId = NewType("UserId", int)
Fingerprint = NewType("Fingerprint", str)

T = TypeVar("T")


@dataclass(frozen=True)
class Known(Generic[T]):
    """A part of the outside that was read whole."""

    value: T


@dataclass(frozen=True)
class Unknown:
    """A part that could not be read. It is never treated as empty: what moves forward about it stops."""

    reason: str


@dataclass(frozen=True)
class Person:
    """
    Who did something. `id` is the forge's number, the only identity that is compared; a login can be given away.

    Somebody known only by a token of ours has no `id`. `name` is what people call them; `via` is the login of whose token
    vouched for them, where they did not come themselves. Both are told and never compared.
    """

    login: str
    id: UserId | None = None
    is_bot: bool = False
    name: str = ""
    via: str = ""

    @property
    def called(self) -> str:
        """The name where one is known: a login may be a number that a provider gave."""
        return self.name or self.login


AUTOMATION = Person(login="modwright", is_bot=True)
"""The controller itself, where nobody asked."""


class Role(StrEnum):
    """What somebody may do, each including the ones before it."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"
    SUPER_ADMIN = "super-admin"

    def includes(self, other: Role) -> bool:
        """Whether this role may do what `other` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


def highest(*roles: Role | None) -> Role | None:
    """The one that includes all others; `None` of none."""
    order = list(Role)
    return max((role for role in roles if role is not None), key=order.index, default=None)


# --- the default branch -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MainCommit:
    """
    A first-parent commit of the default branch, with what it did to the composition.

    `delta` is against its first parent. `consistent` says whether the generated files are what its manifest gives: a
    commit where they are not becomes no release. `touches_composition` also counts the image workflow and `.modwright/`.
    `reverts` is the commit that its message says it reverts; whether it truly does is judged by the deltas.
    """

    sha: Sha
    parent: Sha | None
    committed_at: datetime
    subject: str
    author: str
    trailers: Mapping[str, str]
    input_tree: TreeId
    modules: tuple[ModuleName, ...]
    manifest_hash: str
    delta: Delta
    fingerprint: Fingerprint
    touches_composition: bool
    consistent: bool = True
    reverts: Sha | None = None

    @property
    def changes_modules(self) -> bool:
        """Whether the composition differs from the parent's."""
        return not self.delta.is_empty


# --- proposals ----------------------------------------------------------------------------------------------------


class ReviewState(StrEnum):
    """What a reviewer last said."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    COMMENTED = "commented"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class Review:
    """One review, on the head it was given for."""

    id: int
    reviewer: Person
    state: ReviewState
    commit: Sha
    submitted_at: datetime


class ProposalState(StrEnum):
    """Where a pull request stands."""

    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"


class GateStatus(StrEnum):
    """What the App's own check run says."""

    WAITING = "waiting"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True)
class Annotation:
    """A place in a file that a check points to. `line` counts from 1."""

    path: str
    line: int
    title: str
    message: str


@dataclass(frozen=True)
class GateReport:
    """
    What the gate says on one head, as people read it. `id` is the check run's, where one exists on the forge; `proposal`
    is the one whose page tells more.
    """

    head: Sha
    status: GateStatus
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    id: int | None = None
    proposal: ProposalNumber | None = None

    def says_the_same(self, other: GateReport) -> bool:
        """Whether writing this would change nothing (annotations follow from the summary)."""
        return (self.head, self.status, self.title, self.summary) == (
            other.head,
            other.status,
            other.title,
            other.summary,
        )


@dataclass(frozen=True)
class Push:
    """One movement of a branch, as the forge recorded it: who made `after` its head."""

    after: Sha
    actor: Person


@dataclass(frozen=True)
class ForgeProposal:
    """A pull request as the forge tells it, without what git knows of it."""

    number: ProposalNumber
    title: str
    body: str
    branch: BranchName
    head: Sha
    base_branch: BranchName
    author: Person
    state: ProposalState
    from_fork: bool = False
    merged_commit: Sha | None = None
    merged_by: Person | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class ProposalFacts:
    """
    What git and the code generator say of a proposal's head, against the newest commit of the default branch.

    `delta` and `fingerprint` are against the merge base. `merged_input_tree` is the input tree that a merge now would
    give, `None` where the texts conflict. `mismatches` are generated files that are not what the manifest gives,
    `problem` says why the head could not be judged at all (the manifest does not parse).
    """

    merge_base: Sha
    behind: bool
    delta: Delta
    fingerprint: Fingerprint
    touched: tuple[str, ...]
    outside_composition: tuple[str, ...]
    touches_composition: bool
    input_tree: TreeId
    merged_input_tree: TreeId | None
    mismatches: tuple[str, ...] = ()
    problem: str = ""
    trailers: Mapping[str, str] = field(default_factory=dict)
    reverts: Sha | None = None
    """The commit that the head's message says it reverts."""
    fingerprints: Mapping[Sha, Fingerprint] = field(default_factory=dict)
    """The fingerprint of each head that a review was given for, where that head is still known."""


@dataclass(frozen=True)
class Proposal:
    """A pull request with everything that one pass knows of it."""

    forge: ForgeProposal
    reviews: tuple[Review, ...] = ()
    pushes: tuple[Push, ...] = ()
    gate: GateReport | None = None
    facts: ProposalFacts | None = None

    @property
    def number(self) -> ProposalNumber:
        """The number that people use."""
        return self.forge.number


# --- builds -------------------------------------------------------------------------------------------------------


class BuildStatus(StrEnum):
    """How far a workflow run is. `CANCELLED` is neither success nor failure: nothing was found out."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def has_ended(self) -> bool:
        """Whether it will say nothing more."""
        return self not in (BuildStatus.QUEUED, BuildStatus.RUNNING)


@dataclass(frozen=True)
class Build:
    """
    A workflow run that turns a tree into an image.

    `digest` comes from the publish job's own annotation, and only where workflow path, ref, event and actor are ours.
    `errors` are the compiler's, as the build job annotated them: text from a proposal, to be shown and never obeyed.
    """

    id: BuildId
    run: int
    attempt: int
    input_tree: TreeId
    commit: Sha
    status: BuildStatus
    url: str
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    digest: Digest | None = None
    errors: tuple[Annotation, ...] = ()


@dataclass(frozen=True)
class BuildStep:
    """One step of a stage, as the workflow names it."""

    name: str
    status: BuildStatus
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True)
class BuildStage:
    """A job of a run: `build` compiles, `publish` makes the image. A step that was skipped is `CANCELLED`."""

    name: str
    status: BuildStatus
    started_at: datetime | None = None
    finished_at: datetime | None = None
    steps: tuple[BuildStep, ...] = ()


# --- environments as they run -------------------------------------------------------------------------------------


class RolloutPhase(StrEnum):
    """What a cluster is doing with an environment."""

    EMPTY = "empty"
    ROLLING = "rolling"
    SERVING = "serving"
    FAILED = "failed"


@dataclass(frozen=True)
class Running:
    """
    What a cluster says of one environment. `serving` is seen, `desired` is only asked for.

    `says_nothing_of_it`: the rollout failed for a cause that is not the image's own; it could not be pulled.
    """

    environment: EnvironmentName
    url: str
    phase: RolloutPhase
    desired: Digest | None = None
    serving: Digest | None = None
    serving_since: datetime | None = None
    error: str = ""
    says_nothing_of_it: bool = False


class Outcome(StrEnum):
    """What a check came to. `ERRORED` means that it could not tell; it never rolls back by itself."""

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"


@dataclass(frozen=True)
class CheckResult:
    """One check of one probe: its name, what it came to, and one sentence of what was seen."""

    check: str
    outcome: Outcome
    seen: str = ""
    modules: tuple[ModuleName, ...] = ()
    """The modules that it found unwell, where the check judges modules."""


@dataclass(frozen=True)
class Probe:
    """All checks of an environment, run once against the release that it should serve."""

    environment: EnvironmentName
    release: ReleaseId
    at: datetime
    results: tuple[CheckResult, ...]
    serving_since: datetime | None = None

    @property
    def outcome(self) -> Outcome:
        """The worst that counts: one failure is a failure; else one that could not tell leaves it open."""
        outcomes = {result.outcome for result in self.results}
        for worst in (Outcome.FAILED, Outcome.ERRORED):
            if worst in outcomes:
                return worst
        return Outcome.PASSED

    @property
    def unwell(self) -> tuple[CheckResult, ...]:
        """The checks that did not pass."""
        return tuple(result for result in self.results if result.outcome is not Outcome.PASSED)


# --- what people ask for by comment -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Command:
    """A comment that begins with `/modwright`, on a proposal."""

    comment: int
    proposal: ProposalNumber
    author: Person
    verb: Literal["revert"]
    reason: str
    at: datetime
