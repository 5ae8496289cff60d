"""What changes something. Each takes the mutation's input and gives its payload."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sandbox.forge import merges, refs, reverts, tree_edits
from sandbox.forge.access import permit
from sandbox.forge.git_repository import ZERO, GitRepository, Move, RefMovedError, signature
from sandbox.forge.graphql.objects import Objects, Value
from sandbox.forge.refusals import Refusal, not_found


def create_commit_on_branch(objects: Objects, wish: Value) -> Value:
    """Many files in one commit on a branch whose tip is what was expected; signed by the forge, by the asker.

    Raises `Refusal` of kind STALE_DATA where the branch has moved.
    """
    forge, asker = objects.forge, objects.asker
    repository, name = _branch(objects, wish["branch"])
    permit(forge, asker, repository.full_name, "contents:write")
    ref = f"refs/heads/{name}"
    tip = repository.target(ref)
    if tip is None:
        raise not_found(f'A ref named "{name}" was not found in the repository.')
    _expect(ref, tip, wish["expectedHeadOid"])
    commit = repository.write_commit(
        tree=_tree(repository, tip, wish.get("fileChanges") or {}),
        parents=[tip],
        message=_message(wish["message"]),
        author=signature(asker.user),
        committer=signature(forge.accounts.by_login("web-flow") or asker.user),
    )
    forge.mark_verified(repository.full_name, commit)
    _move(objects, repository, [Move(ref=ref, before=tip, after=commit)])
    return {
        "commit": objects.commit(repository, repository.commit(commit)),
        "ref": objects.ref(repository, ref),
    }


def _expect(ref: str, found: str, expected: str) -> None:
    if found != expected:
        message = f'Expected branch to point to "{expected}" but it points to "{found}".  Pull and try again.'
        raise Refusal(409, message, kind="STALE_DATA")


def _branch(objects: Objects, branch: Value) -> tuple[GitRepository, str]:
    if branch.get("id"):
        repository = objects.repository_of(branch["id"])
        return repository, branch["id"].partition(":")[2].removeprefix("refs/heads/")
    if not branch.get("repositoryNameWithOwner") or not branch.get("branchName"):
        raise Refusal(422, "A branch is named by its id, or by repositoryNameWithOwner and branchName.")
    name = branch["branchName"].removeprefix("refs/heads/")
    return objects.forge.repository(branch["repositoryNameWithOwner"]), name


def _tree(repository: GitRepository, tip: str, changes: Value) -> str:
    additions: dict[str, bytes] = {}
    for addition in changes.get("additions") or []:
        if addition["path"] in additions:
            raise Refusal(422, f"A path was requested more than once: {addition['path']}")
        try:
            additions[addition["path"]] = base64.b64decode(addition["contents"], validate=True)
        except binascii.Error as error:
            raise Refusal(422, f"Contents of {addition['path']} are not valid Base64.") from error
    deletions = [deletion["path"] for deletion in changes.get("deletions") or []]
    return tree_edits.edited(repository, tip, additions=additions, deletions=deletions)


def _message(message: Value) -> str:
    headline, body = message["headline"].strip(), (message.get("body") or "").strip()
    if not headline:
        raise Refusal(422, "A commit message's headline cannot be empty.")
    return f"{headline}\n\n{body}\n" if body else f"{headline}\n"


def _move(objects: Objects, repository: GitRepository, moves: list[Move]) -> None:
    try:
        refs.move(objects.forge, repository, moves, objects.asker)
    except RefMovedError as conflict:
        raise Refusal(409, f"Reference update failed: {conflict}", kind="STALE_DATA") from conflict


def create_ref(objects: Objects, wish: Value) -> Value:
    """A new ref by its full name."""
    repository = objects.repository_of(wish["repositoryId"])
    permit(objects.forge, objects.asker, repository.full_name, "contents:write")
    name = wish["name"]
    if not name.startswith("refs/") or repository.resolve(wish["oid"]) is None:
        raise Refusal(422, f"{name} is not a valid ref name, or {wish['oid']} is not here.")
    if repository.target(name) is not None:
        raise Refusal(422, f"A ref named {name} already exists in the repository.")
    _move(objects, repository, [Move(ref=name, before=ZERO, after=wish["oid"])])
    return {"ref": objects.ref(repository, name)}


def update_ref(objects: Objects, wish: Value) -> Value:
    """Move one ref, forward unless forced."""
    repository, name = objects.repository_of(wish["refId"]), wish["refId"].partition(":")[2]
    _update(objects, repository, [{"name": name, "afterOid": wish["oid"], "force": wish.get("force", False)}])
    return {"ref": objects.ref(repository, name)}


def delete_ref(objects: Objects, wish: Value) -> Value:
    """Take a ref away."""
    repository, name = objects.repository_of(wish["refId"]), wish["refId"].partition(":")[2]
    _update(objects, repository, [{"name": name, "afterOid": ZERO}])
    return {}


def update_refs(objects: Objects, wish: Value) -> Value:
    """Several refs at once, all or none; `beforeOid` (zeros: not there) must be what is found."""
    _update(objects, objects.repository_of(wish["repositoryId"]), wish["refUpdates"])
    return {}


def _update(objects: Objects, repository: GitRepository, updates: list[Value]) -> None:
    permit(objects.forge, objects.asker, repository.full_name, "contents:write")
    for update in updates:
        _check_update(repository, update)
    moves = [Move(ref=one["name"], before=one.get("beforeOid"), after=one["afterOid"]) for one in updates]
    _move(objects, repository, moves)


def _check_update(repository: GitRepository, update: Value) -> None:
    name, after, found = update["name"], update["afterOid"], repository.target(update["name"])
    if not name.startswith("refs/"):
        raise Refusal(422, f"{name} is not a full ref name.")
    if update.get("beforeOid") not in (None, found or ZERO):
        message = f"Reference update failed: {name} is at {found or ZERO}, expected {update['beforeOid']}"
        raise Refusal(409, message, kind="STALE_DATA")
    if after == ZERO:
        if found is None:
            raise not_found(f"{name} does not exist")
        return
    if repository.resolve(after) is None:
        raise Refusal(422, f"{after} is not an object of the repository.")
    if found and not update.get("force") and not repository.contains(found, after):
        raise Refusal(422, f"{name}: update is not a fast forward")


def revert_pull_request(objects: Objects, wish: Value) -> Value:
    """The Revert button."""
    pull = objects.pull_record(wish["pullRequestId"])
    permit(objects.forge, objects.asker, pull["repo"], "contents:write")
    permit(objects.forge, objects.asker, pull["repo"], "pull_requests:write")
    opened = reverts.revert(objects.forge, objects.forge.repository(pull["repo"]), pull, wish, objects.asker)
    return {"pullRequest": objects.pull(pull), "revertPullRequest": objects.pull(opened)}


def create_pull_request(objects: Objects, wish: Value) -> Value:
    """Open one."""
    repository = objects.repository_of(wish["repositoryId"])
    permit(objects.forge, objects.asker, repository.full_name, "pull_requests:write")
    opening = {**wish, "head": wish["headRefName"], "base": wish["baseRefName"]}
    return {"pullRequest": objects.pull(objects.forge.pulls.open(repository, opening, objects.asker.user))}


def close_pull_request(objects: Objects, wish: Value) -> Value:
    """Close one without merging."""
    pull = objects.pull_record(wish["pullRequestId"])
    permit(objects.forge, objects.asker, pull["repo"], "pull_requests:write")
    if pull["state"] == "open":
        objects.forge.pulls.close(pull, objects.asker.user)
    return {"pullRequest": objects.pull(pull)}


def merge_pull_request(objects: Objects, wish: Value) -> Value:
    """Merge one."""
    pull = objects.pull_record(wish["pullRequestId"])
    permit(objects.forge, objects.asker, pull["repo"], "contents:write")
    asked = {
        "sha": wish.get("expectedHeadOid"),
        "merge_method": wish.get("mergeMethod", "MERGE").lower(),
        "commit_title": wish.get("commitHeadline"),
        "commit_message": wish.get("commitBody"),
    }
    merges.merge(objects.forge, objects.forge.repository(pull["repo"]), pull, asked, objects.asker)
    return {"pullRequest": objects.pull(pull), "actor": objects.actor(objects.asker.user)}


MUTATIONS: dict[str, Any] = {
    "createCommitOnBranch": create_commit_on_branch,
    "createRef": create_ref,
    "updateRef": update_ref,
    "deleteRef": delete_ref,
    "updateRefs": update_refs,
    "revertPullRequest": revert_pull_request,
    "createPullRequest": create_pull_request,
    "closePullRequest": close_pull_request,
    "mergePullRequest": merge_pull_request,
}
