"""Deployments and their statuses."""

from __future__ import annotations

from typing import Any

from sandbox.forge import check_results, clock
from sandbox.forge.announcements import announce
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.refusals import Refusal, invalid, not_found
from sandbox.forge.store import Document
from sandbox.forge.views import checks as views

_STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")


def _deployment(call: Call) -> Document:
    record = call.forge.store.get("deployment", call.number("deployment"))
    if record is None or record["repo"] != call.repository.full_name:
        raise not_found()
    return record


def _statuses(call: Call, deployment: Document) -> list[Document]:
    known = call.forge.store.all("deployment_status", deployment["repo"])
    return [one for one in known if one["deployment"] == deployment["id"]]


def list_deployments(call: Call) -> Any:
    """Newest first; narrowed by `sha`, `ref`, `task`, `environment`."""
    found = list(reversed(call.forge.store.all("deployment", call.repository.full_name)))
    for key in ("sha", "ref", "task", "environment"):
        if call.query.get(key):
            found = [one for one in found if one[key] == call.query[key]]
    page, links = call.page(found)
    return Reply(200, [views.deployment(call.forge, one) for one in page], links)


def get_deployment(call: Call) -> Any:
    """One deployment."""
    return views.deployment(call.forge, _deployment(call))


def create_deployment(call: Call) -> Any:
    """A deployment of a ref. Contexts must be green unless `required_contexts` is given; nothing is merged here."""
    body, repository = call.body, call.repository
    ref = str(body.get("ref", ""))
    sha = repository.resolve(ref)
    if sha is None:
        raise Refusal(422, f"No ref found for: {ref}")
    _check_contexts(call, sha)
    moment = clock.stamp()
    record: Document = {
        "sha": sha,
        "ref": ref,
        "task": body.get("task", "deploy"),
        "payload": body.get("payload", {}),
        "environment": body.get("environment", "production"),
        "description": body.get("description"),
        "transient_environment": bool(body.get("transient_environment", False)),
        "production_environment": bool(
            body.get("production_environment", body.get("environment", "production") == "production")
        ),
        "creator": call.asker.user["id"],
        "created_at": moment,
        "updated_at": moment,
    }
    call.forge.store.add("deployment", repository.full_name, record)
    payload = {"action": "created", "deployment": views.deployment(call.forge, record)}
    announce(call.forge, "deployment", repository.full_name, payload, call.asker.user)
    return Reply(201, views.deployment(call.forge, record))


def _check_contexts(call: Call, sha: str) -> None:
    full_name, wanted = call.repository.full_name, call.body.get("required_contexts")
    states = {one["context"]: one["state"] for one in check_results.statuses_at(call.forge, full_name, sha)}
    runs = check_results.latest(check_results.runs_at(call.forge, full_name, sha))
    states.update({run["name"]: run["conclusion"] or "pending" for run in runs})
    failing = [name for name in (states if wanted is None else wanted) if states.get(name) != "success"]
    if failing:
        errors = [{"contexts": [{"context": name, "state": states.get(name, "pending")} for name in failing]}]
        raise Refusal(409, "Conflict: Commit status checks failed for this deployment.", errors=errors)


def delete_deployment(call: Call) -> Any:
    """Forget one that is not active. Raises `Refusal` 422 for an active one."""
    record = _deployment(call)
    statuses = _statuses(call, record)
    if statuses and statuses[-1]["state"] == "success":
        raise Refusal(
            422, "We cannot delete an active deployment unless it is the only deployment in a given environment."
        )
    call.forge.store.remove("deployment", record)
    return Reply(204)


def list_statuses(call: Call) -> Any:
    """Newest first."""
    page, links = call.page(list(reversed(_statuses(call, _deployment(call)))))
    return Reply(200, [views.deployment_status(call.forge, one) for one in page], links)


def get_status(call: Call) -> Any:
    """One status."""
    for one in _statuses(call, _deployment(call)):
        if one["id"] == call.number("status"):
            return views.deployment_status(call.forge, one)
    raise not_found()


def create_status(call: Call) -> Any:
    """What has become of a deployment; a success makes earlier ones of the environment inactive."""
    deployment, body = _deployment(call), call.body
    if body.get("state") not in _STATES:
        raise invalid("DeploymentStatus", "state", f"state is not one of {', '.join(_STATES)}")
    record = _add_status(call, deployment, dict(body))
    if body["state"] == "success" and body.get("auto_inactive", True):
        _retire_earlier(call, deployment)
    payload = {
        "action": "created",
        "deployment_status": views.deployment_status(call.forge, record),
        "deployment": views.deployment(call.forge, deployment),
    }
    announce(call.forge, "deployment_status", deployment["repo"], payload, call.asker.user)
    return Reply(201, views.deployment_status(call.forge, record))


def _add_status(call: Call, deployment: Document, wish: Document) -> Document:
    record: Document = {
        "deployment": deployment["id"],
        "state": wish["state"],
        "description": wish.get("description") or "",
        "environment": wish.get("environment") or deployment["environment"],
        "log_url": wish.get("log_url") or wish.get("target_url") or "",
        "environment_url": wish.get("environment_url") or "",
        "creator": call.asker.user["id"],
        "created_at": clock.stamp(),
    }
    deployment["updated_at"] = record["created_at"]
    call.forge.store.save("deployment", deployment)
    return call.forge.store.add("deployment_status", deployment["repo"], record)


def _retire_earlier(call: Call, deployment: Document) -> None:
    for other in call.forge.store.all("deployment", deployment["repo"]):
        same = other["environment"] == deployment["environment"] and other["id"] < deployment["id"]
        statuses = _statuses(call, other) if same and not other["transient_environment"] else []
        if statuses and statuses[-1]["state"] == "success" and not other["production_environment"]:
            _add_status(call, other, {"state": "inactive"})


_ALL = "/repos/{owner}/{name}/deployments"
_ONE = f"{_ALL}/{{deployment:int}}"
_READ, _WRITE = "deployments:read", "deployments:write"

ENDPOINTS = [
    Endpoint(method="GET", path=_ALL, handler=list_deployments, needs=_READ),
    Endpoint(method="POST", path=_ALL, handler=create_deployment, needs=_WRITE, creates=True),
    Endpoint(method="GET", path=_ONE, handler=get_deployment, needs=_READ),
    Endpoint(method="DELETE", path=_ONE, handler=delete_deployment, needs=_WRITE),
    Endpoint(method="GET", path=f"{_ONE}/statuses", handler=list_statuses, needs=_READ),
    Endpoint(method="POST", path=f"{_ONE}/statuses", handler=create_status, needs=_WRITE, creates=True),
    Endpoint(method="GET", path=f"{_ONE}/statuses/{{status:int}}", handler=get_status, needs=_READ),
]
