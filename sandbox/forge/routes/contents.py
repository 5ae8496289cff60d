"""Files by path: read, write, delete."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import pygit2

from sandbox.forge import refs, tree_edits
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.git_repository import Move, signature
from sandbox.forge.refusals import Refusal, not_found
from sandbox.forge.views import commits, contents


def get_contents(call: Call) -> Any:
    """A file or a folder at `ref` (the default branch without one)."""
    repository = call.repository
    ref = call.query.get("ref") or call.forge.default_branch(repository.full_name)
    sha = repository.resolve(ref)
    if sha is None:
        raise not_found(f"No commit found for the ref {ref}")
    path = call.parameters.get("path", "").strip("/")
    found = repository.entry(sha, path)
    if isinstance(found, pygit2.Blob):
        return contents.file(call.forge, repository, found, path, ref)
    if isinstance(found, pygit2.Tree):
        return contents.folder(call.forge, repository, found, path, ref)
    raise not_found()


def put_contents(call: Call) -> Any:
    """Write one file as one commit on a branch. Raises `Refusal` 409 or 422 where `sha` is not the file's."""
    path = call.parameters["path"].strip("/")
    try:
        content = base64.b64decode(str(call.body.get("content", "")))
    except binascii.Error as error:
        raise Refusal(422, "content is not valid Base64") from error
    existed = _check_sha(call, path)
    commit = _commit(call, path, {path: content}, [])
    found = call.repository.entry(commit, path)
    assert isinstance(found, pygit2.Blob)  # noqa: S101 - it was written a line above
    return Reply(200 if existed else 201, _written(call, commit, found, path))


def delete_contents(call: Call) -> Any:
    """Delete one file as one commit."""
    path = call.parameters["path"].strip("/")
    if not _check_sha(call, path):
        raise not_found()
    return _written(call, _commit(call, path, {}, [path]), None, path)


def _branch(call: Call) -> str:
    name = call.body.get("branch") or call.query.get("branch")
    return str(name or call.forge.default_branch(call.repository.full_name))


def _check_sha(call: Call, path: str) -> bool:
    tip = call.repository.branch(_branch(call))
    if tip is None:
        raise not_found(f"Branch {_branch(call)} not found")
    found = call.repository.entry(tip, path)
    wanted = call.body.get("sha") or call.query.get("sha")
    if found is None:
        return False
    if wanted is None:
        raise Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if wanted != str(found.id):
        raise Refusal(409, f"{path} does not match {wanted}")
    return True


def _commit(call: Call, path: str, additions: dict[str, bytes], deletions: list[str]) -> str:
    repository, branch = call.repository, _branch(call)
    tip = repository.branch(branch)
    assert tip is not None  # noqa: S101 - looked at a moment ago, in the same turn of the loop
    who = signature(call.asker.user)
    commit = repository.write_commit(
        tree=tree_edits.edited(repository, tip, additions=additions, deletions=deletions),
        parents=[tip],
        message=str(call.body.get("message") or call.query.get("message") or f"Update {path}"),
        author=who,
        committer=signature(call.forge.accounts.by_login("web-flow") or call.asker.user),
    )
    call.forge.mark_verified(repository.full_name, commit)
    refs.move(call.forge, repository, [Move(ref=f"refs/heads/{branch}", before=tip, after=commit)], call.asker)
    return commit


def _written(call: Call, commit: str, found: pygit2.Blob | None, path: str) -> dict[str, Any]:
    repository = call.repository
    shown = None
    if found is not None:
        shown = contents.file(call.forge, repository, found, path, _branch(call))
        del shown["content"], shown["encoding"]
    return {"content": shown, "commit": commits.git_commit(call.forge, repository, repository.commit(commit))}


_CONTENTS = "/repos/{owner}/{name}/contents"

ENDPOINTS = [
    Endpoint(method="GET", path=_CONTENTS, handler=get_contents, needs="contents:read"),
    Endpoint(method="GET", path=f"{_CONTENTS}/{{path:path}}", handler=get_contents, needs="contents:read"),
    Endpoint(
        method="PUT", path=f"{_CONTENTS}/{{path:path}}", handler=put_contents, needs="contents:write", creates=True
    ),
    Endpoint(method="DELETE", path=f"{_CONTENTS}/{{path:path}}", handler=delete_contents, needs="contents:write"),
]
