"""Pushing to an image registry. Source: OCI distribution specification 1.1, "Pushing"."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from datetime import timedelta

from images.connection import Answer, Connection, RegistryAwayError
from images.credentials import Credentials, authorization
from images.errors import ImageError
from images.image import Blob, Digest, Image

_ATTEMPTS = 3
_PAUSE = timedelta(seconds=0.5)
_REPOSITORY = re.compile(r"[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*")


def push(
    image: Image, *, registry: str, repository: str, credentials: Credentials | None, pause: timedelta = _PAUSE
) -> Digest:
    """Pushes what is missing and answers the digest under which the image registry has it now.

    Safe to repeat, and repeated a few times while the image registry is away: everything is named by its
    content. `pause` is waited before the second attempt, twice as long before the third. The tag is the input
    tree's id, for people who look; nothing of ours reads a tag back.
    Raises `ImageError`.
    """
    if not _REPOSITORY.fullmatch(repository):
        raise ImageError(f"{repository!r} is not a repository name", hint="lower case parts, joined by `/`")
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _push(image, registry=registry, repository=repository, credentials=credentials)
        except RegistryAwayError as error:
            if attempt == _ATTEMPTS:
                raise ImageError(f"{error} ({_ATTEMPTS} attempts)", hint="try again later") from error
            time.sleep(pause.total_seconds() * attempt)
    raise AssertionError("the last attempt answers or raises")


def _push(image: Image, *, registry: str, repository: str, credentials: Credentials | None) -> Digest:
    with Connection.to(registry) as connection:
        allowed = authorization(connection, repository=repository, credentials=credentials)
        target = _Repository(connection, name=repository, authorization=allowed)
        for blob in (image.layer, image.configuration):
            target.put_blob(blob)
        for reference in (image.digest, image.input_tree):
            target.put_manifest(image.manifest, reference=reference)
        target.require_manifest(image.digest)
    return image.digest


@dataclass(frozen=True)
class _Repository:
    """One repository of an image registry."""

    connection: Connection
    name: str = field(kw_only=True)
    authorization: str | None = field(kw_only=True)

    def put_blob(self, blob: Blob) -> None:
        """In one piece: our layers are a few megabytes, and a piece that breaks is sent again as a whole."""
        known = self._ask("HEAD", f"blobs/{blob.digest}")
        # Elsewhere (307) is also there: the registry keeps its bytes in another store.
        if known.status in {200, 302, 307}:
            return
        _require(known, status=404, what=f"asking for blob {blob.digest}")
        started = self._ask("POST", "blobs/uploads/")
        _require(started, status=202, what="beginning an upload")
        location = self.connection.resolve(started.headers.get("location", ""))
        address = f"{location}{'&' if '?' in location else '?'}digest={blob.digest}"
        done = self._ask_at("PUT", address, body=blob.content, content_type="application/octet-stream")
        _require(done, status=201, what=f"uploading blob {blob.digest}")

    def put_manifest(self, manifest: Blob, *, reference: str) -> None:
        """Puts the manifest under its digest or a tag; the image registry must agree about the digest."""
        path = f"manifests/{reference}"
        answer = self._ask("PUT", path, body=manifest.content, content_type=manifest.media_type)
        _require(answer, status=201, what=f"putting manifest {reference}")
        said = answer.headers.get("docker-content-digest", manifest.digest)
        if said != manifest.digest:
            raise ImageError(f"the image registry calls the manifest {said}, its digest is {manifest.digest}")

    def require_manifest(self, digest: Digest) -> None:
        """What was pushed is seen to be there, not assumed."""
        _require(self._ask("HEAD", f"manifests/{digest}"), status=200, what=f"looking for manifest {digest}")

    def _ask(self, method: str, path: str, *, body: bytes = b"", content_type: str = "") -> Answer:
        return self._ask_at(method, f"/v2/{self.name}/{path}", body=body, content_type=content_type)

    def _ask_at(self, method: str, address: str, *, body: bytes, content_type: str) -> Answer:
        headers = {"Content-Type": content_type} if content_type else {"Accept": "*/*"}
        if self.authorization:
            headers["Authorization"] = self.authorization
        return self.connection.ask(method, address, body=body, headers=headers)


def _require(answer: Answer, *, status: int, what: str) -> None:
    """Raises with the image registry's own words, cut: they come from outside and may be of any length."""
    if answer.status == status:
        return
    hint = "does the token allow pushing here?" if answer.status in {401, 403} else ""
    raise ImageError(f"{what}: the image registry answered {answer.status}{_said(answer)}", hint=hint)


def _said(answer: Answer) -> str:
    """The first error of the specification's error body, if it is one."""
    try:
        first = json.loads(answer.body)["errors"][0]
        return f" ({first['code']}: {first.get('message', '')})"[:300]
    except (ValueError, KeyError, IndexError, TypeError):
        return ""
