"""Workflows, runs, jobs, logs."""

from __future__ import annotations

import re
from typing import Any

from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.refusals import Refusal, not_found
from sandbox.forge.store import Document
from sandbox.forge.views import workflows

_FOLDER = ".github/workflows"


def _files(call: Call, repository: GitRepository) -> list[str]:
    tip = repository.branch(call.forge.default_branch(repository.full_name))
    folder = repository.entry(tip, _FOLDER) if tip else None
    names = [item.name for item in folder] if folder is not None and folder.type_str == "tree" else []  # type: ignore[attr-defined]
    return [f"{_FOLDER}/{name}" for name in names if name and name.endswith((".yml", ".yaml"))]


def _records(call: Call) -> list[Document]:
    repository = call.repository
    for path in _files(call, repository):
        call.forge.runs.workflow_id(repository.full_name, path)
    return call.forge.store.all("workflow", repository.full_name)


def _name(repository: GitRepository, branch: str, path: str) -> str:
    text = (repository.read_file(repository.resolve(branch) or "", path) or b"").decode("utf-8", "replace")
    found = re.search(r"""^name:[ \t]*["']?(.+?)["']?[ \t]*$""", text, re.MULTILINE)
    return found.group(1) if found else path


def _workflow(call: Call) -> Document:
    wanted = call.parameters["workflow"]
    for record in _records(call):
        if wanted in (str(record["id"]), record["path"].rpartition("/")[2]):
            return record
    raise not_found()


def _shown(call: Call, record: Document) -> Document:
    repository = call.repository
    branch = call.forge.default_branch(repository.full_name)
    return workflows.workflow(call.forge, record, _name(repository, branch, record["path"]))


def list_workflows(call: Call) -> Any:
    """The workflow files of the default branch."""
    present = set(_files(call, call.repository))
    found = [_shown(call, one) for one in _records(call) if one["path"] in present]
    page, links = call.page(found)
    return Reply(200, {"total_count": len(found), "workflows": page}, links)


def get_workflow(call: Call) -> Any:
    """One workflow, by id or file name."""
    return _shown(call, _workflow(call))


def dispatch(call: Call) -> Any:
    """Start a run of a workflow at a ref. 204, or the run's addresses with `return_run_details`."""
    record, repository = _workflow(call), call.repository
    ref = str(call.body.get("ref", ""))
    sha = repository.resolve(ref)
    if sha is None:
        raise Refusal(422, f"No ref found for: {ref}")
    if repository.read_file(sha, record["path"]) is None:
        raise not_found()
    dispatcher = call.forge.runs.dispatcher
    if dispatcher is None:
        raise Refusal(503, "No runner is connected")
    run = dispatcher.dispatch(
        repository=repository.full_name,
        path=record["path"],
        ref=ref.removeprefix("refs/heads/"),
        sha=sha,
        inputs={key: _text(value) for key, value in (call.body.get("inputs") or {}).items()},
        actor=call.asker.user,
    )
    if not call.body.get("return_run_details"):
        return Reply(204)
    shown = workflows.run(call.forge, call.forge.runs.get(run))
    return {"workflow_run_id": run, "run_url": shown["url"], "html_url": shown["html_url"]}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def list_runs(call: Call) -> Any:
    """Runs, newest first; narrowed by event, head_sha, branch, status (or conclusion), actor, workflow."""
    query = call.query
    found = list(reversed(call.forge.store.all("run", call.repository.full_name)))
    if "workflow" in call.parameters:
        workflow = _workflow(call)["id"]
        found = [run for run in found if run["workflow_id"] == workflow]
    for key, field in (("event", "event"), ("head_sha", "head_sha"), ("branch", "head_branch")):
        if query.get(key):
            found = [run for run in found if run[field] == query[key]]
    if query.get("status"):
        found = [run for run in found if query["status"] in (run["status"], run["conclusion"])]
    if query.get("actor"):
        found = [run for run in found if call.forge.accounts.by_id(run["actor"])["login"] == query["actor"]]
    page, links = call.page(found)
    shown = [workflows.run(call.forge, run) for run in page]
    return Reply(200, {"total_count": len(found), "workflow_runs": shown}, links)


