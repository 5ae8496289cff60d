"""Files and folders as `contents` gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pygit2

from sandbox.forge.git_repository import GitRepository
from sandbox.forge.views import commits
from sandbox.forge.views.repositories import api

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge


def _entry(forge: Forge, repository: GitRepository, item: pygit2.Object, path: str, ref: str) -> dict[str, Any]:
    is_file = isinstance(item, pygit2.Blob)
    url = f"{api(forge, repository.full_name)}/contents/{path}?ref={ref}"
    git_url = f"{api(forge, repository.full_name)}/git/{'blobs' if is_file else 'trees'}/{item.id}"
    page = f"{forge.url}/{repository.full_name}/{'blob' if is_file else 'tree'}/{ref}/{path}"
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": str(item.id),
        "size": item.size if isinstance(item, pygit2.Blob) else 0,
        "url": url,
        "html_url": page,
        "git_url": git_url,
        "download_url": f"{forge.url}/{repository.full_name}/raw/{ref}/{path}" if is_file else None,
        "type": "file" if is_file else "dir",
        "_links": {"self": url, "git": git_url, "html": page},
    }


def file(forge: Forge, repository: GitRepository, found: pygit2.Blob, path: str, ref: str) -> dict[str, Any]:
    """`content-file`."""
    return {
        **_entry(forge, repository, found, path, ref),
        "content": commits.encoded(found.data),
        "encoding": "base64",
    }


def folder(forge: Forge, repository: GitRepository, found: pygit2.Tree, path: str, ref: str) -> list[dict[str, Any]]:
    """`content-directory`."""
    prefix = f"{path}/" if path else ""
    return [_entry(forge, repository, item, f"{prefix}{item.name}", ref) for item in found]
