"""The console's own files: served under the hash of what they hold, so that a browser keeps them for good."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fastapi import APIRouter, Request
from starlette.responses import Response

from controller.core.errors import Denied

router = APIRouter()
PATH = "/static/{name}"
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_KEPT = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class File:
    """One file with its hash."""

    content: bytes
    media_type: str
    digest: str


@cache
def files() -> Mapping[str, File]:
    """Every file that is served, by its name: read once, so that no request's path ever reaches the disk."""
    found: dict[str, File] = {}
    for entry in resources.files("controller.console").joinpath("static").iterdir():
        ending = entry.name.rpartition(".")[2]
        if ending in _TYPES:
            content = entry.read_bytes()
            found[entry.name] = File(content, _TYPES[ending], hashlib.sha256(content).hexdigest()[:16])
    return found


def static_url(name: str) -> str:
    """The address under which a browser may keep the file for good. `KeyError` for one that there is not."""
    return f"/static/{name}?v={files()[name].digest}"


@router.get(PATH)
def static_file(name: str, request: Request) -> Response:
    """One file; kept for good only under the hash that it has, so that an old page never pins a new file."""
    found = files().get(name)
    if found is None:
        raise Denied("NotFound", "there is no such file")
    etag = f'"{found.digest}"'
    headers = {"ETag": etag, "Cache-Control": _KEPT if request.query_params.get("v") == found.digest else "no-cache"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)
