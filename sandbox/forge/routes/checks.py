"""Check runs, their annotations, check suites."""

from __future__ import annotations

from typing import Any

from sandbox.forge import check_results, checks
from sandbox.forge.accounts import Identity
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.refusals import forbidden, not_found
from sandbox.forge.store import Document
from sandbox.forge.views import checks as views


def _app(asker: Identity) -> int:
    if asker.app_id is None:
        raise forbidden("You must authenticate via a GitHub App.")
    return asker.app_id


def create_check_run(call: Call) -> Any:
    """A check run of the App that asks; people cannot make one."""
    record = checks.create(call.forge, call.repository, dict(call.body), app_id=_app(call.asker))
    return Reply(201, views.check_run(call.forge, record))


def update_check_run(call: Call) -> Any:
    """Change one's own check run."""
    record = checks.update(call.forge, call.repository, call.number("run"), dict(call.body), app_id=_app(call.asker))
    return views.check_run(call.forge, record)


def _run(call: Call) -> Document:
    record = call.forge.store.get("check_run", call.number("run"))
    if record is None or record["repo"] != call.repository.full_name:
        raise not_found()
    return record


def get_check_run(call: Call) -> Any:
    """One check run."""
    return views.check_run(call.forge, _run(call))


def list_annotations(call: Call) -> Any:
    """A check run's annotations in the order in which they were given."""
    record = _run(call)
    page, links = call.page(record["annotations"])
    return Reply(200, [views.annotation(call.forge, record, note) for note in page], links)


def list_for_commit(call: Call) -> Any:
    """Check runs of a commit: the newest of each App and name, or with `filter=all` every one."""
    query = call.query
    sha = str(call.repository.commit(call.parameters["ref"]).id)
    found = check_results.runs_at(call.forge, call.repository.full_name, sha)
    if query.get("filter", "latest") == "latest":
        found = check_results.latest(found)
    for key, field in (("check_name", "name"), ("status", "status")):
        if query.get(key):
            found = [run for run in found if run[field] == query[key]]
    if query.get("app_id"):
        found = [run for run in found if str(run["app"]) == query["app_id"]]
    return _listed(call, found)


def list_for_suite(call: Call) -> Any:
    """Check runs of a suite."""
    suite = _suite(call)
    runs = call.forge.store.all("check_run", suite["repo"])
    return _listed(call, [run for run in runs if run["suite"] == suite["id"]])


def _listed(call: Call, found: list[Document]) -> Reply:
    page, links = call.page(list(reversed(found)))
    shown = [views.check_run(call.forge, run) for run in page]
    return Reply(200, {"total_count": len(found), "check_runs": shown}, links)


def _suite(call: Call) -> Document:
    record = call.forge.store.get("check_suite", call.number("suite"))
    if record is None or record["repo"] != call.repository.full_name:
        raise not_found()
    return record


def get_suite(call: Call) -> Any:
    """One check suite."""
    return views.check_suite(call.forge, call.repository, _suite(call))


def list_suites(call: Call) -> Any:
    """Check suites of a commit: one for each App."""
    sha = str(call.repository.commit(call.parameters["ref"]).id)
    known = call.forge.store.all("check_suite", call.repository.full_name)
    found = [suite for suite in known if suite["head_sha"] == sha]
    page, links = call.page(found)
    shown = [views.check_suite(call.forge, call.repository, suite) for suite in page]
    return Reply(200, {"total_count": len(found), "check_suites": shown}, links)


_BASE = "/repos/{owner}/{name}"
_RUN = f"{_BASE}/check-runs/{{run:int}}"
_SUITE = f"{_BASE}/check-suites/{{suite:int}}"

ENDPOINTS = [
    Endpoint(method="POST", path=f"{_BASE}/check-runs", handler=create_check_run, needs="checks:write", creates=True),
    Endpoint(method="GET", path=_RUN, handler=get_check_run, needs="checks:read"),
    Endpoint(method="PATCH", path=_RUN, handler=update_check_run, needs="checks:write"),
    Endpoint(method="GET", path=f"{_RUN}/annotations", handler=list_annotations, needs="checks:read"),
    Endpoint(
        method="GET", path=f"{_BASE}/commits/{{ref:path}}/check-runs", handler=list_for_commit, needs="checks:read"
    ),
    Endpoint(method="GET", path=f"{_BASE}/commits/{{ref:path}}/check-suites", handler=list_suites, needs="checks:read"),
    Endpoint(method="GET", path=_SUITE, handler=get_suite, needs="checks:read"),
    Endpoint(method="GET", path=f"{_SUITE}/check-runs", handler=list_for_suite, needs="checks:read"),
]
