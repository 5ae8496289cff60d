"""A real image registry and a real process host in one event loop, with images made on the spot."""

import asyncio
import hashlib
import io
import json
import sys
import tarfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.configuration import EnvironmentSettings, ProcessSettings, RegistrySettings
from sandbox.listener import Listener
from sandbox.processes.service import ProcessHost
from sandbox.registry.application import build_application

# A server that answers every request with its environment variables; `migrate` notes that it ran; each of the marks
# in `NAME` makes it misbehave in one way.
SERVER = """#!{python} -IS
import json, os, socket, sys, threading, time
name = os.environ["NAME"]
if sys.argv[1:] == ["migrate", "up"]:
    with open(os.environ["PLATFORM_STATE"] + "/migrations", "a") as file:
        file.write(name + "\\n")
    print("migrating", name)
    sys.exit(3 if "bad-migration" in name else 0)
if "mute" in name:
    sys.exit("I say nothing")
listener = socket.create_server(("127.0.0.1", 0), backlog=256)
print("listening 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
def given():  # not os.environ: Python adds to it where no locale is set
    with open("/proc/self/environ") as file:
        return dict(entry.split("=", 1) for entry in file.read().split("\\0") if entry)
def answer(connection):
    with connection, connection.makefile("rb") as lines:
        while head := lines.readline():
            length, path = 0, head.split()[1]
            while (line := lines.readline()).strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            body = lines.read(length)
            if path == b"/die":
                os._exit(7)
            if path == b"/slow":
                time.sleep(0.3)
            text = json.dumps({{"name": name, "env": given(), "body": body.decode()}}).encode()
            status = b"503 No" if "unready" in name else b"200 OK"
            connection.sendall(b"HTTP/1.1 %s\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (status, len(text), text))
            if path == b"/stale":
                return
while True:
    threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()
"""


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def layer(files: dict[str, str]) -> bytes:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(text.encode()), 0o755
            tar.addfile(entry, io.BytesIO(text.encode()))
    return archive.getvalue()


BEARER = {"Authorization": "Bearer host-token"}


class World:
    """What the tests do: push an image, wish for it, look at the front."""

    def __init__(self, host: ProcessHost, http: httpx.AsyncClient, *, images: str, api: str) -> None:
        self.host, self.http, self.images, self.api = host, http, images, api

    @property
    def front(self) -> str:
        return self.host.fronts()["staging"]

    async def push(self, name: str, *, content: bytes | None = None, run: dict[str, Any] | None = None) -> str:
        """Pushes a server that says `name`; its reference."""
        content = layer({"server": SERVER.format(python=sys.executable)}) if content is None else content
        run = run or {"Entrypoint": ["/server"], "Env": [f"NAME={name}"]}
        configuration = json.dumps({"architecture": "amd64", "os": "linux", "config": run}).encode()
        descriptors = [{"mediaType": "x/y", "digest": digest(blob), "size": 1} for blob in (configuration, content)]
        manifest = json.dumps({"schemaVersion": 2, "config": descriptors[0], "layers": descriptors[1:]}).encode()
        base = f"http://{self.images}/v2/acme/platform"
        push = {"Authorization": "Bearer push"}
        for blob in (configuration, content):
            (
                await self.http.post(
                    f"{base}/blobs/uploads/", params={"digest": digest(blob)}, content=blob, headers=push
                )
            ).raise_for_status()
        media = {"Content-Type": "application/vnd.oci.image.manifest.v1+json"}
        path = f"{base}/manifests/{digest(manifest)}"
        (await self.http.put(path, content=manifest, headers=push | media)).raise_for_status()
        return f"{self.images}/acme/platform@{digest(manifest)}"

    async def want(self, image: str, **more: Any) -> httpx.Response:
        wish = {"image": image, "ready": {"path": "/health/live"}, **more}
        return await self.http.put(f"{self.api}/environments/staging", json=wish, headers=BEARER)

    async def show(self) -> dict[str, Any]:
        shown: dict[str, Any] = (await self.http.get(f"{self.api}/environments/staging", headers=BEARER)).json()
        return shown

    async def settled(self, phase: str) -> dict[str, Any]:
        """The environment once no rollout is under way; it must then be in `phase`."""
        while (shown := await self.show())["phase"] == "rolling":
            await asyncio.sleep(0.005)
        assert shown["phase"] == phase, shown
        return shown

    async def roll_out(self, image: str, **more: Any) -> dict[str, Any]:
        assert (await self.want(image, **more)).status_code == 202
        return await self.settled("serving")

    async def name(self) -> str:
        """Who answers behind the front."""
        return str((await self.http.get(self.front)).json()["name"])


@asynccontextmanager
async def running(state: Path) -> AsyncIterator[World]:
    """The registry and the host over a folder, until the block ends."""
    images, api = Listener.bind(0), Listener.bind(0)
    registry = RegistrySettings(tokens={"push": "push", "pull": "pull"})
    await images.serve(build_application(state=state / "registry", settings=registry))
    staging = EnvironmentSettings(name="staging", app_env={"GIVEN": "{environment} {digest}"})
    settings = ProcessSettings(token="host-token", environments=[staging], registry_token="pull")
    host = ProcessHost(
        state=state / "processes", settings=settings, registry_address=images.address, registry_token="pull"
    )
    await host.start()
    await api.serve(host.application)
    async with httpx.AsyncClient(timeout=10) as http:
        try:
            yield World(host, http, images=images.address, api=api.url)
        finally:
            await host.stop()
            await api.close()
            await images.close()


Story = Callable[[World], Awaitable[None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Story], None]:
    """Runs a story in a fresh world."""

    def run(story: Story) -> None:
        async def told() -> None:
            async with running(tmp_path) as world:
                await story(world)

        asyncio.run(told())

    return run
