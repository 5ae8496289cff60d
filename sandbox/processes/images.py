"""Images on disk: pulled by digest from the image registry, verified, unpacked, kept.

An image that is here is never asked for again: a return to it moves no byte and needs no image registry.
"""

import hashlib
import http.client
import json
import re
import secrets
import shutil
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.processes.failures import RolloutError
from sandbox.processes.unpacking import unpack_layer

_REFERENCE = re.compile(r"(?P<host>[^/@]+)/(?P<name>[a-z0-9._/-]+)@(?P<digest>sha256:[0-9a-f]{64})")
_MANIFESTS = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
_CHUNK = 1 << 18


@dataclass(frozen=True)
class ImageReference:
    """`host/name@sha256:…`: an image is named by its digest and nothing else."""

    host: str
    name: str
    digest: str


@dataclass(frozen=True)
class Image:
    """An unpacked image: its files, and what its configuration says about running them."""

    root: Path
    entrypoint: tuple[str, ...]
    environment: dict[str, str]

    def program(self) -> Path:
        """The program of the entrypoint inside the image's files; never one of this machine."""
        program = (self.root / self.entrypoint[0].lstrip("/")).resolve()
        if not program.is_relative_to(self.root.resolve()) or not program.is_file():
            raise RolloutError("ImageInvalid", f"the image has no file for its entrypoint {self.entrypoint[0]}")
        return program


def parse_reference(text: str) -> ImageReference | None:
    """The image that `text` names, or None when it is not `host/name@sha256:<64 hexadecimal>`."""
    match = _REFERENCE.fullmatch(text)
    return ImageReference(match["host"], match["name"], match["digest"]) if match else None


class Images:
    """The images that are here, and the way to those that are not."""

    def __init__(self, root: Path, *, registry_address: str, token: str) -> None:
        self._root = root
        self._address = registry_address
        self._token = token
        for folder in ("blobs", "images", "incoming"):
            (root / folder).mkdir(parents=True, exist_ok=True)

    def fetch(self, reference: ImageReference) -> tuple[Image, int]:
        """The image, and how many bytes had to be moved for it. Blocks; raises RolloutError."""
        folder = self._root / "images" / reference.digest.partition(":")[2]
        moved = 0 if folder.is_dir() else self._pull(reference, folder)
        return _read_image(folder), moved

    def _pull(self, reference: ImageReference, folder: Path) -> int:
        moved, manifest_path = self._blob(reference, "manifests", reference.digest)
        paths = []
        for digest in _contents(_read_json(manifest_path)):
            count, path = self._blob(reference, "blobs", digest)
            moved += count
            paths.append(path)
        self._unpack(folder, configuration=paths[0], layers=paths[1:])
        return moved

    def _unpack(self, folder: Path, *, configuration: Path, layers: list[Path]) -> None:
        draft = self._root / "incoming" / secrets.token_hex(8)
        try:
            (draft / "root").mkdir(parents=True)
            shutil.copyfile(configuration, draft / "configuration.json")
            for layer in layers:
                unpack_layer(layer, draft / "root")
            _place(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _blob(self, reference: ImageReference, kind: str, digest: str) -> tuple[int, Path]:
        if not re.fullmatch(r"sha256:[0-9a-f]{64}", digest):
            raise RolloutError("ImageInvalid", f"the image names content by {digest!r}; only sha256 is taken")
        path = self._root / "blobs" / digest.partition(":")[2]
        if path.is_file():
            return 0, path
        draft = self._root / "incoming" / secrets.token_hex(8)
        try:
            found = self._download(f"/v2/{reference.name}/{kind}/{digest}", draft)
            if found != digest:
                raise RolloutError("PullFailed", f"the content of {digest} has the digest {found}")
            moved = draft.stat().st_size
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return moved, path

    def _download(self, path: str, target: Path) -> str:
        connection = http.client.HTTPConnection(self._address, timeout=30)
        credentials = b64encode(f"processes:{self._token}".encode()).decode()
        try:
            connection.request("GET", path, headers={"Accept": _MANIFESTS, "Authorization": f"Basic {credentials}"})
            response = connection.getresponse()
            if response.status != http.client.OK:
                raise RolloutError("PullFailed", f"the image registry answers {response.status} for {path}")
            return _write(response, target)
        except (OSError, http.client.HTTPException) as error:
            raise RolloutError("PullFailed", f"the image registry {self._address} does not answer: {error}") from error
        finally:
            connection.close()


def _write(response: http.client.HTTPResponse, target: Path) -> str:
    state = hashlib.sha256()
    with target.open("wb") as file:
        while chunk := response.read(_CHUNK):
            state.update(chunk)
            file.write(chunk)
    return f"sha256:{state.hexdigest()}"


def _place(draft: Path, folder: Path) -> None:
    """Gives an unpacked image its name; another environment may have been faster with the same one."""
    try:
        draft.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _contents(manifest: dict[str, Any]) -> list[str]:
    """The digests of the configuration and then the layers of an image manifest."""
    descriptors = [manifest.get("config"), *(manifest.get("layers") or ())]
    digests = [each.get("digest") if isinstance(each, dict) else None for each in descriptors]
    if not all(isinstance(digest, str) for digest in digests):
        raise RolloutError("ImageInvalid", "the manifest is no image manifest (an index? give the digest of an image)")
    return [str(digest) for digest in digests]


def _read_image(folder: Path) -> Image:
    document = _read_json(folder / "configuration.json").get("config") or {}
    entrypoint = document.get("Entrypoint") or document.get("Cmd") or []
    variables = document.get("Env") or []
    if not entrypoint or not all(isinstance(each, str) for each in (*entrypoint, *variables)):
        raise RolloutError("ImageInvalid", "the image's configuration has no entrypoint that can be run")
    environment = dict(entry.split("=", 1) for entry in variables if "=" in entry)
    return Image(folder / "root", tuple(entrypoint), environment)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except ValueError as error:
        raise RolloutError("ImageInvalid", f"the image holds what is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise RolloutError("ImageInvalid", "the image holds JSON that is no object")
    return document
