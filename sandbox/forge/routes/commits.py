"""Commits of a repository, comparison of two, statuses."""

from __future__ import annotations

from typing import Any

import pygit2

from sandbox.forge import check_results, clock
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.refusals import Refusal, invalid, not_found
from sandbox.forge.views import checks, commits, pulls, repositories

_STATES = ("error", "failure", "pending", "success")


def list_commits(call: Call) -> Any:
    """History from `sha` (default branch without), newest first; narrowed by `path`."""
    repository = call.repository
    start = call.query.get("sha") or call.forge.default_branch(repository.full_name)
    found = repository.resolve(start)
    if found is None:
        raise not_found()
    size, page = int(call.query.get("per_page") or 30), int(call.query.get("page") or 1)
    known = repository.history(found, limit=size * page + 1, path=call.query.get("path", ""))
    shown, links = call.page(known)
    return Reply(200, [commits.commit(call.forge, repository, one) for one in shown], links)


def get_commit(call: Call) -> Any:
    """One commit with what it changes; `Accept: …sha` is not served."""
    repository = call.repository
    found = repository.commit(call.parameters["ref"])
    return commits.commit(call.forge, repository, found, with_files=True)


def pulls_of_commit(call: Call) -> Any:
    """Pull requests that brought a commit, or whose head it is."""
    repository, sha = call.repository, call.repository.resolve(call.parameters["ref"])
    records = [
        pull
        for pull in call.forge.store.all("pull", repository.full_name)
        if sha in (pull["head_sha"], pull["merge_commit_sha"])
    ]
    return [pulls.simple(call.forge, pull) for pull in reversed(records)]


def compare(call: Call) -> Any:
    """`commit-comparison` of BASE...HEAD."""
    repository = call.repository
    left, dots, right = call.parameters["basehead"].partition("...")
    sides = [side.rpartition(":")[2] for side in (left, right)]
    if not dots or any(repository.resolve(side) is None for side in sides):
        raise not_found()
    base, head = (repository.commit(side) for side in sides)
    common = repository.merge_base(str(base.id), str(head.id))
    if common is None:
        raise not_found(f"No common ancestor between {left} and {right}.")
    return _comparison(call, base, head, common)


def _comparison(call: Call, base: pygit2.Commit, head: pygit2.Commit, common: str) -> dict[str, Any]:
    repository, forge = call.repository, call.forge
    ahead = repository.commits_between(str(base.id), str(head.id))
    behind = len(repository.commits_between(str(head.id), str(base.id)))
    status = "diverged" if ahead and behind else "ahead" if ahead else "behind" if behind else "identical"
    page = f"{forge.url}/{repository.full_name}/compare/{call.parameters['basehead']}"
    return {
        "url": f"{repositories.api(forge, repository.full_name)}/compare/{call.parameters['basehead']}",
        "html_url": page,
        "permalink_url": f"{forge.url}/{repository.full_name}/compare/{base.id}...{head.id}",
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": commits.commit(forge, repository, base),
        "merge_base_commit": commits.commit(forge, repository, repository.commit(common)),
        "status": status,
        "ahead_by": len(ahead),
        "behind_by": behind,
        "total_commits": len(ahead),
        "commits": [commits.commit(forge, repository, one) for one in ahead[:250]],
        "files": commits.files(forge, repository, repository.diff(common, str(head.id)), str(head.id)),
    }


def _sha(call: Call) -> str:
    return str(call.repository.commit(call.parameters["ref"]).id)


def create_status(call: Call) -> Any:
    """A status of a commit; anyone with write access may set any."""
    if call.body.get("state") not in _STATES:
        raise invalid("Status", "state", f"state is not one of {', '.join(_STATES)}")
    sha = call.repository.resolve(call.parameters["ref"])
    if sha is None:
        raise Refusal(422, f"No commit found for SHA: {call.parameters['ref']}")
    record = {
        "sha": sha,
        "state": call.body["state"],
        "context": call.body.get("context", "default"),
        "description": call.body.get("description"),
        "target_url": call.body.get("target_url"),
        "creator": call.asker.user["id"],
        "created_at": clock.stamp(),
    }
    call.forge.store.add("status", call.repository.full_name, record)
    return Reply(201, checks.status(call.forge, record))


def list_statuses(call: Call) -> Any:
    """All statuses of a commit, newest first."""
    found = reversed(check_results.statuses_at(call.forge, call.repository.full_name, _sha(call)))
    page, links = call.page([checks.status(call.forge, one) for one in found])
    return Reply(200, page, links)


def combined_status(call: Call) -> Any:
    """The newest status of each context, and what they come to."""
    sha, full_name = _sha(call), call.repository.full_name
    latest = {one["context"]: one for one in check_results.statuses_at(call.forge, full_name, sha)}
    return checks.combined(call.forge, full_name, sha, list(latest.values()))


_BASE = "/repos/{owner}/{name}"

ENDPOINTS = [
    Endpoint(method="GET", path=f"{_BASE}/commits", handler=list_commits, needs="contents:read"),
    Endpoint(method="GET", path=f"{_BASE}/compare/{{basehead:path}}", handler=compare, needs="contents:read"),
    Endpoint(
        method="POST", path=f"{_BASE}/statuses/{{ref}}", handler=create_status, needs="statuses:write", creates=True
    ),
    Endpoint(method="GET", path=f"{_BASE}/commits/{{ref:path}}/statuses", handler=list_statuses, needs="statuses:read"),
    Endpoint(method="GET", path=f"{_BASE}/commits/{{ref:path}}/status", handler=combined_status, needs="statuses:read"),
    Endpoint(
        method="GET", path=f"{_BASE}/commits/{{ref:path}}/pulls", handler=pulls_of_commit, needs="pull_requests:read"
    ),
]

# The most general path of all that begin with /commits/; it is listed after those of `checks` too.
LAST = Endpoint(method="GET", path=f"{_BASE}/commits/{{ref:path}}", handler=get_commit, needs="contents:read")
