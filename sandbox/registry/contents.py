"""Answers whose body is (a part of) a file, and the ranges that a client may ask for."""

import re
from pathlib import Path

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.registry.errors import RegistryError

_CHUNK = 1 << 18


class FileContent(Response):
    """A file from `first` to `last` inclusive, sent chunk by chunk."""

    def __init__(self, path: Path, *, first: int, last: int, status: int, headers: dict[str, str]) -> None:
        length = last - first + 1
        super().__init__(None, status, headers={**headers, "Content-Length": str(length)})
        self._path, self._first, self._length = path, first, length

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the headers, then the bytes; for HEAD the headers alone."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        remaining = 0 if scope["method"] == "HEAD" else self._length
        with self._path.open("rb") as file:
            file.seek(self._first)
            while remaining > 0 and (chunk := file.read(min(_CHUNK, remaining))):
                remaining -= len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def file_content(path: Path, *, headers: dict[str, str], asked: str | None) -> FileContent:
    """The whole file, or the one byte range asked for (206); raises 416 for a range that is not there.

    A header that is no single byte range is ignored, as RFC 9110 section 14.2 allows: the client gets the whole.
    """
    size = path.stat().st_size
    headers = {**headers, "Accept-Ranges": "bytes"}
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", asked or "")
    if match is None or match[0] == "bytes=-":
        return FileContent(path, first=0, last=size - 1, status=200, headers=headers)
    first, last = _bounds(match[1], match[2], size=size)
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return FileContent(path, first=first, last=last, status=206, headers=headers)


def _bounds(first_text: str, last_text: str, *, size: int) -> tuple[int, int]:
    if not first_text:
        first, last = max(size - int(last_text), 0), size - 1
    else:
        first, last = int(first_text), min(int(last_text or size - 1), size - 1)
    if first > last:
        headers = {"Content-Range": f"bytes */{size}"}
        raise RegistryError(416, "RANGE_INVALID", f"the content has {size} bytes", headers)
    return first, last
