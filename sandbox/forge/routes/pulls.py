"""Pull requests: list, get, open, change, files, commits, merge."""

from __future__ import annotations

from typing import Any

from sandbox.forge import merges, merging, pull_state, refs
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.git_repository import Move, signature
from sandbox.forge.refusals import Refusal, invalid, not_found
from sandbox.forge.store import Document
from sandbox.forge.views import commits, pulls


def _pull(call: Call) -> Document:
    return call.forge.pulls.find(call.repository.full_name, call.number("number"))


def list_pulls(call: Call) -> Any:
    """Pull requests, narrowed by `state`, `head` (owner:branch), `base`; newest first unless asked otherwise."""
    query = call.query
    records = call.forge.store.all("pull", call.repository.full_name)
    state = query.get("state", "open")
    if state != "all":
        records = [pull for pull in records if pull["state"] == state]
    if query.get("head"):
        records = [pull for pull in records if pull["head_ref"] == query["head"].rpartition(":")[2]]
    if query.get("base"):
        records = [pull for pull in records if pull["base_ref"] == query["base"]]
    page, links = call.page(_sorted(records, query.get("sort", "created"), query.get("direction")))
    return Reply(200, [pulls.simple(call.forge, pull) for pull in page], links)


def _sorted(records: list[Document], key: str, direction: str | None) -> list[Document]:
    field = "updated_at" if key == "updated" else "created_at"
    newest_first = direction != "asc" if key == "created" else direction == "desc"
    return sorted(records, key=lambda pull: (pull[field], pull["number"]), reverse=newest_first)


def get_pull(call: Call) -> Any:
    """One pull request; `mergeable` is null until it has been computed."""
    return pulls.full(call.forge, _pull(call))


def create_pull(call: Call) -> Any:
    """Open one."""
    pull = call.forge.pulls.open(call.repository, dict(call.body), call.asker.user)
    answer = pulls.full(call.forge, pull)
    return Reply(201, answer, {"Location": answer["url"]})


def update_pull(call: Call) -> Any:
    """Change title, body, base or state."""
    pull, body = _pull(call), call.body
    if body.get("state") == "closed" and pull["state"] == "open":
        call.forge.pulls.close(pull, call.asker.user)
    elif body.get("state") == "open" and pull["state"] == "closed":
        call.forge.pulls.reopen(call.repository, pull, call.asker.user)
    changed = {key: body[key] for key in ("title", "body") if key in body and body[key] != pull[key]}
    if body.get("base") and body["base"] != pull["base_ref"]:
        changed.update(_other_base(call, str(body["base"])))
    if changed:
        pull.update(changed)
        call.forge.pulls.save(pull)
        call.forge.pulls.announce(pull, "edited", call.asker.user)
    return pulls.full(call.forge, pull)


def _other_base(call: Call, base: str) -> Document:
    sha = call.repository.branch(base)
    if sha is None:
        raise invalid("PullRequest", "base", "invalid")
    return {"base_ref": base, "base_sha": sha, "mergeable": None}


def list_files(call: Call) -> Any:
    """What it changes; GitHub stops at 300 files."""
    pull, repository = _pull(call), call.repository
    files = commits.files(call.forge, repository, pull_state.diff(repository, pull), pull["head_sha"])
    page, links = call.page(files)
    return Reply(200, page, links)


def list_commits(call: Call) -> Any:
    """The commits that it brings, oldest first; GitHub stops at 250."""
    repository = call.repository
    found = pull_state.commits(repository, _pull(call))[:250]
    page, links = call.page(found)
    return Reply(200, [commits.commit(call.forge, repository, one) for one in page], links)


def is_merged(call: Call) -> Any:
    """204 if it is, 404 if not."""
    if _pull(call)["merged_at"] is None:
        raise not_found()
    return Reply(204)


def merge_pull(call: Call) -> Any:
    """Merge it by `merge_method`, expecting the head at `sha`."""
    sha = merges.merge(call.forge, call.repository, _pull(call), dict(call.body), call.asker)
    return {"sha": sha, "merged": True, "message": "Pull Request successfully merged"}


def update_branch(call: Call) -> Any:
    """Merge the base into the head's branch, expecting the head at `expected_head_sha`."""
    pull, repository = _pull(call), call.repository
    expected = call.body.get("expected_head_sha")
    if expected not in (None, pull["head_sha"]):
        raise Refusal(422, "expected head sha didn’t match current head ref.")
    base = repository.branch(pull["base_ref"]) or ""
    tree = merging.merged_tree(repository, pull["head_sha"], base)
    if tree is None:
        raise Refusal(422, "merge conflict between base and head")
    commit = repository.write_commit(
        tree=tree,
        parents=[pull["head_sha"], base],
        message=f"Merge branch '{pull['base_ref']}' into {pull['head_ref']}\n",
        author=signature(call.asker.user),
        committer=signature(call.forge.accounts.by_login("web-flow") or call.asker.user),
    )
    call.forge.mark_verified(repository.full_name, commit)
    move = Move(ref=f"refs/heads/{pull['head_ref']}", before=pull["head_sha"], after=commit)
    refs.move(call.forge, repository, [move], call.asker)
    return Reply(202, {"message": "Updating pull request branch.", "url": pulls.simple(call.forge, pull)["html_url"]})


_PULLS = "/repos/{owner}/{name}/pulls"
_ONE = f"{_PULLS}/{{number:int}}"
_READ, _WRITE = "pull_requests:read", "pull_requests:write"

ENDPOINTS = [
    Endpoint(method="GET", path=_PULLS, handler=list_pulls, needs=_READ),
    Endpoint(method="POST", path=_PULLS, handler=create_pull, needs=_WRITE, creates=True),
    Endpoint(method="GET", path=_ONE, handler=get_pull, needs=_READ),
    Endpoint(method="PATCH", path=_ONE, handler=update_pull, needs=_WRITE),
    Endpoint(method="GET", path=f"{_ONE}/files", handler=list_files, needs=_READ),
    Endpoint(method="GET", path=f"{_ONE}/commits", handler=list_commits, needs=_READ),
    Endpoint(method="GET", path=f"{_ONE}/merge", handler=is_merged, needs=_READ),
    Endpoint(method="PUT", path=f"{_ONE}/merge", handler=merge_pull, needs="contents:write"),
    Endpoint(method="PUT", path=f"{_ONE}/update-branch", handler=update_branch, needs=_WRITE),
]
