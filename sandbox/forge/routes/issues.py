"""Issues (every pull request is one) and their comments."""

from __future__ import annotations

from typing import Any

from sandbox.forge import clock
from sandbox.forge.announcements import announce
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.refusals import invalid, not_found
from sandbox.forge.store import Document
from sandbox.forge.views import issues


def kind_of(record: Document) -> str:
    return "pull" if "head_sha" in record else "issue"


def _all(call: Call) -> list[Document]:
    full_name = call.repository.full_name
    return [*call.forge.store.all("issue", full_name), *call.forge.store.all("pull", full_name)]


def find_issue(call: Call) -> Document:
    for record in _all(call):
        if record["number"] == call.number("number"):
            return record
    raise not_found()


def list_issues(call: Call) -> Any:
    """Issues and pull requests, newest first; narrowed by `state`, `labels`, `since`."""
    state, since = call.query.get("state", "open"), call.query.get("since")
    labels = [name for name in call.query.get("labels", "").split(",") if name]
    found = [one for one in _all(call) if state in ("all", one["state"]) and set(labels) <= set(one["labels"])]
    if since:
        found = [one for one in found if clock.parse(one["updated_at"]) >= clock.parse(since)]
    page, links = call.page(sorted(found, key=lambda one: -one["number"]))
    return Reply(200, [issues.issue(call.forge, one) for one in page], links)


def get_issue(call: Call) -> Any:
    """One issue or pull request, as an issue."""
    return issues.issue(call.forge, find_issue(call))


def create_issue(call: Call) -> Any:
    """Open an issue."""
    full_name = call.repository.full_name
    if not call.body.get("title"):
        raise invalid("Issue", "title", "title can't be blank")
    moment = clock.stamp()
    record: Document = {
        "number": call.forge.store.next_number(f"number of {full_name}"),
        "title": call.body["title"],
        "body": call.body.get("body"),
        "state": "open",
        "user": call.asker.user["id"],
        "labels": [str(name) for name in call.body.get("labels", [])],
        "created_at": moment,
        "updated_at": moment,
        "closed_at": None,
    }
    call.forge.store.add("issue", full_name, record)
    return Reply(201, issues.issue(call.forge, record))


def update_issue(call: Call) -> Any:
    """Change title, body, labels or state."""
    record, body = find_issue(call), call.body
    record.update({key: body[key] for key in ("title", "body", "labels") if key in body})
    if body.get("state") in ("open", "closed") and body["state"] != record["state"]:
        _set_state(call, record, str(body["state"]))
    save_issue(call, record)
    return issues.issue(call.forge, record)


def _set_state(call: Call, record: Document, state: str) -> None:
    if kind_of(record) == "issue":
        record["state"], record["closed_at"] = state, clock.stamp() if state == "closed" else None
    elif state == "closed":
        call.forge.pulls.close(record, call.asker.user)
    else:
        call.forge.pulls.reopen(call.repository, record, call.asker.user)


def save_issue(call: Call, record: Document) -> None:
    record["updated_at"] = clock.stamp()
    call.forge.store.save(kind_of(record), record)


def list_comments(call: Call) -> Any:
    """Comments of one issue, oldest first."""
    number = find_issue(call)["number"]
    found = [one for one in call.forge.store.all("comment", call.repository.full_name) if one["number"] == number]
    return _shown(call, _since(call, found))


def list_all_comments(call: Call) -> Any:
    """Comments of the whole repository, by `sort` and `direction`, changed since `since`."""
    found = _since(call, call.forge.store.all("comment", call.repository.full_name))
    key = "updated_at" if call.query.get("sort") == "updated" else "created_at"
    newest_first = call.query.get("direction", "desc" if "sort" in call.query else "asc") == "desc"
    return _shown(call, sorted(found, key=lambda one: (one[key], one["id"]), reverse=newest_first))


def _since(call: Call, records: list[Document]) -> list[Document]:
    since = call.query.get("since")
    return [one for one in records if not since or clock.parse(one["updated_at"]) >= clock.parse(since)]


def _shown(call: Call, records: list[Document]) -> Reply:
    page, links = call.page(records)
    return Reply(200, [issues.comment(call.forge, one) for one in page], links)


def create_comment(call: Call) -> Any:
    """Say something on an issue or pull request."""
    record = find_issue(call)
    if not str(call.body.get("body") or "").strip():
        raise invalid("IssueComment", "body", "body can't be blank")
    moment = clock.stamp()
    comment: Document = {
        "number": record["number"],
        "on_pull": kind_of(record) == "pull",
        "user": call.asker.user["id"],
        "body": call.body["body"],
        "created_at": moment,
        "updated_at": moment,
    }
    call.forge.store.add("comment", call.repository.full_name, comment)
    save_issue(call, record)
    _announce(call, record, comment, "created")
    return Reply(201, issues.comment(call.forge, comment))


def _comment(call: Call) -> Document:
    record = call.forge.store.get("comment", call.number("comment"))
    if record is None or record["repo"] != call.repository.full_name:
        raise not_found()
    return record


def get_comment(call: Call) -> Any:
    """One comment."""
    return issues.comment(call.forge, _comment(call))


def update_comment(call: Call) -> Any:
    """Change a comment's text."""
    record = _comment(call)
    record.update(body=str(call.body.get("body", "")), updated_at=clock.stamp())
    call.forge.store.save("comment", record)
    return issues.comment(call.forge, record)


def delete_comment(call: Call) -> Any:
    """Take a comment away."""
    call.forge.store.remove("comment", _comment(call))
    return Reply(204)


def _announce(call: Call, record: Document, comment: Document, action: str) -> None:
    payload = {
        "action": action,
        "issue": issues.issue(call.forge, record),
        "comment": issues.comment(call.forge, comment),
    }
    announce(call.forge, "issue_comment", record["repo"], payload, call.asker.user)


_BASE = "/repos/{owner}/{name}"
_ISSUES = f"{_BASE}/issues"
_ONE = f"{_ISSUES}/{{number:int}}"
_COMMENT = f"{_ISSUES}/comments/{{comment:int}}"
# On a pull request the permission for pull requests is enough.
_READ, _WRITE = "issues:read|pull_requests:read", "issues:write|pull_requests:write"

ENDPOINTS = [
    Endpoint(method="GET", path=_ISSUES, handler=list_issues, needs=_READ),
    Endpoint(method="POST", path=_ISSUES, handler=create_issue, needs="issues:write", creates=True, readers=True),
    Endpoint(method="GET", path=f"{_ISSUES}/comments", handler=list_all_comments, needs=_READ),
    Endpoint(method="GET", path=_COMMENT, handler=get_comment, needs=_READ),
    Endpoint(method="PATCH", path=_COMMENT, handler=update_comment, needs=_WRITE),
    Endpoint(method="DELETE", path=_COMMENT, handler=delete_comment, needs=_WRITE),
    Endpoint(method="GET", path=_ONE, handler=get_issue, needs=_READ),
    Endpoint(method="PATCH", path=_ONE, handler=update_issue, needs=_WRITE),
    Endpoint(method="GET", path=f"{_ONE}/comments", handler=list_comments, needs=_READ),
    Endpoint(method="POST", path=f"{_ONE}/comments", handler=create_comment, needs=_WRITE, creates=True, readers=True),
]
