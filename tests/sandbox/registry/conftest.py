"""A real image registry on a free loopback port, for each test."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from sandbox.configuration import RegistrySettings
from sandbox.registry.application import build_application

PUSH, PULL = "token-that-pushes", "token-that-pulls"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[str]:
    """The base URL of a fresh registry whose tokens are PUSH and PULL."""
    settings = RegistrySettings(tokens={"push": PUSH, "pull": PULL})
    app = build_application(state=tmp_path / "registry", settings=settings)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()
