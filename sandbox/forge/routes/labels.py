"""Labels of the repository and of its issues and pull requests."""

from __future__ import annotations

from typing import Any

from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.refusals import Refusal, not_found
from sandbox.forge.routes.issues import find_issue, save_issue
from sandbox.forge.views import pulls


def list_labels(call: Call) -> Any:
    """Labels of the repository, or of one issue."""
    if "number" in call.parameters:
        names = find_issue(call)["labels"]
    else:
        names = [one["name"] for one in call.forge.store.all("label", call.repository.full_name)]
    page, links = call.page(names)
    return Reply(200, [pulls.own_label(call.forge, call.repository.full_name, name) for name in page], links)


def create_label(call: Call) -> Any:
    """Define a label. Raises `Refusal` 422 where it is there."""
    name = str(call.body.get("name", ""))
    known = {one["name"].lower() for one in call.forge.store.all("label", call.repository.full_name)}
    if not name or name.lower() in known:
        raise Refusal(
            422,
            "Validation Failed",
            errors=[{"resource": "Label", "code": "already_exists" if name else "missing_field", "field": "name"}],
        )
    _define(call, name)
    return Reply(201, pulls.own_label(call.forge, call.repository.full_name, name))


def get_label(call: Call) -> Any:
    """One label of the repository."""
    name = call.parameters["label"]
    for one in call.forge.store.all("label", call.repository.full_name):
        if one["name"].lower() == name.lower():
            return pulls.own_label(call.forge, call.repository.full_name, name)
    raise not_found()


def _define(call: Call, name: str) -> None:
    full_name = call.repository.full_name
    if name.lower() not in {one["name"].lower() for one in call.forge.store.all("label", full_name)}:
        color = str(call.body.get("color", "ededed"))
        record = {"name": name, "color": color, "description": call.body.get("description")}
        call.forge.store.add("label", full_name, record)


def add_labels(call: Call) -> Any:
    """Put labels on; GitHub takes `{"labels": […]}` and a bare list. One that is not defined is."""
    return _label_issue(call, lambda old, given: [*old, *(name for name in given if name not in old)])


def set_labels(call: Call) -> Any:
    """Replace the labels."""
    return _label_issue(call, lambda old, given: given)


def _label_issue(call: Call, combine: Any) -> Any:
    record = find_issue(call)
    given = call.body.get("labels", call.body.get("", []))
    names = [one["name"] if isinstance(one, dict) else str(one) for one in given]
    for name in names:
        _define(call, name)
    record["labels"] = combine(record["labels"], names)
    save_issue(call, record)
    return [pulls.own_label(call.forge, record["repo"], name) for name in record["labels"]]


def remove_label(call: Call) -> Any:
    """Take one label off (all, where none is named)."""
    record, name = find_issue(call), call.parameters.get("label")
    if name is not None and name not in record["labels"]:
        raise not_found("Label does not exist")
    record["labels"] = [one for one in record["labels"] if name is not None and one != name]
    save_issue(call, record)
    if name is None:
        return Reply(204)
    return [pulls.own_label(call.forge, record["repo"], one) for one in record["labels"]]


_BASE = "/repos/{owner}/{name}"
_ONE = f"{_BASE}/issues/{{number:int}}"
# On a pull request the permission for pull requests is enough.
_READ, _WRITE = "issues:read|pull_requests:read", "issues:write|pull_requests:write"

ENDPOINTS = [
    Endpoint(method="GET", path=f"{_ONE}/labels", handler=list_labels, needs=_READ),
    Endpoint(method="POST", path=f"{_ONE}/labels", handler=add_labels, needs=_WRITE, creates=True),
    Endpoint(method="PUT", path=f"{_ONE}/labels", handler=set_labels, needs=_WRITE),
    Endpoint(method="DELETE", path=f"{_ONE}/labels", handler=remove_label, needs=_WRITE),
    Endpoint(method="DELETE", path=f"{_ONE}/labels/{{label:path}}", handler=remove_label, needs=_WRITE),
    Endpoint(method="GET", path=f"{_BASE}/labels", handler=list_labels, needs=_READ),
    Endpoint(method="POST", path=f"{_BASE}/labels", handler=create_label, needs=_WRITE, creates=True),
    Endpoint(method="GET", path=f"{_BASE}/labels/{{label:path}}", handler=get_label, needs=_READ),
]
