"""git blobs, trees, commits and tags as objects."""

from __future__ import annotations

import base64
from typing import Any

import pygit2

from sandbox.forge import clock, tree_edits
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.git_repository import signature
from sandbox.forge.refusals import not_found
from sandbox.forge.store import Document
from sandbox.forge.views import commits, repositories


def get_blob(call: Call) -> Any:
    """A file's content by its id."""
    found = call.repository.blob(call.parameters["sha"])
    if found is None:
        raise not_found()
    return commits.blob(call.forge, call.repository, found)


def create_blob(call: Call) -> Any:
    """Keep content, in base64 or as text."""
    text = str(call.body.get("content", ""))
    data = base64.b64decode(text) if call.body.get("encoding") == "base64" else text.encode()
    sha = str(call.repository.handle.create_blob(data))
    url = f"{repositories.api(call.forge, call.repository.full_name)}/git/blobs/{sha}"
    return Reply(201, {"sha": sha, "url": url})


def get_tree(call: Call) -> Any:
    """A tree by its id, a commit or a ref; `recursive` with any value but 0 or false gives all below."""
    recursive = call.query.get("recursive", "0").lower() not in ("0", "false")
    found = call.repository.tree(call.parameters["sha"])
    return commits.tree(call.forge, call.repository, found, recursive=recursive)


def create_tree(call: Call) -> Any:
    """Entries over a base tree."""
    sha = tree_edits.from_entries(call.repository, call.body.get("base_tree"), list(call.body.get("tree", [])))
    answer = commits.tree(call.forge, call.repository, call.repository.tree(sha), recursive=False)
    return Reply(201, answer)


def get_commit(call: Call) -> Any:
    """A commit's object."""
    sha = call.parameters["sha"]
    if call.repository.resolve(sha) is None:
        raise not_found()
    return commits.git_commit(call.forge, call.repository, call.repository.commit(sha))


def _person(call: Call, given: Document | None) -> pygit2.Signature:
    if given is None:
        return signature(call.asker.user)
    moment = clock.parse(given["date"]) if given.get("date") else clock.now()
    return pygit2.Signature(given["name"], given["email"], int(moment.timestamp()), 0)


def create_commit(call: Call) -> Any:
    """A commit that no ref points to. A bot's is verified when it names no author, committer or signature."""
    repository, body = call.repository, call.body
    for parent in body.get("parents", []):
        repository.commit(parent)
    author = _person(call, body.get("author"))
    committer = _person(call, body["committer"]) if body.get("committer") else author
    sha = repository.write_commit(
        tree=str(repository.tree(str(body.get("tree", ""))).id),
        parents=list(body.get("parents", [])),
        message=str(body.get("message", "")),
        author=author,
        committer=committer,
    )
    if call.asker.kind == "installation" and not {"author", "committer", "signature"} & set(body):
        call.forge.mark_verified(repository.full_name, sha)
    return Reply(201, commits.git_commit(call.forge, repository, repository.commit(sha)))


def get_tag(call: Call) -> Any:
    """An annotated tag's object."""
    found = call.repository.handle.get(call.parameters["sha"])
    if not isinstance(found, pygit2.Tag):
        raise not_found()
    url = f"{repositories.api(call.forge, call.repository.full_name)}/git"
    target = found.get_object()
    return {
        "node_id": f"TAG_{found.id}",
        "tag": found.name,
        "sha": str(found.id),
        "url": f"{url}/tags/{found.id}",
        "message": found.message,
        "tagger": commits.person(found.tagger),
        "object": {"sha": str(target.id), "type": target.type_str, "url": f"{url}/{target.type_str}s/{target.id}"},
    }


_GIT = "/repos/{owner}/{name}/git"

ENDPOINTS = [
    Endpoint(method="GET", path=f"{_GIT}/blobs/{{sha}}", handler=get_blob, needs="contents:read"),
    Endpoint(method="POST", path=f"{_GIT}/blobs", handler=create_blob, needs="contents:write", creates=True),
    Endpoint(method="GET", path=f"{_GIT}/trees/{{sha:path}}", handler=get_tree, needs="contents:read"),
    Endpoint(method="POST", path=f"{_GIT}/trees", handler=create_tree, needs="contents:write", creates=True),
    Endpoint(method="GET", path=f"{_GIT}/commits/{{sha}}", handler=get_commit, needs="contents:read"),
    Endpoint(method="POST", path=f"{_GIT}/commits", handler=create_commit, needs="contents:write", creates=True),
    Endpoint(method="GET", path=f"{_GIT}/tags/{{sha}}", handler=get_tag, needs="contents:read"),
]
