"""The real adapters keep the hosts' contract, with the sandbox's image registry and process host behind them."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import requests

from controller.adapters.images import OciImageRegistry
from controller.adapters.probes import HttpProber
from controller.adapters.processes import ProcessCluster
from controller.core.model import Digest, EnvironmentName, RolloutPhase, Running
from tests.contract.hosts_contract import REPOSITORY, TREE, HostsContract
from tests.support import sandbox as running_sandbox
from tests.support.sandbox import Sandbox, eventually

ENVIRONMENTS = [f"staging-{position}" for position in range(30)]
NOBODY = "127.0.0.1:9"

SERVER = """#!{python} -IS
import json, os, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
if sys.argv[1:] == ["migrate", "up"]:
    sys.exit()
if os.environ["STARTS"] != "yes":
    sys.exit("it does not start")
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        text = json.dumps(said(self.path)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def log_message(self, *arguments):
        pass
def said(path):
    if path != "/health/modules":
        return {{"status": "ok", "tree": os.environ["TREE"], "digest": os.environ["PLATFORM_IMAGE_DIGEST"]}}
    unwell = open(file).read().split() if os.path.exists(file := os.environ["PLATFORM_STATE"] + "/unwell") else []
    how = lambda name: "unhealthy" if name in unwell else "healthy"
    modules = [{{"slug": name, "name": name, "status": how(name)}} for name in os.environ["MODULES"].split()]
    return {{"status": "ok", "modules": modules}}
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print("listening 127.0.0.1:%d" % server.server_address[1], flush=True)
server.serve_forever()
"""


@dataclass
class Image:
    """Pushes one image as any tool does."""

    address: str

    def push(self, environment: dict[str, str]) -> Digest:
        """An image of one layer with the server; its digest."""
        run = {"Entrypoint": ["/server"], "Env": [f"{name}={value}" for name, value in environment.items()]}
        config = json.dumps({"architecture": "amd64", "os": "linux", "config": run}).encode()
        kinds = ("application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar")
        parts = [self._blob(content, kind) for content, kind in zip((config, _layer()), kinds, strict=True)]
        kind = "application/vnd.oci.image.manifest.v1+json"
        manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "config": parts[0], "layers": parts[1:]}).encode()
        self._send("PUT", f"/manifests/{_digest(manifest)}", manifest, kind)
        return Digest(_digest(manifest))

    def _blob(self, content: bytes, kind: str) -> dict[str, object]:
        self._send("POST", f"/blobs/uploads/?digest={_digest(content)}", content, "application/octet-stream")
        return {"mediaType": kind, "digest": _digest(content), "size": len(content)}

    def _send(self, method: str, path: str, body: bytes, kind: str) -> None:
        headers = {"Authorization": "Bearer push-token", "Content-Type": kind}
        url = f"http://{self.address}/v2/{REPOSITORY}{path}"
        answer = requests.request(method, url, data=body, headers=headers, timeout=10)
        assert answer.status_code == 201, answer.text


class InSandbox:
    """`HostsWorld` over the sandbox."""

    def __init__(self, sandbox: Sandbox, environment: str) -> None:
        self.sandbox = sandbox
        self.environment = EnvironmentName(environment)
        self.images = OciImageRegistry(sandbox.addresses["images"], token="pull-token")
        self.cluster = ProcessCluster(sandbox.addresses["processes"], token="host-token")
        self.prober = HttpProber()

    def build(self, *modules: str, starts: bool = True) -> Digest:
        given = {"MODULES": " ".join(modules), "TREE": TREE, "STARTS": "yes" if starts else "no"}
        return Image(self.sandbox.addresses["images"]).push(given)

    def make_unwell(self, module: str) -> None:
        data = self.sandbox.state / "processes" / "environments" / self.environment / "data"
        (data / "unwell").write_text(module)

    def settled(self) -> Running:
        def look() -> Running | None:
            seen = self.cluster.observe()[self.environment]
            return seen if seen.phase is not RolloutPhase.ROLLING else None

        return eventually(look)

    @contextmanager
    def images_away(self) -> Iterator[None]:
        before, self.images = self.images, OciImageRegistry(NOBODY)
        yield
        self.images = before

    @contextmanager
    def host_away(self) -> Iterator[None]:
        before, self.cluster = self.cluster, ProcessCluster(f"http://{NOBODY}", token="host-token")
        yield
        self.cluster = before


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _layer() -> bytes:
    archive, text = io.BytesIO(), SERVER.format(python=sys.executable).encode()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo("server")
        entry.size, entry.mode = len(text), 0o755
        tar.addfile(entry, io.BytesIO(text))
    return archive.getvalue()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox.running(tmp_path_factory.mktemp("hosts"), environments=ENVIRONMENTS) as started:
        yield started


@pytest.fixture(scope="module")
def positions() -> Iterator[int]:
    return itertools.count()


@pytest.mark.slow
class TestSandboxHosts(HostsContract):
    """One sandbox for all, an environment for each test."""

    @pytest.fixture
    def world(self, sandbox: Sandbox, positions: Iterator[int]) -> InSandbox:  # type: ignore[override]
        return InSandbox(sandbox, ENVIRONMENTS[next(positions)])
