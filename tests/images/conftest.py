"""A program that looks static, git repositories, and the sandbox's image registry on a free loopback port."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn

from images.image import Image, TreeId, assemble
from sandbox.configuration import RegistrySettings
from sandbox.registry.application import build_application

PUSH, PULL = "token-that-pushes", "token-that-pulls"
TREE = TreeId("0123456789abcdef0123456789abcdef01234567")


Program = Callable[..., bytes]
MakeImage = Callable[..., Image]
Git = Callable[..., str]


@pytest.fixture
def program() -> Program:
    """Builds programs; see `_program`."""
    return _program


@pytest.fixture
def make_image() -> MakeImage:
    """Builds images whose program and tree may be chosen."""
    return lambda *, content=b"code", tree=TREE: assemble(
        _program(content=content), input_tree=TreeId(tree), tree_variable="PLATFORM_INPUT_TREE"
    )


@pytest.fixture
def push_token() -> str:
    return PUSH


@pytest.fixture
def pull_token() -> str:
    return PULL


def _program(*, machine: int = 62, segments: tuple[int, ...] = (1,), content: bytes = b"code") -> bytes:
    """An ELF file with as much of a header as anybody here reads."""
    identity = b"\x7fELF\x02\x01\x01" + bytes(9)
    header = struct.pack("<HHIQQQIHHHHHH", 2, machine, 1, 0, 64, 0, 0, 64, 56, len(segments), 0, 0, 0)
    table = b"".join(struct.pack("<I", kind).ljust(56, b"\0") for kind in segments)
    return identity + header + table + content


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Runs git in a fresh repository, in which nothing of the machine's own settings counts."""
    repository = tmp_path / "repository"
    repository.mkdir()
    people = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", **people}

    def run(*arguments: str) -> str:
        command = ["git", "-C", str(repository), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()

    run("init", "--quiet", "--initial-branch", "main")
    return run


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[str]:
    """The address of a fresh image registry whose tokens are PUSH and PULL."""
    application = build_application(
        state=tmp_path / "registry", settings=RegistrySettings(tokens={"push": PUSH, "pull": PULL})
    )
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="off"))
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield f"127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listener.close()
