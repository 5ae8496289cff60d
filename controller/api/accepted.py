"""What takes time is answered with 202 and the place where it can be followed."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

from controller.access.routes import API


def follow(response: Response, *path: object) -> None:
    """Names the resource, by the parts of its path below the API's prefix."""
    response.headers["Location"] = "/".join((API, *(quote(str(part), safe="") for part in path)))
