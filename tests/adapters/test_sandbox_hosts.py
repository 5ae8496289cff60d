"""The adapters for images and environments against the sandbox's own hosts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import requests

from controller.adapters.images import OciImageRegistry
from controller.adapters.processes import ProcessCluster
from controller.core.errors import Terminal, Transient
from controller.core.model import Digest, EnvironmentName, RolloutPhase
from tests.support.sandbox import Sandbox, eventually

REPOSITORY = "acme/platform"
STAGING = EnvironmentName("staging")


def pushed(sandbox: Sandbox, layer: bytes) -> Digest:
    """An image of one layer; its digest."""
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": []}}).encode()
    parts = [_blob(sandbox, content) for content in (config, layer)]
    kinds = ("application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar")
    described = [
        {"mediaType": kind, "digest": digest, "size": len(content)}
        for kind, digest, content in zip(kinds, parts, (config, layer), strict=True)
    ]
    kind = "application/vnd.oci.image.manifest.v1+json"
    manifest = json.dumps(
        {"schemaVersion": 2, "mediaType": kind, "config": described[0], "layers": described[1:]}
    ).encode()
    digest = f"sha256:{hashlib.sha256(manifest).hexdigest()}"
    _sent(sandbox, "PUT", f"/manifests/{digest}", manifest, {"Content-Type": kind})
    return Digest(digest)


def _blob(sandbox: Sandbox, content: bytes) -> str:
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    where = _sent(sandbox, "POST", "/blobs/uploads/", b"", {}).headers["Location"]
    url = where if where.startswith("http") else f"http://{sandbox.addresses['images']}{where}"
    joined = f"{url}{'&' if '?' in url else '?'}digest={digest}"
    headers = {"Authorization": "Bearer push-token", "Content-Type": "application/octet-stream"}
    assert requests.put(joined, data=content, headers=headers, timeout=10).status_code == 201
    return digest


def _sent(sandbox: Sandbox, method: str, path: str, body: bytes, headers: dict[str, str]) -> requests.Response:
    answer = requests.request(
        method,
        f"http://{sandbox.addresses['images']}/v2/{REPOSITORY}{path}",
        data=body,
        headers={"Authorization": "Bearer push-token", **headers},
        timeout=10,
    )
    assert answer.status_code in (201, 202), answer.text
    return answer


def test_an_image_is_there_once_it_was_pushed(sandbox: Sandbox) -> None:
    images = OciImageRegistry(sandbox.addresses["images"], token="pull-token")
    assert not images.exists(REPOSITORY, Digest("sha256:" + "0" * 64))
    assert images.exists(REPOSITORY, pushed(sandbox, b"layer"))


def test_a_token_that_is_not_taken_is_not_taken_for_an_image_that_is_gone(sandbox: Sandbox) -> None:
    digest = pushed(sandbox, b"layer")
    with pytest.raises(Transient):
        OciImageRegistry(sandbox.addresses["images"], token="another").exists(REPOSITORY, digest)


def test_an_environment_that_never_ran_is_empty(sandbox: Sandbox, tmp_path: Path) -> None:
    cluster = ProcessCluster(sandbox.addresses["processes"], token="host-token")
    staging = cluster.observe()[STAGING]
    assert staging.url == sandbox.addresses["environments"]["staging"]
    with pytest.raises(Terminal):
        ProcessCluster(sandbox.addresses["processes"], token="another").observe()


def test_a_rollout_that_fails_is_told(sandbox: Sandbox) -> None:
    cluster = ProcessCluster(sandbox.addresses["processes"], token="host-token")
    images = OciImageRegistry(sandbox.addresses["images"], token="pull-token")
    digest = pushed(sandbox, b"no tar")
    running = cluster.roll_out(
        STAGING, image=images.reference(REPOSITORY, digest), before_rollout=[("migrate", "up")], release="rel_1"
    )
    assert running.desired == digest
    failed = eventually(lambda: next((one for one in cluster.observe().values() if one.error), None))
    assert failed.phase is RolloutPhase.FAILED
    assert failed.serving is None
