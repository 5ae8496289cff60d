"""The registry with tools that were written by others."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import PULL, PUSH
from .test_registry_api import LAYER, digest

CONFORMANCE = os.environ.get("OCI_CONFORMANCE") or shutil.which("conformance")


def _oci_layout(folder: Path) -> str:
    """An image of one layer as an OCI layout; the manifest's digest."""
    configuration = json.dumps(
        {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [digest(LAYER)]}}
    ).encode()
    prefix = "application/vnd.oci.image"
    described = {"mediaType": f"{prefix}.config.v1+json", "digest": digest(configuration), "size": len(configuration)}
    layer = {"mediaType": f"{prefix}.layer.v1.tar", "digest": digest(LAYER), "size": len(LAYER)}
    manifest = json.dumps(
        {"schemaVersion": 2, "mediaType": f"{prefix}.manifest.v1+json", "config": described, "layers": [layer]}
    ).encode()
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    for content in (configuration, LAYER, manifest):
        (blobs / digest(content).partition(":")[2]).write_bytes(content)
    entry = {"mediaType": f"{prefix}.manifest.v1+json", "digest": digest(manifest), "size": len(manifest)}
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return digest(manifest)


@pytest.mark.skipif(shutil.which("skopeo") is None, reason="skopeo is not installed (apt install skopeo)")
def test_skopeo_pushes_with_one_token_and_pulls_with_the_other(registry: str, tmp_path: Path) -> None:
    wanted = _oci_layout(tmp_path / "layout")
    image = f"docker://{registry[7:]}/acme/platform"
    push = ["skopeo", "copy", "--preserve-digests", "--dest-tls-verify=false", f"--dest-creds=ci:{PUSH}"]
    subprocess.run([*push, f"oci:{tmp_path}/layout", f"{image}:latest"], check=True, capture_output=True)
    pull = ["skopeo", "copy", "--src-tls-verify=false", f"--src-creds=host:{PULL}"]
    subprocess.run([*pull, f"{image}@{wanted}", f"dir:{tmp_path}/pulled"], check=True, capture_output=True)
    assert digest((tmp_path / "pulled" / "manifest.json").read_bytes()) == wanted


@pytest.mark.slow
@pytest.mark.skipif(CONFORMANCE is None, reason="the OCI conformance suite is not installed (OCI_CONFORMANCE or PATH)")
def test_the_conformance_suite_finds_no_failure(registry: str, tmp_path: Path) -> None:
    settings = {"OCI_REGISTRY": registry[7:], "OCI_TLS": "disabled", "OCI_RESULTS_DIR": str(tmp_path / "results")}
    credentials = {"OCI_USERNAME": "ci", "OCI_PASSWORD": PUSH}
    (tmp_path / "results").mkdir()
    subprocess.run([str(CONFORMANCE)], env={**os.environ, **settings, **credentials}, capture_output=True, check=False)
    report = (tmp_path / "results" / "junit.xml").read_text()
    assert "<testcase" in report
    assert "<failure" not in report