def _run(call: Call) -> Document:
    record = call.forge.runs.get(call.number("run"))
    if record["repo"] != call.repository.full_name:
        raise not_found()
    return record


def get_run(call: Call) -> Any:
    """One run."""
    return workflows.run(call.forge, _run(call))


def cancel_run(call: Call) -> Any:
    """End a run early. Raises `Refusal` 409 for one that has ended."""
    record = _run(call)
    if record["status"] == "completed":
        raise Refusal(409, "Cannot cancel a workflow run that is completed.")
    if call.forge.runs.dispatcher is not None:
        call.forge.runs.dispatcher.cancel(record["id"])
    return Reply(202, {})


def list_jobs(call: Call) -> Any:
    """A run's jobs."""
    found = call.forge.runs.jobs(_run(call)["id"])
    page, links = call.page(found)
    shown = [workflows.job(call.forge, job) for job in page]
    return Reply(200, {"total_count": len(found), "jobs": shown}, links)


def _job(call: Call) -> Document:
    record = call.forge.runs.job(call.number("job"))
    if record["repo"] != call.repository.full_name:
        raise not_found()
    return record


def get_job(call: Call) -> Any:
    """One job with its steps."""
    return workflows.job(call.forge, _job(call))


def job_log(call: Call) -> Any:
    """302 to the text, which can be read while the job runs."""
    record = _job(call)
    if not call.forge.runs.log_path(record["id"]).exists():
        raise not_found()
    return Reply(302, None, {"Location": f"{call.forge.url}/_logs/{call.forge.runs.log_key(record['id'])}"})


def artifacts(call: Call) -> Any:
    """Artifacts are kept by the runner; the forge lists none."""
    _run(call)
    return {"total_count": 0, "artifacts": []}


def list_variables(call: Call) -> Any:
    """Variables for workflows. Secrets are never listed with values."""
    moment = call.forge.record(call.repository.full_name)["created_at"]
    values = call.forge.variables(call.repository.full_name)
    shown = [{"name": key, "value": value, "created_at": moment, "updated_at": moment} for key, value in values.items()]
    return {"total_count": len(shown), "variables": shown}


_ACTIONS = "/repos/{owner}/{name}/actions"
_WORKFLOW = f"{_ACTIONS}/workflows/{{workflow}}"
_RUN = f"{_ACTIONS}/runs/{{run:int}}"
_JOB = f"{_ACTIONS}/jobs/{{job:int}}"
_READ, _WRITE = "actions:read", "actions:write"

ENDPOINTS = [
    Endpoint(method="GET", path=f"{_ACTIONS}/workflows", handler=list_workflows, needs=_READ),
    Endpoint(method="GET", path=_WORKFLOW, handler=get_workflow, needs=_READ),
    Endpoint(method="POST", path=f"{_WORKFLOW}/dispatches", handler=dispatch, needs=_WRITE, creates=True),
    Endpoint(method="GET", path=f"{_WORKFLOW}/runs", handler=list_runs, needs=_READ),
    Endpoint(method="GET", path=f"{_ACTIONS}/runs", handler=list_runs, needs=_READ),
    Endpoint(method="GET", path=_RUN, handler=get_run, needs=_READ),
    Endpoint(method="POST", path=f"{_RUN}/cancel", handler=cancel_run, needs=_WRITE),
    Endpoint(method="GET", path=f"{_RUN}/jobs", handler=list_jobs, needs=_READ),
    Endpoint(method="GET", path=f"{_RUN}/artifacts", handler=artifacts, needs=_READ),
    Endpoint(method="GET", path=_JOB, handler=get_job, needs=_READ),
    Endpoint(method="GET", path=f"{_JOB}/logs", handler=job_log, needs=_READ),
    Endpoint(method="GET", path=f"{_ACTIONS}/variables", handler=list_variables, needs="variables:read|actions:read"),
]
