"""The overlays that the ledger starts from: Kustomize accepts them, empty and with a release, and so does the cluster."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from controller.core.kustomization import NOTHING_YET, read_digest, set_digest
from controller.core.model import Digest

ENVIRONMENTS = Path(__file__).parents[3] / "k8s" / "environments"
NAMES = ("staging", "production")
RELEASED = Digest("sha256:" + "c3" * 32)

kustomize = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not here: overlays are not rendered")


def rendered(folder: Path) -> dict[str, dict[str, Any]]:
    done = subprocess.run(
        ["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return {document["kind"]: document for document in YAML(typ="safe").load_all(done.stdout)}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_promoted_at_the_start(name: str) -> None:
    assert read_digest((ENVIRONMENTS / name / "kustomization.yaml").read_text(), image="platform") is None


@kustomize
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("digest", [NOTHING_YET, RELEASED])
def test_kustomize_gives_the_digest_to_the_deployment(tmp_path: Path, name: str, digest: Digest) -> None:
    tree = shutil.copytree(ENVIRONMENTS, tmp_path / "environments")
    overlay = tree / name / "kustomization.yaml"
    overlay.write_text(set_digest(overlay.read_text(), image="platform", digest=digest))

    documents = rendered(tree / name)

    (container,) = documents["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert container["image"] == f"images.example/acme/platform@{digest}"
    assert {document["metadata"]["namespace"] for document in documents.values()} == {f"platform-{name}"}
    assert {"name": "PLATFORM_ENVIRONMENT", "value": name} in container["env"]


@kustomize
@pytest.mark.parametrize("name", NAMES)
def test_the_pod_may_do_little_and_is_probed_where_the_platform_answers(name: str) -> None:
    documents = rendered(ENVIRONMENTS / name)
    deployment = documents["Deployment"]["spec"]
    pod = deployment["template"]["spec"]
    (container,) = pod["containers"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["livenessProbe"]["httpGet"]["path"] == "/health/live"
    assert container["readinessProbe"]["httpGet"]["path"] == "/health/ready"
    assert documents["Service"]["spec"]["selector"] == deployment["selector"]["matchLabels"]
    assert deployment["replicas"] >= 1


@pytest.mark.parametrize("name", NAMES)
def test_no_overlay_names_an_image_by_tag(name: str) -> None:
    assert not re.search(r"newTag|:latest", (ENVIRONMENTS / name / "kustomization.yaml").read_text())
