"""`python -m sandbox serve` as a whole, and the configuration it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.configuration import ConfigurationError, from_document, load

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def configuration(document: dict[str, Any], tmp_path: Path) -> Path:
    file = tmp_path / "sandbox.json"
    document["processes"] = {"token": "secret", "environments": [{"name": "staging"}]}
    document["registry"] = {"tokens": {"push": "push", "pull": "pull"}}
    file.write_text(json.dumps(document))
    return file


def start(configuration: Path, state: Path) -> tuple[subprocess.Popen[bytes], Any]:
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "serve", "--config", str(configuration), "--state", str(state)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    return process, json.loads(process.stdout.readline())


def stop(process: subprocess.Popen[bytes], number: int) -> float:
    started = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == 0
    assert process.stdout is not None
    process.stdout.close()
    return time.monotonic() - started


@pytest.mark.slow
def test_all_services_answer_end_at_a_signal_and_come_back_at_the_same_addresses(
    configuration: Path, tmp_path: Path
) -> None:
    process, first = start(configuration, tmp_path / "state")
    assert first["pid"] == process.pid
    for url in (f"{first['forge']}/_sandbox/info", f"http://{first['images']}/v2/", first["environments"]["staging"]):
        assert requests.get(url, timeout=5).status_code in (200, 401, 502, 503), url
    authorization = {"Authorization": "Bearer secret"}
    assert requests.get(f"{first['processes']}/environments", headers=authorization, timeout=5).status_code == 200
    assert stop(process, signal.SIGTERM) < 5
    process, second = start(configuration, tmp_path / "state")
    stop(process, signal.SIGINT)
    assert {**second, "pid": 0} == {**first, "pid": 0}


def test_a_configuration_with_an_unknown_key_is_told_with_its_place(configuration: Path, document: Any) -> None:
    document["repositories"][0]["protection"]["main"]["required_reviews"] = 1
    configuration.write_text(json.dumps(document))
    done = subprocess.run(
        [sys.executable, "-m", "sandbox", "serve", "--config", str(configuration), "--state", "/nonexistent"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "repositories[0].protection.main: unknown key 'required_reviews'" in done.stderr
    assert "required_approvals" in done.stderr


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"users": [{"login": "a", "id": "1", "token": "t"}]}, "users[0].id: found '1', expected int"),
        ({"users": [{"login": "a", "id": 1}]}, "missing"),
        ({"ports": []}, "ports: found list, expected a table"),
        ({"repositories": {}}, "repositories: found dict, expected a list"),
    ],
)
def test_what_does_not_fit_is_told(document: Any, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        from_document(document)
    assert sentence in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path / "none.yaml")
