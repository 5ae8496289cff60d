"""
What the layers above ask of the outside: six ports and the time, declared by their users' needs.

Git has no port: operations and tests use real git through `adapters.git`. A port exists only where two things stand
behind it: the real system and the in-memory world of the tests. Every method raises `Transient` when the other side
could not answer and `Terminal` when it refused for good; none returns `None` or `False` for "failed".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from controller.core.configuration import CheckDefinition
from controller.core.model import (
    BranchName,
    Build,
    BuildId,
    BuildStage,
    CheckResult,
    Command,
    Digest,
    EnvironmentName,
    ForgeProposal,
    GateReport,
    Person,
    ProposalNumber,
    Push,
    Review,
    Running,
    Sha,
    TreeId,
)


@dataclass(frozen=True)
class CommitOnBranch:
    """A commit that the bot makes: `files` maps a path to its whole new bytes, or `None` to delete it."""

    message: str
    files: Mapping[str, bytes | None]


@dataclass(frozen=True)
class NewProposal:
    """Everything that opening a proposal needs, so that it is at most five content-creating calls."""

    branch: BranchName
    base_branch: BranchName
    base: Sha
    commit: CommitOnBranch
    title: str
    body: str
    label: str
    gate: GateReport | None = None
    """The gate's first word; its `head` is replaced by the commit that is made."""


@dataclass(frozen=True)
class DeploymentNote:
    """A promotion as the forge's deployment page shows it."""

    environment: EnvironmentName
    release: str
    commit: Sha
    state: Literal["in_progress", "success", "failure", "inactive", "error"]
    description: str
    url: str
    payload: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CallBudget:
    """
    What the forge still lets us ask until `resets_at`, of one kind of calls (`core` is REST, `graphql` the other), as its
    newest answer of that kind said.
    """

    resource: str
    limit: int
    remaining: int
    resets_at: datetime


class Forge(Protocol):
    """
    The forge of one platform repository.

    Reads are conditional: an unchanged answer costs nothing against the rate limit and is given from memory. Each read
    is whole (all pages) or raises.
    """

    def heads(self) -> Mapping[BranchName, Sha]:
        """Every branch with its head."""

    def proposals(self) -> tuple[ForgeProposal, ...]:
        """Every open pull request onto the default branch, and the hundred others that changed last."""

    def reviews(self, number: ProposalNumber) -> tuple[Review, ...]:
        """All reviews of a pull request, oldest first."""

    def pushes(self, branch: BranchName) -> tuple[Push, ...]:
        """Who moved that branch, oldest first, as the forge's activity log says (commit authors can be made up)."""

    def gate(self, head: Sha) -> GateReport | None:
        """The App's own check run on that commit, the newest where there are several."""

    def builds(self) -> tuple[Build, ...]:
        """The hundred newest runs of the image workflow that the App dispatched at the default branch, newest first."""

    def commands(self) -> tuple[Command, ...]:
        """Comments that begin with `/modwright`, the hundred newest, oldest first; those already answered left out."""

    def build_log(self, build: BuildId, *, offset: int = 0) -> bytes:
        """The run's log from byte `offset` on, as far as it has grown."""

    def build_stages(self, build: BuildId) -> tuple[BuildStage, ...]:
        """The run's jobs with their steps and times, in order; none while nothing is planned or after it was forgotten."""

    def person(self, login: str) -> Person:
        """Who a login is now. `Terminal` where nobody has it."""

    def members_of(self, team: str) -> frozenset[str]:
        """The logins in a team, `organisation/slug`. `Terminal` where it is not there or may not be seen."""

    def proposal_of(self, commit: Sha) -> ForgeProposal | None:
        """The merged pull request whose merge made that commit of the default branch."""

    def open_proposal(self, proposal: NewProposal) -> ForgeProposal:
        """
        Makes branch, commit, pull request, label and gate; adopts whatever of it an earlier try has left.

        Safe to repeat: every part is looked up by its name first. `Conflict` when the branch stands elsewhere.
        """

    def refresh_proposal(self, proposal: ForgeProposal, *, base: Sha, commit: CommitOnBranch, body: str) -> Sha:
        """
        Puts the commit onto `base` by way of a scratch branch and moves the proposal's branch to it, if that still
        stands at `proposal.head`. Answers the new head; `Conflict` when somebody pushed meanwhile.
        """

    def merge_proposal(self, proposal: ForgeProposal, *, title: str, message: str) -> Sha:
        """
        Squash-merges, if the head is still `proposal.head`. Answers the merge commit, also when it was merged before.

        `Conflict` when the head moved or it cannot be merged as it stands; `Terminal` when protection refuses.
        """

    def close_proposal(self, proposal: ForgeProposal, *, comment: str) -> None:
        """Closes with a comment and deletes the branch; nothing where it is closed."""

    def write_gate(self, report: GateReport) -> GateReport:
        """Makes the check run or changes the one with `report.id`; answers it with its id."""

    def comment(self, number: ProposalNumber, body: str, *, marker: str) -> None:
        """Says something once: a comment of the bot that holds the (hidden) `marker` already stands for this one."""

    def dispatch_build(self, *, commit: Sha, input_tree: TreeId) -> Build:
        """Starts the image workflow at the default branch, unless a run for that input tree is queued or running."""

    def cancel_build(self, build: BuildId) -> None:
        """Asks a run to stop; nothing where it has ended."""

    def push_token(self) -> str:
        """A short-lived token for git over HTTP, narrowed to this repository's contents."""

    def announce(self, note: DeploymentNote) -> None:
        """Says a promotion's state on the deployment of that release and environment, made where it is missing."""

    def budget(self) -> tuple[CallBudget, ...]:
        """What its answers last said of the rate limits; asks nothing. Empty where none said anything."""

    @property
    def bot(self) -> Person:
        """The App's own user."""


