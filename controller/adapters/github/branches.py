"""
Branches and the bot's commits on them, by GraphQL mutations that name what they expect.

`createCommitOnBranch` gives the forge's own signature and compares the head (`expectedHeadOid`); `updateRefs` compares
with `beforeOid`. REST has neither.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from controller.adapters.github import answers, errors
from controller.adapters.github.client import Client
from controller.adapters.github.conditional import ConditionalReader
from controller.adapters.github.names import branch_name, branch_path, commit_id
from controller.adapters.github.settled import nothing_if_missing
from controller.core.errors import Conflict, Terminal, Transient
from controller.core.model import BranchName, Push, Sha
from controller.ports import CommitOnBranch

_CREATE_AND_COMMIT = """
mutation($ref: CreateRefInput!, $commit: CreateCommitOnBranchInput!) {
  createRef(input: $ref) { ref { name } }
  createCommitOnBranch(input: $commit) { commit { oid } }
}
"""
_COMMIT = """
mutation($commit: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $commit) { commit { oid } }
}
"""
_MOVE = """
mutation($input: UpdateRefsInput!) {
  updateRefs(input: $input) { clientMutationId }
}
"""


@dataclass(frozen=True)
class CommitFacts:
    """What tells a commit of ours from another: its parents and its message."""

    sha: Sha
    parents: tuple[Sha, ...]
    message: str


class Branches:
    """Reads and moves the branches of one repository."""

    def __init__(self, client: Client, reader: ConditionalReader) -> None:
        self._client = client
        self._reader = reader
        self._path = client.repository.path

    def heads(self) -> Mapping[BranchName, Sha]:
        """Every branch with its head."""
        return dict(self._reader.all(f"{self._path}/branches", answers.branches))

    def head(self, branch: str) -> Sha | None:
        """Where a branch stands now, `None` where there is none."""
        path = f"{self._path}/git/ref/heads/{branch_path(branch)}"
        return nothing_if_missing(lambda: self._reader.one(path, _target))

    def pushes(self, branch: str) -> tuple[Push, ...]:
        """Who moved it, oldest first."""
        parameters = {"ref": f"refs/heads/{branch_name(branch)}", "direction": "asc"}
        found = self._reader.all(f"{self._path}/activity", answers.pushes, parameters=parameters)
        return tuple(push for _, push in sorted(found, key=lambda item: item[0]))

    def commit(self, sha: Sha) -> CommitFacts:
        """Parents and message of a commit."""
        return self._reader.one(f"{self._path}/git/commits/{commit_id(sha)}", _commit_facts)

    def create_with(self, branch: str, *, base: Sha, commit: CommitOnBranch) -> Sha:
        """Makes the branch at `base` and the commit on it, in one request."""
        reference = {"repositoryId": self._node(), "name": f"refs/heads/{branch_name(branch)}", "oid": commit_id(base)}
        variables = {"ref": reference, "commit": self._commit_input(branch, base, commit)}
        return self._made(self._client.graphql(_CREATE_AND_COMMIT, variables, what=f"a commit on the new {branch}"))

    def commit_on(self, branch: str, *, base: Sha, commit: CommitOnBranch) -> Sha:
        """Makes the commit on a branch that stands at `base`. Raises `Conflict` where it stands elsewhere."""
        variables = {"commit": self._commit_input(branch, base, commit)}
        return self._made(self._client.graphql(_COMMIT, variables, what=f"a commit on {branch}"))

    def move(self, branch: str, *, before: Sha, after: Sha) -> None:
        """Moves a branch from `before` to `after`, by force. Raises `Conflict` where it stands elsewhere."""
        update = {"name": f"refs/heads/{branch_name(branch)}", "beforeOid": before, "afterOid": after, "force": True}
        variables = {"input": {"repositoryId": self._node(), "refUpdates": [update]}}
        try:
            self._client.graphql(_MOVE, variables, what=f"the move of {branch}")
        except (Transient, Terminal) as error:
            # The words of a refused move differ between forges; where the branch stands is certain.
            found = self.head(branch)
            if found == after:
                return
            if found != before:
                raise Conflict(f"{branch} stands at {found or 'nothing'}, not at {before}") from error
            raise

    def delete(self, branch: str) -> None:
        """Deletes a branch; nothing where it is gone."""
        path = f"{self._path}/git/refs/heads/{branch_path(branch)}"
        try:
            self._client.write("DELETE", path)
        except (Transient, Terminal):
            if self.head(branch) is not None:
                raise

    def is_behind(self, older: Sha, newer: Sha) -> bool:
        """Whether `older` is before `newer`, so that nothing is lost by moving from one to the other."""
        path = f"{self._path}/compare/{commit_id(older)}...{commit_id(newer)}"
        return self._reader.one(path, _status_of_comparison) in ("ahead", "identical")

    def _node(self) -> str:
        return self._reader.one(self._path, _node_id)

    def _commit_input(self, branch: str, base: Sha, commit: CommitOnBranch) -> dict[str, Any]:
        headline, _, body = commit.message.partition("\n")
        named = {"repositoryNameWithOwner": str(self._client.repository), "branchName": branch_name(branch)}
        additions = [
            {"path": path, "contents": base64.b64encode(content).decode()}
            for path, content in sorted(commit.files.items())
            if content is not None
        ]
        deletions = [{"path": path} for path, content in sorted(commit.files.items()) if content is None]
        return {
            "branch": named,
            "message": {"headline": headline, "body": body.strip("\n")},
            "fileChanges": {"additions": additions, "deletions": deletions},
            "expectedHeadOid": commit_id(base),
        }

    def _made(self, data: Mapping[str, Any]) -> Sha:
        try:
            return answers.commit(data["createCommitOnBranch"]["commit"]["oid"])
        except (KeyError, TypeError, ValueError) as error:
            raise errors.strange(error, what="a commit") from error


def same_message(one: str, other: str) -> bool:
    """Whether two commit messages say the same; the forge puts headline and body together again in its own way."""
    return [line.rstrip() for line in one.split("\n") if line.strip()] == [
        line.rstrip() for line in other.split("\n") if line.strip()
    ]


def _target(data: Any) -> Sha:
    return answers.commit(data["object"]["sha"])


def _node_id(data: Any) -> str:
    return str(data["node_id"])


def _status_of_comparison(data: Any) -> str:
    return str(data["status"])


def _commit_facts(data: Any) -> CommitFacts:
    return CommitFacts(
        sha=answers.commit(data["sha"]),
        parents=tuple(answers.commit(parent["sha"]) for parent in data["parents"]),
        message=str(data["message"]),
    )
