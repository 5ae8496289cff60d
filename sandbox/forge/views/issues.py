"""Issues and their comments; every pull request is an issue too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.forge.store import Document
from sandbox.forge.views import pulls, repositories, users

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge


def issue(forge: Forge, record: Document) -> dict[str, Any]:
    """`issue`, from the record of an issue or of a pull request (which has a `head_sha`)."""
    full_name, number = record["repo"], record["number"]
    url = f"{repositories.api(forge, full_name)}/issues/{number}"
    author = forge.accounts.by_id(record["user"])
    is_pull = "head_sha" in record
    comments = [one for one in forge.store.all("comment", full_name) if one["number"] == number]
    answer = {
        "id": record["id"],
        "node_id": f"{'PR' if is_pull else 'I'}_{record['id']}",
        "url": url,
        "repository_url": repositories.api(forge, full_name),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": f"{forge.url}/{full_name}/{'pull' if is_pull else 'issues'}/{number}",
        "number": number,
        "state": record["state"],
        "state_reason": None,
        "title": record["title"],
        "body": record["body"],
        "user": users.simple(forge, author),
        "labels": [pulls.label(forge, full_name, name) for name in record["labels"]],
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "locked": False,
        "active_lock_reason": None,
        "comments": len(comments),
        "closed_at": record["closed_at"],
        "created_at": record["created_at"],
        "updated_at": record["updated_at"],
        "author_association": pulls.association(forge, author, full_name),
    }
    if is_pull:
        answer["draft"] = record["draft"]
        answer["pull_request"] = _pull_request(forge, record)
    return answer


def _pull_request(forge: Forge, pull: Document) -> dict[str, Any]:
    page = f"{forge.url}/{pull['repo']}/pull/{pull['number']}"
    return {
        "url": f"{repositories.api(forge, pull['repo'])}/pulls/{pull['number']}",
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "merged_at": pull["merged_at"],
    }


def comment(forge: Forge, record: Document) -> dict[str, Any]:
    """`issue-comment`."""
    full_name, number = record["repo"], record["number"]
    url = repositories.api(forge, full_name)
    author = forge.accounts.by_id(record["user"])
    place = "pull" if record["on_pull"] else "issues"
    bot_app = users.app(forge, author["app_id"]) if author["type"] == "Bot" else None
    return {
        "id": record["id"],
        "node_id": f"IC_{record['id']}",
        "url": f"{url}/issues/comments/{record['id']}",
        "html_url": f"{forge.url}/{full_name}/{place}/{number}#issuecomment-{record['id']}",
        "issue_url": f"{url}/issues/{number}",
        "user": users.simple(forge, author),
        "body": record["body"],
        "created_at": record["created_at"],
        "updated_at": record["updated_at"],
        "author_association": pulls.association(forge, author, full_name),
        "performed_via_github_app": bot_app,
    }
