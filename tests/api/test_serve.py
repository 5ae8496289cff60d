"""`modwright serve` as a process: it says where it listens, lives without a forge, and ends at a signal."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from controller.adapters.signing import SigningKey
from tests.api.served import token_lines, token_of
from tests.api.test_settings import document

pytestmark = pytest.mark.slow

SECRET = "the webhook secret that nobody sees"


@pytest.fixture
def silent_forge() -> Iterator[int]:
    """The port of something that takes connections and never answers: a pass waits for it as long as it may."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def settings(tmp_path: Path, silent_forge: int) -> Path:
    """Settings whose forge does not answer."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    (tmp_path / "app.pem").write_bytes(pem)
    (tmp_path / "host_token").write_text("host\n")
    (tmp_path / "webhook").write_text(f"{SECRET}\n")
    (tmp_path / "tokens").write_text(token_lines("frank"))
    SigningKey.generate(tmp_path / "signing_key")
    content = document()
    content["forge"]["api"] = f"http://127.0.0.1:{silent_forge}/api/v3"
    content["forge"]["git"] = f"http://127.0.0.1:{silent_forge}/acme/platform.git"
    file = tmp_path / "settings.json"
    file.write_text(json.dumps(content))
    return file


class Served:
    """The process, with what it says."""

    def __init__(self, settings: Path) -> None:
        command = [sys.executable, "-m", "modwright", "serve", "--settings", str(settings)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)
        self.said: list[str] = []
        self._reader = threading.Thread(target=lambda: self.said.extend(self.process.stderr or ()))
        self._reader.start()
        self.line = self.process.stdout.readline() if self.process.stdout is not None else ""

    def end(self, number: int) -> tuple[int, float]:
        """Exit status, and after how many seconds."""
        begin = time.monotonic()
        self.process.send_signal(number)
        status = self.process.wait(timeout=20)
        return status, time.monotonic() - begin

    def close(self) -> str:
        """Ends what is left of it; everything that it wrote to stderr."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        rest = self.process.stdout.read() if self.process.stdout is not None else ""
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        assert rest == "", "stdout is for the one line"
        return "".join(self.said)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_without_a_forge_and_ends_within_two_seconds(settings: Path, number: int) -> None:
    served = Served(settings)
    try:
        api = json.loads(served.line)["api"]
        assert api.startswith("http://127.0.0.1:")
        assert requests.get(f"{api}/healthz", timeout=5).status_code == 200
        wrong = requests.get(f"{api}/api/v1/status", headers={"Authorization": "Bearer wrong"}, timeout=5)
        assert wrong.status_code == 401
        status, seconds = served.end(number)
        assert (status, seconds < 2) == (0, True)
    finally:
        logged = served.close()
    assert SECRET not in logged
    assert token_of("frank") not in logged


def test_a_port_that_is_taken_is_one_line(settings: Path, silent_forge: int) -> None:
    content = json.loads(settings.read_text())
    content["listen"] = {"port": silent_forge}
    settings.write_text(json.dumps(content))
    served = Served(settings)
    status = served.process.wait(timeout=20)
    logged = served.close()
    assert status == 2
    assert f"cannot listen on 127.0.0.1:{silent_forge}" in logged
    assert "Traceback" not in logged


def test_a_missing_webhook_secret_is_refused_before_anything_starts(settings: Path) -> None:
    (settings.parent / "webhook").unlink()
    served = Served(settings)
    status = served.process.wait(timeout=20)
    logged = served.close()
    assert status == 2
    assert "webhook cannot be read" in logged


def test_one_pass_says_what_it_could_not_do(settings: Path, tmp_path: Path) -> None:
    content = json.loads(settings.read_text())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    content["forge"]["api"] = f"http://127.0.0.1:{port}/api/v3"
    settings.write_text(json.dumps(content))
    done = subprocess.run(
        [sys.executable, "-m", "modwright", "reconcile", "--once", "--json", "--settings", str(settings)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["problem"].startswith("Transient")
