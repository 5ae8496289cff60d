"""Commits, trees, blobs, refs, differences."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pygit2

from sandbox.forge import clock
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.views import users
from sandbox.forge.views.repositories import api

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}


def when(person: pygit2.Signature) -> str:
    """A signature's time as GitHub writes it."""
    zone = timezone(timedelta(minutes=person.offset)) if person.offset else UTC
    return clock.stamp(datetime.fromtimestamp(person.time, zone))


def person(signature: pygit2.Signature) -> dict[str, Any]:
    """`git-user`."""
    return {"name": signature.name, "email": signature.email, "date": when(signature)}


def _account(forge: Forge, signature: pygit2.Signature) -> dict[str, Any] | None:
    account = forge.accounts.by_email(signature.email)
    return None if account is None else users.simple(forge, account)


def verification(forge: Forge, repository: GitRepository, commit: pygit2.Commit) -> dict[str, Any]:
    """`verification`: the forge vouches for commits that it made itself, and for no others."""
    if not forge.verified(repository.full_name, str(commit.id)):
        return {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
    return {
        "verified": True,
        "reason": "valid",
        "signature": "-----BEGIN PGP SIGNATURE-----\n\nsandbox\n-----END PGP SIGNATURE-----\n",
        "payload": f"tree {commit.tree.id}\n\n{commit.message}",
        "verified_at": when(commit.committer),
    }


def commit(
    forge: Forge, repository: GitRepository, found: pygit2.Commit, *, with_files: bool = False
) -> dict[str, Any]:
    """`commit` of the repository; files and counts only where one commit is asked for."""
    sha, url = str(found.id), api(forge, repository.full_name)
    answer: dict[str, Any] = {
        "sha": sha,
        "node_id": f"C_{sha}",
        "commit": {
            "author": person(found.author),
            "committer": person(found.committer),
            "message": found.message.rstrip("\n"),
            "tree": {"sha": str(found.tree.id), "url": f"{url}/git/trees/{found.tree.id}"},
            "url": f"{url}/git/commits/{sha}",
            "comment_count": 0,
            "verification": verification(forge, repository, found),
        },
        "url": f"{url}/commits/{sha}",
        "html_url": f"{forge.url}/{repository.full_name}/commit/{sha}",
        "comments_url": f"{url}/commits/{sha}/comments",
        "author": _account(forge, found.author),
        "committer": _account(forge, found.committer),
        "parents": [_parent(forge, repository, str(parent)) for parent in found.parent_ids],
    }
    if with_files:
        answer["files"] = files_of_commit(forge, repository, found)
        answer["stats"] = _stats(answer["files"])
    return answer


def _parent(forge: Forge, repository: GitRepository, sha: str) -> dict[str, str]:
    url = f"{api(forge, repository.full_name)}/commits/{sha}"
    return {"sha": sha, "url": url, "html_url": f"{forge.url}/{repository.full_name}/commit/{sha}"}


def _stats(files: list[dict[str, Any]]) -> dict[str, int]:
    additions = sum(file["additions"] for file in files)
    deletions = sum(file["deletions"] for file in files)
    return {"total": additions + deletions, "additions": additions, "deletions": deletions}


def git_commit(forge: Forge, repository: GitRepository, found: pygit2.Commit) -> dict[str, Any]:
    """`git-commit`, the object alone."""
    sha, url = str(found.id), api(forge, repository.full_name)
    return {
        "sha": sha,
        "node_id": f"C_{sha}",
        "url": f"{url}/git/commits/{sha}",
        "html_url": f"{forge.url}/{repository.full_name}/commit/{sha}",
        "author": person(found.author),
        "committer": person(found.committer),
        "tree": {"sha": str(found.tree.id), "url": f"{url}/git/trees/{found.tree.id}"},
        "message": found.message.rstrip("\n"),
        "parents": [
            {
                "sha": str(parent),
                "url": f"{url}/git/commits/{parent}",
                "html_url": f"{forge.url}/{repository.full_name}/commit/{parent}",
            }
            for parent in found.parent_ids
        ],
        "verification": verification(forge, repository, found),
    }


def simple(found: pygit2.Commit) -> dict[str, Any]:
    """`simple-commit`, as runs and check suites carry it."""
    return {
        "id": str(found.id),
        "tree_id": str(found.tree.id),
        "message": found.message.rstrip("\n"),
        "timestamp": when(found.committer),
        "author": {"name": found.author.name, "email": found.author.email},
        "committer": {"name": found.committer.name, "email": found.committer.email},
    }


def ref(forge: Forge, repository: GitRepository, name: str, sha: str) -> dict[str, Any]:
    """`git-ref`. An annotated tag's target is the tag object."""
    url = f"{api(forge, repository.full_name)}/git"
    kind = repository.handle[sha].type_str
    return {
        "ref": name,
        "node_id": f"REF_{forge.record(repository.full_name)['id']}:{name}",
        "url": f"{url}/{name}",
        "object": {"sha": sha, "type": kind, "url": f"{url}/{kind}s/{sha}"},
    }


def files_of_commit(forge: Forge, repository: GitRepository, found: pygit2.Commit) -> list[dict[str, Any]]:
    """What a commit changes against its first parent."""
    if not found.parent_ids:
        diff = found.tree.diff_to_tree(swap=True)
        assert isinstance(diff, pygit2.Diff)  # noqa: S101 - a tree against nothing gives no patch object
        return files(forge, repository, diff, str(found.id))
    return files(forge, repository, repository.diff(str(found.parent_ids[0]), str(found.id)), str(found.id))


def files(forge: Forge, repository: GitRepository, diff: pygit2.Diff, head: str) -> list[dict[str, Any]]:
    """`diff-entry` of each file; GitHub lists at most 300."""
    return [_file(forge, repository, patch, head) for patch in list(diff)[:300] if patch is not None]


def _file(forge: Forge, repository: GitRepository, patch: pygit2.Patch, head: str) -> dict[str, Any]:
    delta = patch.delta
    _, additions, deletions = patch.line_stats
    removed = delta.status_char() == "D"
    side = delta.old_file if removed else delta.new_file
    path = side.path
    entry = {
        "sha": str(side.id),
        "filename": path,
        "status": _STATUS.get(delta.status_char(), "changed"),
        "additions": additions,
        "deletions": deletions,
        "changes": additions + deletions,
        "blob_url": f"{forge.url}/{repository.full_name}/blob/{head}/{path}",
        "raw_url": f"{forge.url}/{repository.full_name}/raw/{head}/{path}",
        "contents_url": f"{api(forge, repository.full_name)}/contents/{path}?ref={head}",
    }
    if delta.status_char() == "R":
        entry["previous_filename"] = delta.old_file.path
    if not delta.is_binary and patch.hunks:
        entry["patch"] = _hunks(patch)
    return entry


def _hunks(patch: pygit2.Patch) -> str:
    lines = []
    for hunk in patch.hunks:
        lines.append(hunk.header.rstrip("\n"))
        lines += [f"{line.origin if line.origin in '+- ' else ''}{line.content.rstrip(chr(10))}" for line in hunk.lines]
    return "\n".join(lines)


def blob(forge: Forge, repository: GitRepository, found: pygit2.Blob) -> dict[str, Any]:
    """`blob`, its content in base64 with a line end every 60 characters."""
    sha = str(found.id)
    return {
        "sha": sha,
        "node_id": f"B_{sha}",
        "size": found.size,
        "url": f"{api(forge, repository.full_name)}/git/blobs/{sha}",
        "content": encoded(found.data),
        "encoding": "base64",
    }


def encoded(data: bytes) -> str:
    """Base64 as GitHub wraps it."""
    text = base64.b64encode(data).decode()
    return "".join(f"{text[start : start + 60]}\n" for start in range(0, len(text), 60))


def tree(forge: Forge, repository: GitRepository, found: pygit2.Tree, *, recursive: bool) -> dict[str, Any]:
    """`git-tree`, with all below it where `recursive`."""
    url = f"{api(forge, repository.full_name)}/git/trees"
    entries = list(_entries(forge, repository, found, "", recursive=recursive))
    return {"sha": str(found.id), "url": f"{url}/{found.id}", "tree": entries, "truncated": False}


def _entries(
    forge: Forge, repository: GitRepository, found: pygit2.Tree, prefix: str, *, recursive: bool
) -> list[dict[str, Any]]:
    url = f"{api(forge, repository.full_name)}/git"
    listed = []
    for item in found:
        kind = item.type_str
        path = f"{prefix}{item.name}"
        entry = {"path": path, "mode": f"{item.filemode:06o}", "type": kind, "sha": str(item.id)}
        entry["url"] = f"{url}/{kind}s/{item.id}"
        listed.append(entry)
        if isinstance(item, pygit2.Blob):
            entry["size"] = item.size  # type: ignore[assignment]  # an entry holds text but for this number
        elif recursive and isinstance(item, pygit2.Tree):
            listed += _entries(forge, repository, item, f"{path}/", recursive=True)
    return listed
