"""Pull requests and reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.forge import pull_state
from sandbox.forge.store import Document
from sandbox.forge.views import repositories, users

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

_ASSOCIATION = {"admin": "OWNER", "write": "COLLABORATOR", "read": "CONTRIBUTOR", "none": "NONE"}


def association(forge: Forge, account: Document, full_name: str) -> str:
    """`author_association`; a bot has none."""
    if account["type"] == "Bot":
        return "NONE"
    return _ASSOCIATION[forge.accounts.role(account, full_name)]


def label(forge: Forge, full_name: str, name: str) -> dict[str, Any]:
    """`label` as it stands in an issue; one that nobody defined has GitHub's default grey."""
    known = {record["name"].lower(): record for record in forge.store.all("label", full_name)}
    record = known.get(name.lower(), {"id": 0, "name": name, "color": "ededed", "description": None})
    return {
        "id": record["id"],
        "node_id": f"LA_{record['id']}",
        "url": f"{repositories.api(forge, full_name)}/labels/{record['name']}",
        "name": record["name"],
        "color": record["color"],
        "default": False,
        "description": record["description"],
        "archived_by": None,
    }


def own_label(forge: Forge, full_name: str, name: str) -> dict[str, Any]:
    """`label` where labels themselves are asked for."""
    return {**label(forge, full_name, name), "archived_at": None}


def _side(forge: Forge, full_name: str, ref: str, sha: str) -> dict[str, Any]:
    owner = repositories.owner(forge, full_name)
    return {
        "label": f"{owner['login']}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": users.simple(forge, owner),
        "repo": repositories.full(forge, full_name),
    }


def simple(forge: Forge, pull: Document) -> dict[str, Any]:
    """`pull-request-simple`, an entry of a list."""
    full_name, number = pull["repo"], pull["number"]
    url = repositories.api(forge, full_name)
    page = f"{forge.url}/{full_name}/pull/{number}"
    author = forge.accounts.by_id(pull["user"])
    addresses = _addresses(url, number, pull["head_sha"])
    return {
        "url": f"{url}/pulls/{number}",
        "id": pull["id"],
        "node_id": f"PR_{pull['id']}",
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        **{f"{name}_url": address for name, address in addresses.items()},
        "number": number,
        "state": pull["state"],
        "locked": False,
        "active_lock_reason": None,
        "title": pull["title"],
        "user": users.simple(forge, author),
        "body": pull["body"],
        "labels": [label(forge, full_name, name) for name in pull["labels"]],
        "milestone": None,
        "created_at": pull["created_at"],
        "updated_at": pull["updated_at"],
        "closed_at": pull["closed_at"],
        "merged_at": pull["merged_at"],
        "merge_commit_sha": pull["merge_commit_sha"],
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [users.simple(forge, forge.accounts.by_id(one)) for one in pull["requested_reviewers"]],
        "requested_teams": [],
        "head": _side(forge, full_name, pull["head_ref"], pull["head_sha"]),
        "base": _side(forge, full_name, pull["base_ref"], pull["base_sha"]),
        "_links": _links(page, f"{url}/pulls/{number}", addresses),
        "author_association": association(forge, author, full_name),
        "auto_merge": None,
        "draft": pull["draft"],
    }


def _addresses(url: str, number: int, head: str) -> dict[str, str]:
    return {
        "issue": f"{url}/issues/{number}",
        "commits": f"{url}/pulls/{number}/commits",
        "review_comments": f"{url}/pulls/{number}/comments",
        "review_comment": f"{url}/pulls/comments{{/number}}",
        "comments": f"{url}/issues/{number}/comments",
        "statuses": f"{url}/statuses/{head}",
    }


def _links(page: str, url: str, addresses: dict[str, str]) -> dict[str, Any]:
    links = {"self": url, "html": page, **addresses}
    return {name: {"href": address} for name, address in links.items()}


def full(forge: Forge, pull: Document) -> dict[str, Any]:
    """`pull-request`: with mergeability (null while it is being computed) and counts."""
    repository = forge.repository(pull["repo"])
    diff = pull_state.diff(repository, pull).stats
    merger = None if pull["merged_by"] is None else users.simple(forge, forge.accounts.by_id(pull["merged_by"]))
    comments = [one for one in forge.store.all("comment", pull["repo"]) if one["number"] == pull["number"]]
    return {
        **simple(forge, pull),
        "merged": pull["merged_at"] is not None,
        "mergeable": pull["mergeable"] if pull["state"] == "open" else None,
        "rebaseable": pull["mergeable"] if pull["state"] == "open" else None,
        "mergeable_state": pull_state.mergeable_state(forge, pull),
        "merged_by": merger,
        "comments": len(comments),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": len(pull_state.commits(repository, pull)),
        "additions": diff.insertions,
        "deletions": diff.deletions,
        "changed_files": diff.files_changed,
    }


def minimal(forge: Forge, pull: Document) -> dict[str, Any]:
    """`pull-request-minimal`, as check runs and runs name it."""
    url = repositories.api(forge, pull["repo"])
    name = pull["repo"].split("/")[1]
    repository = {"id": forge.record(pull["repo"])["id"], "url": url, "name": name}
    return {
        "id": pull["id"],
        "number": pull["number"],
        "url": f"{url}/pulls/{pull['number']}",
        "head": {"ref": pull["head_ref"], "sha": pull["head_sha"], "repo": repository},
        "base": {"ref": pull["base_ref"], "sha": pull["base_sha"], "repo": repository},
    }


def open_at(forge: Forge, full_name: str, sha: str) -> list[dict[str, Any]]:
    """The open pull requests whose head is this commit."""
    opened = [pull for pull in forge.store.all("pull", full_name) if pull["state"] == "open"]
    return [minimal(forge, pull) for pull in opened if pull["head_sha"] == sha]


def review(forge: Forge, record: Document) -> dict[str, Any]:
    """`pull-request-review`; one that is not submitted has no time."""
    full_name, number = record["repo"], record["number"]
    page = f"{forge.url}/{full_name}/pull/{number}"
    url = f"{repositories.api(forge, full_name)}/pulls/{number}"
    author = forge.accounts.by_id(record["user"])
    html_url = f"{page}#pullrequestreview-{record['id']}"
    answer = {
        "id": record["id"],
        "node_id": f"PRR_{record['id']}",
        "user": users.simple(forge, author),
        "body": record["body"],
        "state": record["state"],
        "html_url": html_url,
        "pull_request_url": url,
        "author_association": association(forge, author, full_name),
        "_links": {"html": {"href": html_url}, "pull_request": {"href": url}},
        "commit_id": record["commit_id"],
    }
    if record["submitted_at"] is not None:
        answer["submitted_at"] = record["submitted_at"]
    return answer
