"""git refs: get, list, create, update, delete."""

from __future__ import annotations

from typing import Any

import pygit2

from sandbox.forge import refs
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.git_repository import ZERO, Move
from sandbox.forge.refusals import Refusal, not_found
from sandbox.forge.views import commits


def _target(call: Call) -> tuple[str, str]:
    name = f"refs/{call.parameters['ref']}"
    sha = call.repository.target(name) if pygit2.reference_is_valid_name(name) else None
    if sha is None:
        raise not_found()
    return name, sha


def get_ref(call: Call) -> Any:
    """One ref by its full name without `refs/`."""
    return commits.ref(call.forge, call.repository, *_target(call))


def matching_refs(call: Call) -> Any:
    """Refs whose names begin so."""
    repository = call.repository
    found = repository.refs(f"refs/{call.parameters.get('ref', '')}")
    page, links = call.page([commits.ref(call.forge, repository, name, sha) for name, sha in found.items()])
    return Reply(200, page, links)


def create_ref(call: Call) -> Any:
    """A new ref. Raises `Refusal` 422 where it is there already or its object is not."""
    name, sha = str(call.body.get("ref", "")), str(call.body.get("sha", ""))
    repository = call.repository
    if not name.startswith("refs/") or name.count("/") < 2 or not pygit2.reference_is_valid_name(name):
        raise Refusal(422, "Reference name must start with 'refs/' and contain at least two slashes.")
    if len(sha) != 40 or repository.resolve(sha) is None:
        raise Refusal(422, "Object does not exist")
    if repository.target(name) is not None:
        raise Refusal(422, "Reference already exists")
    refs.move(call.forge, repository, [Move(ref=name, before=ZERO, after=sha)], call.asker)
    answer = commits.ref(call.forge, repository, name, sha)
    return Reply(201, answer, {"Location": answer["url"]})


def update_ref(call: Call) -> Any:
    """Move a ref forward, or anywhere with `force`. Raises `Refusal` 422."""
    name, found = _target(call)
    repository, sha = call.repository, str(call.body.get("sha", ""))
    if len(sha) != 40 or repository.resolve(sha) is None:
        raise Refusal(422, "Object does not exist")
    if not call.body.get("force") and not repository.contains(found, sha):
        raise Refusal(422, "Update is not a fast forward")
    refs.move(call.forge, repository, [Move(ref=name, before=found, after=sha)], call.asker)
    return commits.ref(call.forge, repository, name, sha)


def delete_ref(call: Call) -> Any:
    """Take a ref away. Raises `Refusal` 422 where it is not there, as GitHub does."""
    try:
        name, found = _target(call)
    except Refusal as error:
        raise Refusal(422, "Reference does not exist") from error
    refs.move(call.forge, call.repository, [Move(ref=name, before=found, after=ZERO)], call.asker)
    return Reply(204)


_GIT = "/repos/{owner}/{name}/git"

ENDPOINTS = [
    Endpoint(method="GET", path=f"{_GIT}/ref/{{ref:path}}", handler=get_ref, needs="contents:read"),
    Endpoint(method="GET", path=f"{_GIT}/matching-refs/{{ref:path}}", handler=matching_refs, needs="contents:read"),
    Endpoint(method="GET", path=f"{_GIT}/refs/{{ref:path}}", handler=get_ref, needs="contents:read"),
    Endpoint(method="GET", path=f"{_GIT}/refs", handler=matching_refs, needs="contents:read"),
    Endpoint(method="POST", path=f"{_GIT}/refs", handler=create_ref, needs="contents:write", creates=True),
    Endpoint(method="PATCH", path=f"{_GIT}/refs/{{ref:path}}", handler=update_ref, needs="contents:write"),
    Endpoint(method="DELETE", path=f"{_GIT}/refs/{{ref:path}}", handler=delete_ref, needs="contents:write"),
]
