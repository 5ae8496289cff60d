"""The example platform builds, migrates, serves, and fails where it is said to fail."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from images.executable import architecture_of

ROOT = Path(__file__).parents[2]
CORE = {"auth", "events"}

pytestmark = pytest.mark.slow


@contextmanager
def _serving(server: Path, state: Path, **variables: str) -> Iterator[http.client.HTTPConnection]:
    """One kept-alive connection to a server on a port of its own choice."""
    environment = {"PLATFORM_STATE": str(state), **variables}
    with subprocess.Popen([server], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        word, _, address = process.stdout.readline().strip().partition(" ")
        assert word == "listening"
        connection = http.client.HTTPConnection(address, timeout=10)
        try:
            yield connection
        finally:
            connection.close()
            process.terminate()


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[int, Any]:
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def _modules(connection: http.client.HTTPConnection) -> dict[str, str]:
    return {module["slug"]: module["status"] for module in _get(connection, "/health/modules")[1]["modules"]}


def test_the_server_is_static_and_its_file_is_named_as_the_workflow_expects(server):
    assert architecture_of(server.read_bytes()) in {"amd64", "arm64"}


def test_the_rust_tests_pass(cargo):
    packages = ("platform-server", "platform-core", "platform-search", "platform-reviews")
    outcome = cargo("test", *(f"--package={name}" for name in packages))
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "warning" not in outcome.stderr


def test_every_module_but_the_broken_one_compiles_without_a_warning(cargo):
    outcome = cargo("check", "--workspace", "--exclude", "platform-broken")
    assert outcome.returncode == 0, outcome.stderr
    assert "warning" not in outcome.stderr


def test_migrations_are_applied_once(server, tmp_path):
    def migrate(verb: str) -> list[str]:
        environment = {"PLATFORM_STATE": str(tmp_path / "state")}
        command = [server, "migrate", verb]
        outcome = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        return outcome.stdout.splitlines()

    assert all(line.startswith("pending ") for line in migrate("status"))
    applied = migrate("up")
    assert applied[-1] == f"{len(applied) - 1} applied now"
    assert migrate("up") == ["0 applied now"]
    assert all(line.startswith("applied ") for line in migrate("status"))


def test_a_word_that_the_server_does_not_know_is_exit_2(server):
    outcome = subprocess.run([server, "dance"], check=False, capture_output=True, text=True)
    assert (outcome.returncode, outcome.stderr) == (2, "usage: server [migrate up|status]\n")


def test_the_server_says_what_it_was_built_from(server, tmp_path):
    said = {"PLATFORM_INPUT_TREE": "a" * 40, "PLATFORM_IMAGE_DIGEST": 'sha256:"odd"', "PLATFORM_ENVIRONMENT": "staging"}
    with _serving(server, tmp_path, **said) as connection:
        status, body = _get(connection, "/health/")
    assert status == 200
    assert body == {
        "status": "ok",
        "app": "platform",
        "version": "0.1.0",
        "environment": "staging",
        "tree": "a" * 40,
        "digest": 'sha256:"odd"',
    }


def test_a_connection_serves_many_requests(server, tmp_path):
    with _serving(server, tmp_path) as connection:
        connection.connect()
        first = connection.sock
        statuses = [_get(connection, path)[0] for path in ("/health/", "/health/live", "/none", "/health/ready?x=1")]
        assert statuses == [200, 200, 404, 200]
        assert connection.sock is first


def test_head_post_and_nonsense_are_answered_properly(server, tmp_path):
    with _serving(server, tmp_path) as connection:
        connection.request("HEAD", "/health/live")
        response = connection.getresponse()
        assert (response.status, response.getheader("Content-Length"), response.read()) == (200, "15", b"")
        connection.request("POST", "/health/live", body="x")
        assert connection.getresponse().status == 405
        with socket.create_connection((connection.host, connection.port), timeout=10) as raw:
            raw.sendall(b"nonsense\r\n\r\n")
            assert raw.recv(100).startswith(b"HTTP/1.1 400 ")


def test_without_the_state_folder_the_server_is_not_ready(server, tmp_path):
    with _serving(server, tmp_path / "none") as connection:
        status, body = _get(connection, "/health/ready")
        assert (status, body["status"]) == (503, "unhealthy")
        assert [check["kind"] for check in body["checks"] if check["status"] != "healthy"] == ["dependency"]
        assert _get(connection, "/health/live")[0] == 200


def test_a_shared_service_that_is_down_shows_only_as_a_failing_module(server, tmp_path):
    with _serving(server, tmp_path) as connection:
        assert _modules(connection) == {"auth": "healthy", "events": "healthy", "search": "healthy"}
        (tmp_path / "dependency").write_text("down\n")
        assert _modules(connection) == {"auth": "healthy", "events": "healthy", "search": "unhealthy"}
        status, body = _get(connection, "/health/ready")
        assert (status, body["status"]) == (200, "degraded")
        assert {check["status"] for check in body["checks"]} == {"healthy"}
        (tmp_path / "dependency").unlink()
        assert _modules(connection)["search"] == "healthy"


def test_broken_fails_in_the_line_that_the_readme_names(cargo, platform):
    outcome = cargo("check", "--package", "platform-broken", "--message-format=json")
    assert outcome.returncode != 0
    command = [sys.executable, "-m", "images", "annotate"]
    shown = subprocess.run(command, check=False, capture_output=True, text=True, input=outcome.stdout, cwd=ROOT).stdout
    place = "file=crates/platform-broken/src/lib.rs,line=21,col=9"
    assert shown.splitlines()[-1].startswith(f"::error {place},title=module broken::error[E0308]: mismatched types")
    assert "line 21" in (platform / "README.md").read_text()
