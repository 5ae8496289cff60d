"""Pull requests: reading them, opening, refreshing, merging and closing one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from controller.adapters.github import answers, errors
from controller.adapters.github.branches import Branches, same_message
from controller.adapters.github.client import Client
from controller.adapters.github.comments import Comments
from controller.adapters.github.conditional import ConditionalReader
from controller.adapters.github.gate import Gate
from controller.adapters.github.names import branch_name, commit_id, number
from controller.adapters.github.settled import settled
from controller.core.errors import Conflict, Transient
from controller.core.model import BranchName, ForgeProposal, ProposalNumber, ProposalState, Review, Sha
from controller.core.names import SCRATCH_PREFIX
from controller.ports import CommitOnBranch, NewProposal


class ProposalReads:
    """What the forge says of pull requests onto the default branch."""

    def __init__(self, client: Client, reader: ConditionalReader, *, default_branch: BranchName) -> None:
        self._reader = reader
        self._path = client.repository.path
        self._owner = client.repository.owner
        self._default_branch = branch_name(default_branch)

    def listed(self) -> tuple[ForgeProposal, ...]:
        """
        The hundred that changed last, and every open one, newest number first.

        One request where that is all of them. The second list is in the order of opening, which does not change while
        its pages are read.
        """
        base = {"base": self._default_branch, "per_page": 100}
        path = f"{self._path}/pulls"
        recent = {**base, "state": "all", "sort": "updated", "direction": "desc"}
        page = self._reader.page(path, answers.proposals, parameters=recent)
        found = {proposal.number: proposal for proposal in page.value}
        if page.next is not None:
            waiting = {**base, "state": "open", "sort": "created", "direction": "asc"}
            found |= {item.number: item for item in self._reader.all(path, answers.proposals, parameters=waiting)}
        return tuple(found[key] for key in sorted(found, reverse=True))

    def get(self, proposal: ProposalNumber) -> ForgeProposal:
        """One pull request as it is now, with who merged it."""
        return self._reader.one(f"{self._path}/pulls/{number(proposal)}", answers.proposal)

    def open_from(self, branch: BranchName) -> ForgeProposal | None:
        """The open pull request of that branch onto the default branch."""
        parameters = {"state": "open", "head": f"{self._owner}:{branch_name(branch)}", "base": self._default_branch}
        found = self._reader.all(f"{self._path}/pulls", answers.proposals, parameters=parameters)
        # A forge that does not understand `head` gives them all.
        return next((proposal for proposal in found if proposal.branch == branch and not proposal.from_fork), None)

    def reviews(self, proposal: ProposalNumber) -> tuple[Review, ...]:
        """All reviews, oldest first."""
        found = self._reader.all(f"{self._path}/pulls/{number(proposal)}/reviews", answers.reviews)
        return tuple(sorted(found, key=lambda review: (review.submitted_at, review.id)))

    def that_made(self, commit: Sha) -> ForgeProposal | None:
        """The merged pull request whose merge is that commit, with who merged it."""
        found = self._reader.all(f"{self._path}/commits/{commit_id(commit)}/pulls", answers.proposals)
        merged = [item for item in found if item.merged_commit == commit and item.base_branch == self._default_branch]
        return self.get(merged[0].number) if merged else None


class ProposalWrites:
    """What the bot does with its own pull requests."""

    def __init__(
        self,
        client: Client,
        reader: ConditionalReader,
        *,
        reads: ProposalReads,
        branches: Branches,
        gate: Gate,
        comments: Comments,
    ) -> None:
        self._client = client
        self._reader = reader
        self._reads = reads
        self._branches = branches
        self._gate = gate
        self._comments = comments
        self._path = client.repository.path

    def open(self, proposal: NewProposal) -> ForgeProposal:
        """Branch and commit, pull request, label, gate: four requests, each looked up before it is made."""
        head = self._committed(proposal)
        opened = settled(lambda: self._reads.open_from(proposal.branch), lambda: self._requested(proposal))
        self._label(opened.number, proposal.label)
        if proposal.gate is not None:
            self._gate.write(replace(proposal.gate, head=head))
        return replace(opened, head=head)

    def refresh(self, proposal: ForgeProposal, *, base: Sha, commit: CommitOnBranch, body: str) -> Sha:
        """Commits on a scratch branch at `base`, moves the proposal's branch there, removes the scratch."""
        scratch = BranchName(f"{SCRATCH_PREFIX}{proposal.number}-{base[:12]}")
        head = self._branches.head(proposal.branch)
        if head is None or (head != proposal.head and not self._is(head, base=base, commit=commit)):
            raise Conflict(f"{proposal.branch} stands at {head or 'nothing'}, not at {proposal.head}")
        if head == proposal.head:
            head = self._commit_at(scratch, base=base, commit=commit)
            self._branches.move(proposal.branch, before=proposal.head, after=head)
        if self._branches.head(scratch) is not None:
            self._branches.delete(scratch)
        self._describe(proposal.number, body)
        return head

    def merge(self, proposal: ForgeProposal, *, title: str, message: str) -> Sha:
        """Squash-merges the head that was judged, and no other."""
        path = f"{self._path}/pulls/{number(proposal.number)}/merge"
        body = {
            "sha": commit_id(proposal.head),
            "merge_method": "squash",
            "commit_title": title,
            "commit_message": message,
        }

        def find() -> Sha | None:
            found = self._reads.get(proposal.number)
            if found.state is ProposalState.MERGED:
                return found.merged_commit
            if found.state is ProposalState.CLOSED or found.head != proposal.head:
                raise Conflict(f"proposal {proposal.number} is {found.state} at {found.head}, not at {proposal.head}")
            return None

        return settled(find, lambda: _merge_commit(self._client.write("PUT", path, body)))

    def close(self, proposal: ForgeProposal, *, comment: str) -> None:
        """Says why, closes, deletes the branch if nobody has pushed to it."""
        if self._reads.get(proposal.number).state is ProposalState.OPEN:
            marker = f"<!-- modwright:closed:{proposal.number} -->"
            self._comments.say(proposal.number, comment, marker=marker)
            self._change(proposal.number, {"state": "closed"}, lambda found: found.state is not ProposalState.OPEN)
        if self._branches.head(proposal.branch) == proposal.head:
            self._branches.delete(proposal.branch)

    def _committed(self, proposal: NewProposal) -> Sha:
        """The commit on the proposal's branch; what an earlier try has left there is taken up."""
        branch, base, commit = proposal.branch, proposal.base, proposal.commit
        head = self._branches.head(branch)
        if head is not None and head != base:
            if same_message(self._branches.commit(head).message, commit.message):
                return head
            if not self._branches.is_behind(head, base):
                raise Conflict(f"{branch} stands at {head}, which is not the bot's commit")
            self._branches.move(branch, before=head, after=base)
        return self._commit_at(branch, base=base, commit=commit)

    def _commit_at(self, branch: BranchName, *, base: Sha, commit: CommitOnBranch) -> Sha:
        """Commits onto `base` on that branch. Raises `Conflict` where it holds anything but this very commit."""

        def find() -> Sha | None:
            head = self._branches.head(branch)
            if head is None or head == base:
                return None
            if not self._is(head, base=base, commit=commit):
                raise Conflict(f"{branch} stands at {head}, which is not the bot's commit")
            return head

        def write() -> Sha:
            make = self._branches.create_with if self._branches.head(branch) is None else self._branches.commit_on
            return make(branch, base=base, commit=commit)

        return settled(find, write)

    def _is(self, head: Sha, *, base: Sha, commit: CommitOnBranch) -> bool:
        facts = self._branches.commit(head)
        return facts.parents == (base,) and same_message(facts.message, commit.message)

    def _requested(self, proposal: NewProposal) -> ForgeProposal:
        body = {
            "title": proposal.title,
            "body": proposal.body,
            "head": branch_name(proposal.branch),
            "base": branch_name(proposal.base_branch),
        }
        return _proposal(self._client.write("POST", f"{self._path}/pulls", body), what="a new pull request")

    def _label(self, proposal: ProposalNumber, label: str) -> None:
        """Adding a label is the same however often it is done, so a lost answer needs no second look."""
        path = f"{self._path}/issues/{number(proposal)}/labels"
        if label and label not in self._reader.all(path, _label_names):
            self._client.write("POST", path, {"labels": [label]})

    def _describe(self, proposal: ProposalNumber, body: str) -> None:
        if self._reads.get(proposal).body != body:
            self._change(proposal, {"body": body}, lambda found: found.body == body)

    def _change(
        self, proposal: ProposalNumber, change: dict[str, Any], is_done: Callable[[ForgeProposal], bool]
    ) -> None:
        try:
            self._client.write("PATCH", f"{self._path}/pulls/{number(proposal)}", change)
        except Transient:
            if not is_done(self._reads.get(proposal)):
                raise


def _proposal(data: Any, *, what: str) -> ForgeProposal:
    try:
        return answers.proposal(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise errors.strange(error, what=what) from error


def _merge_commit(data: Any) -> Sha:
    if not isinstance(data, dict) or data.get("merged") is not True:
        raise errors.strange("it does not say `merged`", what="a merge")
    try:
        return answers.commit(data["sha"])
    except (KeyError, TypeError, ValueError) as error:
        raise errors.strange(error, what="a merge") from error


def _label_names(data: Any) -> tuple[str, ...]:
    return tuple(str(item["name"]) for item in data)
