"""Uploads: files that grow, chunk by chunk, until their digest is verified."""

import json
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from sandbox.registry.digests import Digest, digest_of_file
from sandbox.registry.errors import RegistryError, digest_invalid, upload_unknown
from sandbox.registry.store import Store


@dataclass(frozen=True)
class Upload:
    """An upload that was begun and not finished; it survives a restart, because it is only files."""

    id: str
    repository: str
    content: Path

    def size(self) -> int:
        """How many bytes have arrived."""
        return self.content.stat().st_size


class Uploads:
    """The uploads under way."""

    def __init__(self, root: Path, store: Store) -> None:
        self._root = root / "uploads"
        self._root.mkdir(parents=True, exist_ok=True)
        self._store = store

    def begin(self, repository: str) -> Upload:
        """A new, empty upload for a repository."""
        upload = Upload(secrets.token_hex(16), repository, self._root / secrets.token_hex(16))
        upload.content.touch()
        note = {"repository": repository, "content": upload.content.name}
        self._store.write(self._note(upload.id), json.dumps(note).encode())
        return upload

    def find(self, identifier: str, repository: str) -> Upload:
        """The upload with this id in this repository; an upload's id alone opens no other repository."""
        if not re.fullmatch(r"[0-9a-f]{32}", identifier) or not (note := self._note(identifier)).is_file():
            raise upload_unknown()
        found = json.loads(note.read_text())
        if found["repository"] != repository:
            raise upload_unknown()
        return Upload(identifier, repository, self._root / found["content"])

    def cancel(self, upload: Upload) -> None:
        """Forgets an upload and its bytes."""
        self._note(upload.id).unlink(missing_ok=True)
        upload.content.unlink(missing_ok=True)

    def finish(self, upload: Upload, *, digest: Digest) -> None:
        """Makes the upload a blob of its repository, if its content has the digest; else the upload is gone."""
        found = digest_of_file(upload.content, algorithm=digest.algorithm)
        if found != digest:
            self.cancel(upload)
            raise digest_invalid(f"{found} for the content that arrived", str(digest))
        self._store.adopt(upload.content, digest=digest)
        self._store.repository(upload.repository).link_blob(digest)
        self._note(upload.id).unlink(missing_ok=True)

    def _note(self, identifier: str) -> Path:
        return self._root / f"{identifier}.json"


async def append(upload: Upload, chunks: AsyncIterator[bytes], *, content_range: str | None) -> None:
    """Appends a chunk to an upload, to disk as it arrives.

    A chunk says where it belongs by `Content-Range: <first>-<last>`; one out of order is refused with 416 before a
    byte of it is kept. One that breaks off is cut away again, so that the client may resume where the upload said.
    """
    start = upload.size()
    expected = _expected_length(content_range, start=start)
    try:
        with upload.content.open("ab") as file:
            async for chunk in chunks:
                file.write(chunk)
        _check_length(upload.size() - start, expected=expected)
    except BaseException:
        with upload.content.open("r+b") as file:
            file.truncate(start)
        raise


def _expected_length(content_range: str | None, *, start: int) -> int | None:
    if content_range is None:
        return None
    match = re.fullmatch(r"(\d+)-(\d+)", content_range)
    if match is None or int(match[1]) != start or int(match[2]) < int(match[1]):
        message = f"the chunk is {content_range}, the next byte of the upload is {start}"
        raise RegistryError(416, "BLOB_UPLOAD_INVALID", message)
    return int(match[2]) - int(match[1]) + 1


def _check_length(arrived: int, *, expected: int | None) -> None:
    if expected is not None and arrived != expected:
        raise RegistryError(400, "SIZE_INVALID", f"Content-Range says {expected} bytes, {arrived} arrived")
