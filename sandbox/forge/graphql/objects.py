"""Records as values of the schema's types.

Each is a dictionary by field name; a function stands where a field takes arguments or costs something, and is called by
the engine only when the field is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pygit2

from sandbox.forge import check_results, pull_state
from sandbox.forge.access import permit
from sandbox.forge.accounts import Identity
from sandbox.forge.forge import Forge
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.refusals import Refusal, not_found
from sandbox.forge.store import Document
from sandbox.forge.views import commits, repositories, users
from sandbox.forge.views.pulls import label

Value = dict[str, Any]


def connection(values: list[Value], *, first: int | None = None, last: int | None = None, **_: Any) -> Value:
    """A GraphQL connection with the first or last of some values; cursors are not served."""
    shown = values[:first] if first is not None else values
    shown = shown[-last:] if last is not None else shown
    page = {"endCursor": None, "startCursor": None, "hasNextPage": len(shown) < len(values), "hasPreviousPage": False}
    return {"nodes": shown, "totalCount": len(values), "pageInfo": page}


def _listed(make: Callable[[], list[Value]]) -> Callable[..., Value]:
    return lambda info, **arguments: connection(make(), **arguments)


@dataclass(frozen=True)
class Objects:
    """Builds values for one asker."""

    forge: Forge
    asker: Identity

    def actor(self, account: Document) -> Value:
        """A User, Bot or Organization."""
        shown = users.simple(self.forge, account)
        return {
            "__typename": account["type"],
            "id": shown["node_id"],
            # GraphQL names a bot without the suffix that REST gives it.
            "login": account["login"].removesuffix("[bot]"),
            "databaseId": account["id"],
            "name": account["name"] or None,
            "email": account["email"],
            "url": shown["html_url"],
            "avatarUrl": shown["avatar_url"],
            "resourcePath": f"/{account['login']}",
        }

    def actor_of(self, identifier: int | None) -> Value | None:
        """The actor of an id in a record, or None."""
        return None if identifier is None else self.actor(self.forge.accounts.by_id(identifier))

    def repository(self, repository: GitRepository) -> Value:
        """A Repository. Raises `Refusal` where the asker may not see it."""
        permit(self.forge, self.asker, repository.full_name, "metadata:read")
        shown = repositories.full(self.forge, repository.full_name)
        role = self.forge.accounts.role(self.asker.user, repository.full_name)
        return {
            "__typename": "Repository",
            "id": shown["node_id"],
            "databaseId": shown["id"],
            "name": shown["name"],
            "nameWithOwner": shown["full_name"],
            "owner": self.actor(repositories.owner(self.forge, repository.full_name)),
            "url": shown["html_url"],
            "isPrivate": True,
            "isFork": False,
            "isArchived": False,
            "mergeCommitAllowed": True,
            "squashMergeAllowed": True,
            "rebaseMergeAllowed": True,
            "deleteBranchOnMerge": False,
            "viewerPermission": role.upper(),
            "defaultBranchRef": lambda info: self.ref(repository, f"refs/heads/{shown['default_branch']}"),
            "ref": lambda info, **by: self._named_ref(repository, by["qualifiedName"]),
            "refs": lambda info, **by: self._refs(repository, by.pop("refPrefix"), **by),
            "object": lambda info, **by: self._object(repository, **by),
            "pullRequest": lambda info, number: self.pull(self.forge.pulls.find(repository.full_name, number)),
            "pullRequests": lambda info, **by: self._pulls(repository, **by),
        }

    def _named_ref(self, repository: GitRepository, name: str) -> Value | None:
        return self.ref(repository, name if name.startswith("refs/") else f"refs/heads/{name}")

    def ref(self, repository: GitRepository, name: str) -> Value | None:
        """A Ref by its full name, or None."""
        sha = repository.target(name)
        if sha is None:
            return None
        kind, _, short = name.removeprefix("refs/").partition("/")
        return {
            "__typename": "Ref",
            "id": f"REF_{self.forge.record(repository.full_name)['id']}:{name}",
            "name": short,
            "prefix": f"refs/{kind}/",
            "target": lambda info: self.git_object(repository, repository.handle[sha]),
            "repository": lambda info: self.repository(repository),
        }

    def _refs(self, repository: GitRepository, prefix: str, **more: Any) -> Value:
        names = [name for name in repository.refs(prefix) if (more.pop("query", None) or "") in name]
        return connection([found for name in names if (found := self.ref(repository, name))], **more)

    def _object(self, repository: GitRepository, oid: str | None = None, expression: str | None = None) -> Value | None:
        revision, _, path = (oid or expression or "").partition(":")
        commit = repository.resolve(revision)
        if path and commit:
            found = repository.entry(commit, path)
        else:
            found = repository.handle.get(commit or revision) if commit or len(revision) == 40 else None
        return None if found is None else self.git_object(repository, found)

    def git_object(self, repository: GitRepository, found: Any) -> Value:
        """A Commit, Tree, Blob or Tag."""
        if isinstance(found, pygit2.Commit):
            return self.commit(repository, found)
        sha = str(found.id)
        value: Value = {"id": f"{found.type_str.upper()}_{sha}", "oid": sha, "abbreviatedOid": sha[:7]}
        value["__typename"] = found.type_str.title()
        if isinstance(found, pygit2.Blob):
            text = None if found.is_binary else found.data.decode("utf-8", "replace")
            value.update(byteSize=found.size, isBinary=found.is_binary, text=text)
        if isinstance(found, pygit2.Tag):
            value["name"] = found.name
        return value

    def commit(self, repository: GitRepository, found: pygit2.Commit) -> Value:
        """A Commit."""
        sha = str(found.id)
        headline, _, body = found.message.strip().partition("\n")
        parents = [repository.commit(str(parent)) for parent in found.parent_ids]
        return {
            "__typename": "Commit",
            "id": f"C_{self.forge.record(repository.full_name)['id']}:{sha}",
            "oid": sha,
            "abbreviatedOid": sha[:7],
            "message": found.message.rstrip("\n"),
            "messageHeadline": headline,
            "messageBody": body.strip(),
            "url": f"{self.forge.url}/{repository.full_name}/commit/{sha}",
            "committedDate": commits.when(found.committer),
            "authoredDate": commits.when(found.author),
            "author": self._git_actor(found.author),
            "committer": self._git_actor(found.committer),
            "parents": _listed(lambda: [self.commit(repository, parent) for parent in parents]),
            "tree": lambda info: self.git_object(repository, found.tree),
            "signature": self._signature(repository, sha),
            "statusCheckRollup": lambda info: self._rollup(repository, sha),
        }

    def _signature(self, repository: GitRepository, sha: str) -> Value | None:
        if not self.forge.verified(repository.full_name, sha):
            return None
        return {"__typename": "GpgSignature", "isValid": True, "wasSignedByGitHub": True}

    def _git_actor(self, signature: pygit2.Signature) -> Value:
        account = self.forge.accounts.by_email(signature.email)
        user = self.actor(account) if account is not None and account["type"] == "User" else None
        return {"name": signature.name, "email": signature.email, "date": commits.when(signature), "user": user}

    def _rollup(self, repository: GitRepository, sha: str) -> Value | None:
        runs = check_results.latest(check_results.runs_at(self.forge, repository.full_name, sha))
        if not runs:
            return None
        open_ones = any(run["status"] != "completed" for run in runs)
        well = all(run["conclusion"] in ("success", "neutral", "skipped") for run in runs)
        return {"id": f"SCR_{sha}", "state": "PENDING" if open_ones else "SUCCESS" if well else "FAILURE"}

    def _pulls(self, repository: GitRepository, states: list[str] | None = None, **more: Any) -> Value:
        records = self.forge.store.all("pull", repository.full_name)
        for argument, field in (("headRefName", "head_ref"), ("baseRefName", "base_ref")):
            wanted = more.pop(argument, None)
            records = [one for one in records if wanted is None or one[field] == wanted]
        order = more.pop("orderBy", None) or {"field": "CREATED_AT", "direction": "ASC"}
        field = "updated_at" if order["field"] == "UPDATED_AT" else "number"
        records = sorted(records, key=lambda one: one[field], reverse=order["direction"] == "DESC")
        values = [self.pull(one) for one in records]
        return connection([one for one in values if not states or one["state"] in states], **more)

    def pull(self, pull: Document) -> Value:
        """A PullRequest."""
        repository = self.forge.repository(pull["repo"])
        permit(self.forge, self.asker, repository.full_name, "pull_requests:read")
        merged = pull["merged_at"] is not None
        value = {
            "__typename": "PullRequest",
            "id": f"PR_{pull['id']}",
            "databaseId": pull["id"],
            "fullDatabaseId": str(pull["id"]),
            "number": pull["number"],
            "title": pull["title"],
            "body": pull["body"] or "",
            "state": "MERGED" if merged else pull["state"].upper(),
            "isDraft": pull["draft"],
            "merged": merged,
            "mergeable": {None: "UNKNOWN", True: "MERGEABLE", False: "CONFLICTING"}[pull["mergeable"]],
            "mergeStateStatus": lambda info: pull_state.mergeable_state(self.forge, pull).upper(),
            "closed": pull["state"] == "closed",
            "closedAt": pull["closed_at"],
            "createdAt": pull["created_at"],
            "updatedAt": pull["updated_at"],
            "mergedAt": pull["merged_at"],
            "url": f"{self.forge.url}/{pull['repo']}/pull/{pull['number']}",
            "headRefName": pull["head_ref"],
            "headRefOid": pull["head_sha"],
            "baseRefName": pull["base_ref"],
            "baseRefOid": pull["base_sha"],
            "isCrossRepository": False,
            "maintainerCanModify": False,
            "locked": False,
        }
        return {**value, **self._pull_edges(repository, pull), **self._pull_lists(repository, pull)}

    def _pull_edges(self, repository: GitRepository, pull: Document) -> Value:
        def merge_commit(_: Any) -> Value | None:
            sha = pull["merge_commit_sha"]
            return None if sha is None else self.commit(repository, repository.commit(sha))

        def whole(_: Any) -> Value:
            return self.repository(repository)

        return {
            "headRef": lambda info: self.ref(repository, f"refs/heads/{pull['head_ref']}"),
            "baseRef": lambda info: self.ref(repository, f"refs/heads/{pull['base_ref']}"),
            "author": self.actor_of(pull["user"]),
            "mergedBy": self.actor_of(pull["merged_by"]),
            "mergeCommit": merge_commit,
            "repository": whole,
            "baseRepository": whole,
            "headRepository": whole,
            "additions": lambda info: pull_state.diff(repository, pull).stats.insertions,
            "deletions": lambda info: pull_state.diff(repository, pull).stats.deletions,
            "changedFiles": lambda info: pull_state.diff(repository, pull).stats.files_changed,
            "reviewDecision": lambda info: self._decision(pull),
        }

    def _decision(self, pull: Document) -> str | None:
        opinions = pull_state.opinions(self.forge, pull)
        rules = self.forge.protection(pull["repo"], pull["base_ref"])
        if "CHANGES_REQUESTED" in opinions:
            return "CHANGES_REQUESTED"
        if rules is not None and opinions.count("APPROVED") < rules.required_approvals:
            return "REVIEW_REQUIRED"
        return "APPROVED" if "APPROVED" in opinions else None

    def _pull_lists(self, repository: GitRepository, pull: Document) -> Value:
        def of(kind: str) -> list[Document]:
            return [one for one in self.forge.store.all(kind, pull["repo"]) if one["number"] == pull["number"]]

        def reviews(_: Any, states: list[str] | None = None, **more: Any) -> Value:
            chosen = [one for one in of("review") if one["state"] in (states or [one["state"]])]
            return connection([self._review(repository, one) for one in chosen], **more)

        def brought() -> list[Value]:
            found = [self.commit(repository, one) for one in pull_state.commits(repository, pull)]
            return [{"id": f"PURC_{one['oid']}", "commit": one, "url": one["url"]} for one in found]

        return {
            "labels": _listed(lambda: [self._label(pull, name) for name in pull["labels"]]),
            "reviews": reviews,
            "comments": _listed(lambda: [self._comment(one) for one in of("comment")]),
            "commits": _listed(brought),
        }

    def _label(self, pull: Document, name: str) -> Value:
        shown = label(self.forge, pull["repo"], name)
        fields = {key: shown[key] for key in ("name", "color", "description")}
        return {"__typename": "Label", "id": shown["node_id"], **fields}

    def _review(self, repository: GitRepository, record: Document) -> Value:
        return {
            "__typename": "PullRequestReview",
            "id": f"PRR_{record['id']}",
            "databaseId": record["id"],
            "state": record["state"],
            "body": record["body"],
            "author": self.actor_of(record["user"]),
            "submittedAt": record["submitted_at"],
            "commit": lambda info: self.commit(repository, repository.commit(record["commit_id"])),
            "url": f"{self.forge.url}/{record['repo']}/pull/{record['number']}#pullrequestreview-{record['id']}",
        }

    def _comment(self, record: Document) -> Value:
        return {
            "__typename": "IssueComment",
            "id": f"IC_{record['id']}",
            "databaseId": record["id"],
            "body": record["body"],
            "author": self.actor_of(record["user"]),
            "createdAt": record["created_at"],
            "updatedAt": record["updated_at"],
            "url": f"{self.forge.url}/{record['repo']}/pull/{record['number']}#issuecomment-{record['id']}",
        }

    def pull_record(self, node_id: str) -> Document:
        """The record behind a pull request's node id. Raises `Refusal` NOT_FOUND."""
        kind, _, number = node_id.partition("_")
        record = self.forge.store.get("pull", int(number)) if kind == "PR" and number.isdigit() else None
        if record is None:
            raise not_found(f"Could not resolve to a node with the global id of '{node_id}'")
        return record

    def repository_of(self, node_id: str) -> GitRepository:
        """The repository behind a node id of it, of one of its refs or commits. Raises `Refusal` NOT_FOUND."""
        number = node_id.partition("_")[2].partition(":")[0]
        record = self.forge.store.get("repository", int(number)) if number.isdigit() else None
        if record is None:
            raise not_found(f"Could not resolve to a node with the global id of '{node_id}'")
        return self.forge.repository(record["repo"])

    def node(self, node_id: str) -> Value | None:
        """Whatever an id stands for. Raises `Refusal` NOT_FOUND."""
        kind, _, rest = node_id.partition("_")
        if kind == "PR":
            return self.pull(self.pull_record(node_id))
        if kind in ("U", "BOT", "O") and rest.isdigit():
            return self.actor_of(int(rest))
        if kind == "R":
            return self.repository(self.repository_of(node_id))
        if kind == "REF":
            return self.ref(self.repository_of(node_id), rest.partition(":")[2])
        if kind == "C":
            repository = self.repository_of(node_id)
            return self.commit(repository, repository.commit(rest.partition(":")[2]))
        raise Refusal(404, f"Could not resolve to a node with the global id of '{node_id}'", kind="NOT_FOUND")