class ImageRegistry(Protocol):
    """Where images are. Only asked by digest."""

    def exists(self, repository: str, digest: Digest) -> bool:
        """Whether that manifest (and the blobs that it names) can be pulled."""

    def reference(self, repository: str, digest: Digest) -> str:
        """`host/repository@digest`, as a cluster pulls it."""


class Cluster(Protocol):
    """Where environments run."""

    def observe(self) -> Mapping[EnvironmentName, Running]:
        """Every environment as it runs now."""

    def roll_out(
        self,
        environment: EnvironmentName,
        *,
        image: str,
        before_rollout: Sequence[Sequence[str]],
        release: str,
    ) -> Running:
        """Makes that image the wanted one; done when `observe` sees it serving. Nothing where it is wanted already."""


@dataclass(frozen=True)
class Expectation:
    """What an environment should answer: the release's tree, digest and modules, and which were unwell before it."""

    input_tree: TreeId
    digest: Digest
    modules: frozenset[str]
    unwell_before: frozenset[str] = frozenset()
    app: str = ""


class Prober(Protocol):
    """Asks a running platform how it is."""

    def run(self, check: CheckDefinition, *, url: str, expected: Expectation, timeout: timedelta) -> CheckResult:
        """Runs one check. Never raises for what it found: "could not tell" is the outcome `errored`."""


class Clock(Protocol):
    """What time it is, so that a test decides it."""

    def __call__(self) -> datetime:
        """Now, aware, in UTC."""


class SignIn(Protocol):
    """The forge as who says who somebody in front of a browser is: OAuth's web flow, with the proof key of RFC 7636."""

    def authorize_url(self, *, state: str, challenge: str, callback: str) -> str:
        """Where to send the browser. `challenge` is the proof key's SHA-256, base64url."""

    def person(self, *, code: str, verifier: str, callback: str) -> Person:
        """Who came back with that code, with the forge's id. `Denied` where the forge does not take the code."""

    @property
    def origin(self) -> str:
        """`scheme://host` of the forge's pages, which a form may lead to."""


class StatementKeys(Protocol):
    """Where the keys are published by which a platform's own UI states who its user is."""

    def document(self) -> str:
        """The JSON Web Key Set as text, RFC 7517."""
