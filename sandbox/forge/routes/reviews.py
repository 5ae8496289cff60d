"""Reviews of a pull request, and who was asked for one."""

from __future__ import annotations

from typing import Any

from sandbox.forge import clock
from sandbox.forge.announcements import announce
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.refusals import Refusal, not_found
from sandbox.forge.store import Document
from sandbox.forge.views import pulls, users

_STATES = {"APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED", "COMMENT": "COMMENTED"}


def _pull(call: Call) -> Document:
    return call.forge.pulls.find(call.repository.full_name, call.number("number"))


def _reviews(call: Call) -> list[Document]:
    number = _pull(call)["number"]
    mine = call.asker.user["id"]
    found = [one for one in call.forge.store.all("review", call.repository.full_name) if one["number"] == number]
    return [one for one in found if one["state"] != "PENDING" or one["user"] == mine]


def _review(call: Call) -> Document:
    for review in _reviews(call):
        if review["id"] == call.number("review"):
            return review
    raise not_found()


def list_reviews(call: Call) -> Any:
    """Oldest first; what is not submitted is seen by its writer alone."""
    page, links = call.page(_reviews(call))
    return Reply(200, [pulls.review(call.forge, one) for one in page], links)


def get_review(call: Call) -> Any:
    """One review."""
    return pulls.review(call.forge, _review(call))


def create_review(call: Call) -> Any:
    """A review of the head (or of `commit_id`); without `event` it waits to be submitted."""
    pull, body = _pull(call), call.body
    record: Document = {
        "number": pull["number"],
        "user": call.asker.user["id"],
        "body": body.get("body") or "",
        "state": "PENDING",
        "commit_id": body.get("commit_id") or pull["head_sha"],
        "submitted_at": None,
    }
    if body.get("event"):
        _submit(call, pull, record, str(body["event"]))
    call.forge.store.add("review", call.repository.full_name, record)
    _announce(call, pull, record)
    return pulls.review(call.forge, record)


def submit_review(call: Call) -> Any:
    """Submit one that waits."""
    pull, record = _pull(call), _review(call)
    record["body"] = call.body.get("body") or record["body"]
    _submit(call, pull, record, str(call.body.get("event", "")))
    call.forge.store.save("review", record)
    _announce(call, pull, record)
    return pulls.review(call.forge, record)


def _submit(call: Call, pull: Document, record: Document, event: str) -> None:
    if event not in _STATES:
        raise Refusal(422, f"Invalid request.\n\n{event!r} is not a member of {', '.join(_STATES)}.")
    if event != "COMMENT" and pull["user"] == call.asker.user["id"]:
        verb = "approve" if event == "APPROVE" else "request changes on"
        raise Refusal(422, "Unprocessable Entity", errors=[f"Can not {verb} your own pull request"])
    record["state"], record["submitted_at"] = _STATES[event], clock.stamp()
    reviewers = pull["requested_reviewers"]
    pull["requested_reviewers"] = [one for one in reviewers if one != call.asker.user["id"]]
    call.forge.pulls.save(pull)


def dismiss_review(call: Call) -> Any:
    """An opinion that counts no longer."""
    record = _review(call)
    if record["state"] not in ("APPROVED", "CHANGES_REQUESTED"):
        raise Refusal(422, "Can not dismiss a commented pull request review")
    record["state"] = "DISMISSED"
    call.forge.store.save("review", record)
    _announce(call, _pull(call), record, "dismissed")
    return pulls.review(call.forge, record)


def _announce(call: Call, pull: Document, record: Document, action: str = "submitted") -> None:
    if record["state"] == "PENDING":
        return
    review = pulls.review(call.forge, record)
    payload = {
        "action": action,
        "review": {**review, "state": review["state"].lower()},
        "pull_request": pulls.simple(call.forge, pull),
    }
    announce(call.forge, "pull_request_review", pull["repo"], payload, call.asker.user)


def requested(call: Call) -> Any:
    """Who was asked and has not answered."""
    found = [call.forge.accounts.by_id(one) for one in _pull(call)["requested_reviewers"]]
    return {"users": [users.simple(call.forge, one) for one in found], "teams": []}


def request_reviews(call: Call) -> Any:
    """Ask people for a review. Raises `Refusal` 422 for those who may not."""
    pull = _pull(call)
    for account in _named(call):
        if account["id"] == pull["user"]:
            raise Refusal(422, "Review cannot be requested from pull request author.")
        if account["id"] not in pull["requested_reviewers"]:
            pull["requested_reviewers"].append(account["id"])
    call.forge.pulls.save(pull)
    return Reply(201, pulls.simple(call.forge, pull))


def withdraw_requests(call: Call) -> Any:
    """Ask no more."""
    pull = _pull(call)
    gone = {account["id"] for account in _named(call)}
    pull["requested_reviewers"] = [one for one in pull["requested_reviewers"] if one not in gone]
    call.forge.pulls.save(pull)
    return pulls.simple(call.forge, pull)


def _named(call: Call) -> list[Document]:
    accounts = [call.forge.accounts.by_login(login) for login in call.body.get("reviewers", [])]
    known = [account for account in accounts if account is not None]
    if len(known) < len(accounts):
        raise Refusal(422, "Reviews may only be requested from collaborators.")
    return known


_ONE = "/repos/{owner}/{name}/pulls/{number:int}"
_READ, _WRITE = "pull_requests:read", "pull_requests:write"
# Reading is enough to review; whether the opinion counts is judged at the merge.
_REVIEW = f"{_ONE}/reviews/{{review:int}}"

ENDPOINTS = [
    Endpoint(method="GET", path=f"{_ONE}/reviews", handler=list_reviews, needs=_READ),
    Endpoint(method="POST", path=f"{_ONE}/reviews", handler=create_review, needs=_WRITE, creates=True, readers=True),
    Endpoint(method="GET", path=_REVIEW, handler=get_review, needs=_READ),
    Endpoint(method="POST", path=f"{_REVIEW}/events", handler=submit_review, needs=_WRITE, creates=True, readers=True),
    Endpoint(method="PUT", path=f"{_REVIEW}/dismissals", handler=dismiss_review, needs=_WRITE),
    Endpoint(method="GET", path=f"{_ONE}/requested_reviewers", handler=requested, needs=_READ),
    Endpoint(method="POST", path=f"{_ONE}/requested_reviewers", handler=request_reviews, needs=_WRITE, creates=True),
    Endpoint(method="DELETE", path=f"{_ONE}/requested_reviewers", handler=withdraw_requests, needs=_WRITE),
]
