"""The port `Forge` on GitHub: says for each method who does it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from controller.adapters.github.branches import Branches
from controller.adapters.github.builds import Builds
from controller.adapters.github.client import Client
from controller.adapters.github.comments import Comments
from controller.adapters.github.conditional import ConditionalReader
from controller.adapters.github.deployments import Deployments
from controller.adapters.github.gate import Gate
from controller.adapters.github.names import RepositoryName
from controller.adapters.github.people import People
from controller.adapters.github.proposals import ProposalReads, ProposalWrites
from controller.adapters.github.tokens import PUSHING, AppCredentials
from controller.core.model import (
    BranchName,
    Build,
    BuildId,
    BuildStage,
    Command,
    ForgeProposal,
    GateReport,
    Person,
    ProposalNumber,
    Push,
    Review,
    Sha,
    TreeId,
)
from controller.ports import CallBudget, CommitOnBranch, DeploymentNote, NewProposal

PUBLIC_API = "https://api.github.com"
PUBLIC_PACING = timedelta(seconds=1)
"""GitHub asks for at least a second between writes."""


class GitHubForge:
    """
    One platform repository on a forge that speaks GitHub's API.

    `repository` is `owner/name`; `api` the address of the REST API (`https://HOST/api/v3` on an Enterprise server);
    `pacing` the time between two writes; `console` where people see Modwright's own pages, if anywhere. Making it asks
    nothing.
    """

    def __init__(
        self,
        *,
        repository: str,
        credentials: AppCredentials,
        default_branch: BranchName,
        image_workflow: str = "modwright-image.yml",
        api: str = PUBLIC_API,
        pacing: timedelta = PUBLIC_PACING,
        timeout: timedelta = timedelta(seconds=20),
        console: str = "",
    ) -> None:
        client = Client(
            api=api,
            repository=RepositoryName.parse(repository),
            credentials=credentials,
            pacing=pacing,
            timeout=timeout,
        )
        reader = ConditionalReader(client)
        self._client = client
        self._people = People(client, reader)
        self._branches = Branches(client, reader)
        self._gate = Gate(client, reader, app_id=credentials.app_id, console=console)
        self._comments = Comments(client, reader, bot=lambda: self._people.bot)
        self._deployments = Deployments(client, reader)
        self._builds = Builds(
            client,
            reader,
            workflow=image_workflow,
            default_branch=default_branch,
            bot=lambda: self._people.bot,
        )
        self._reads = ProposalReads(client, reader, default_branch=default_branch)
        self._writes = ProposalWrites(
            client,
            reader,
            reads=self._reads,
            branches=self._branches,
            gate=self._gate,
            comments=self._comments,
        )

    def heads(self) -> Mapping[BranchName, Sha]:
        """Every branch with its head."""
        return self._branches.heads()

    def proposals(self) -> tuple[ForgeProposal, ...]:
        """Every open pull request onto the default branch, and the hundred others that changed last."""
        return self._reads.listed()

    def reviews(self, number: ProposalNumber) -> tuple[Review, ...]:
        """All reviews of a pull request, oldest first."""
        return self._reads.reviews(number)

    def pushes(self, branch: BranchName) -> tuple[Push, ...]:
        """Who moved that branch, oldest first."""
        return self._branches.pushes(branch)

    def gate(self, head: Sha) -> GateReport | None:
        """The App's own check run on that commit, the newest where there are several."""
        return self._gate.read(head)

    def builds(self) -> tuple[Build, ...]:
        """The hundred newest runs of the image workflow that the App dispatched, newest first."""
        return self._builds.listed()

    def commands(self) -> tuple[Command, ...]:
        """What people ask for by `/modwright`, oldest first, without what was answered."""
        return self._comments.commands()

    def build_log(self, build: BuildId, *, offset: int = 0) -> bytes:
        """The run's log from byte `offset` on, as far as it has grown."""
        return self._builds.log(build, offset=offset)

    def build_stages(self, build: BuildId) -> tuple[BuildStage, ...]:
        """The run's jobs with their steps and times."""
        return self._builds.stages(build)

    def person(self, login: str) -> Person:
        """Who a login is now. `Terminal` where nobody has it."""
        return self._people.get(login)

    def members_of(self, team: str) -> frozenset[str]:
        """The logins in a team."""
        return self._people.members(team)

    def proposal_of(self, commit: Sha) -> ForgeProposal | None:
        """The merged pull request whose merge made that commit of the default branch, with who merged it."""
        return self._reads.that_made(commit)

    def open_proposal(self, proposal: NewProposal) -> ForgeProposal:
        """Branch and commit, pull request, label, gate; adopts what an earlier try has left."""
        return self._writes.open(proposal)

    def refresh_proposal(self, proposal: ForgeProposal, *, base: Sha, commit: CommitOnBranch, body: str) -> Sha:
        """Puts the commit onto `base` and the proposal's branch onto it, if that still stands at `proposal.head`."""
        return self._writes.refresh(proposal, base=base, commit=commit, body=body)

    def merge_proposal(self, proposal: ForgeProposal, *, title: str, message: str) -> Sha:
        """Squash-merges, if the head is still `proposal.head`. Answers the merge commit."""
        return self._writes.merge(proposal, title=title, message=message)

    def close_proposal(self, proposal: ForgeProposal, *, comment: str) -> None:
        """Closes with a comment and deletes the branch."""
        self._writes.close(proposal, comment=comment)

    def write_gate(self, report: GateReport) -> GateReport:
        """Makes the check run or changes it; answers it with its id."""
        return self._gate.write(report)

    def comment(self, number: ProposalNumber, body: str, *, marker: str) -> None:
        """Says something once, told by its hidden marker."""
        self._comments.say(number, body, marker=marker)

    def dispatch_build(self, *, commit: Sha, input_tree: TreeId) -> Build:
        """Starts the image workflow at the default branch, unless a run for that input tree is queued or running."""
        return self._builds.dispatch(commit=commit, input_tree=input_tree)

    def cancel_build(self, build: BuildId) -> None:
        """Asks a run to stop; nothing where it has ended."""
        self._builds.cancel(build)

    def push_token(self) -> str:
        """A short-lived token for git over HTTP, narrowed to this repository's contents."""
        return self._client.tokens.token(PUSHING)

    def announce(self, note: DeploymentNote) -> None:
        """Says a promotion's state on the forge's deployment page."""
        self._deployments.announce(note)

    def budget(self) -> tuple[CallBudget, ...]:
        """The client's door: it sees every answer."""
        return self._client.budget()

    @property
    def bot(self) -> Person:
        """The App's own user; asked once."""
        return self._people.bot
