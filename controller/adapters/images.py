"""An OCI image registry, asked by digest only. Source: the OCI distribution specification, "Pulling manifests"."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from controller.core.errors import Terminal, Transient
from controller.core.model import Digest
from controller.redaction import remote_text

_TYPES = ", ".join(
    (
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    )
)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_REPOSITORY = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_MOST_BYTES = 4 * 1024 * 1024
"""The specification lets a registry refuse larger manifests."""
_MOST_CHILDREN = 64


class OciImageRegistry:
    """
    Says whether an image can be pulled.

    `address` is `host[:port]`; plain HTTP is spoken on loopback alone. `token` is sent as a bearer token to this
    address and nowhere else.
    """

    def __init__(self, address: str, *, token: str = "", timeout: timedelta = timedelta(seconds=10)) -> None:
        host = urlsplit(f"//{address}").hostname
        if not host or "/" in address or "@" in address:
            raise Terminal("ImageRegistryAddress", f"{address!r} is no image registry; allowed: host or host:port")
        self._address = address
        self._root = f"{'http' if host in _LOOPBACK else 'https'}://{address}/v2"
        self._timeout = timeout.total_seconds()
        self._session = requests.Session()
        self._session.auth = _no_netrc
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def exists(self, repository: str, digest: Digest) -> bool:
        """
        Whether that manifest, and everything that it names, can be pulled.

        An index child or a layer may be deleted while the index stays. Raises `Transient` where the image registry does
        not say.
        """
        manifest = self._manifest(repository, digest)
        if manifest is None:
            return False
        children = manifest.get("manifests")
        if isinstance(children, list):
            return all(self.exists(repository, child) for child in _digests(children[:_MOST_CHILDREN]))
        blobs = [manifest.get("config"), *(manifest.get("layers") or [])]
        return all(self._has_blob(repository, blob) for blob in _digests(blobs))

    def reference(self, repository: str, digest: Digest) -> str:
        """`host/repository@digest`, as a cluster pulls it."""
        return f"{self._address}/{_checked(repository, digest)}@{digest}"

    def _manifest(self, repository: str, digest: Digest) -> dict[str, Any] | None:
        url = f"{self._root}/{_checked(repository, digest)}/manifests/{digest}"
        answer = self._ask("GET", url, {"Accept": _TYPES})
        if answer.status_code == 404:
            return None
        try:
            manifest = json.loads(answer.content) if len(answer.content) <= _MOST_BYTES else None
        except (ValueError, RecursionError):
            manifest = None
        if not isinstance(manifest, dict):
            raise Transient(f"the image registry's answer for {digest} is no manifest")
        return manifest

    def _has_blob(self, repository: str, digest: Digest) -> bool:
        url = f"{self._root}/{_checked(repository, digest)}/blobs/{digest}"
        return self._ask("HEAD", url, {}).status_code != 404

    def _ask(self, method: str, url: str, headers: dict[str, str]) -> requests.Response:
        """200 and 404 come back; a blob may also be answered by a redirect to where it is kept."""
        try:
            answer = self._session.request(method, url, headers=headers, timeout=self._timeout, allow_redirects=False)
        except requests.RequestException as error:
            raise Transient(f"the image registry {self._address} did not answer ({type(error).__name__})") from error
        if answer.status_code in (200, 404) or (method == "HEAD" and answer.status_code in (302, 307)):
            return answer
        said = remote_text(answer.text)
        raise Transient(f"the image registry {self._address} answered {answer.status_code}: {said}")


def _digests(items: list[Any]) -> Iterator[Digest]:
    for item in items:
        digest = item.get("digest") if isinstance(item, dict) else None
        if not isinstance(digest, str):
            raise Transient("the manifest names a part without a digest")
        yield Digest(digest)


def _checked(repository: str, digest: str) -> str:
    if not _REPOSITORY.fullmatch(repository) or not _DIGEST.fullmatch(digest):
        raise Terminal("ImageName", f"{repository[:80]!r} at {digest[:80]!r} names no image by its digest")
    return repository


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps `requests` from sending what a .netrc file holds."""
    return request
