"""The process host's answers as the cluster's state, and its refusals as errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from controller.adapters.processes import ProcessCluster
from controller.core.errors import Terminal, Transient
from controller.core.model import Digest, EnvironmentName, RolloutPhase
from tests.support.answering import Reply, answering

STAGING = EnvironmentName("staging")
DIGEST = Digest("sha256:" + "a" * 64)
SERVING: dict[str, Any] = {
    "name": "staging",
    "url": "http://127.0.0.1:4000",
    "generation": 2,
    "phase": "serving",
    "desired": {"image": f"127.0.0.1:5000/acme/platform@{DIGEST}", "digest": DIGEST},
    "serving": {"digest": DIGEST, "since": "2026-03-01T12:00:00Z", "pid": 7},
    "error": None,
    "bytes_pulled": 0,
    "annotations": {},
}
EMPTY = {**SERVING, "name": "production", "phase": "empty", "desired": None, "serving": None}


def test_all_environments_are_told_by_one_request() -> None:
    with answering(lambda _request: Reply(200, [SERVING, EMPTY])) as server:
        seen = ProcessCluster(server.url, token="t0ken").observe()
        assert [(one.method, one.path, one.headers["Authorization"]) for one in server.requests] == [
            ("GET", "/environments", "Bearer t0ken")
        ]
    staging = seen[STAGING]
    assert (staging.phase, staging.desired, staging.serving, staging.error) == (
        RolloutPhase.SERVING,
        DIGEST,
        DIGEST,
        "",
    )
    assert staging.serving_since is not None
    assert staging.serving_since.isoformat() == "2026-03-01T12:00:00+00:00"
    assert seen[EnvironmentName("production")].phase is RolloutPhase.EMPTY


def test_a_rollout_says_image_migrations_and_release() -> None:
    rolling = {**SERVING, "phase": "rolling", "serving": None}
    with answering(lambda _request: Reply(202, rolling)) as server:
        running = ProcessCluster(server.url, token="t0ken").roll_out(
            STAGING, image=f"127.0.0.1:5000/acme/platform@{DIGEST}", before_rollout=[("migrate", "up")], release="rel_1"
        )
        asked = server.requests[0]
    assert (asked.method, asked.path) == ("PUT", "/environments/staging")
    assert json.loads(asked.body) == {
        "image": f"127.0.0.1:5000/acme/platform@{DIGEST}",
        "before_rollout": [["migrate", "up"]],
        "annotations": {"release": "rel_1"},
        "ready": {"path": "/health/live"},
    }
    assert running.phase is RolloutPhase.ROLLING
    assert running.serving is None


def test_a_failed_rollout_says_why() -> None:
    error = {
        "reason": "StartFailed",
        "message": "ended with 101",
        "log": "x\nthread panicked at ghp_0123456789abcdef\n",
    }
    with answering(lambda _request: Reply(200, [{**SERVING, "phase": "failed", "error": error}])) as server:
        running = ProcessCluster(server.url, token="t0ken").observe()[STAGING]
    assert running.error == "StartFailed: ended with 101 | thread panicked at [redacted]"


@pytest.mark.parametrize(
    ("reply", "kind", "reason"),
    [
        (Reply(401, {}), Terminal, "ClusterRefusesToken"),
        (Reply(404, {}), Terminal, "NotFound"),
        (Reply(422, {"error": "image"}), Terminal, "ClusterRefusesInput"),
        (Reply(302), Terminal, "ClusterRefusesInput"),
        (Reply(503), Transient, ""),
        (Reply(200, b"<html>"), Transient, ""),
        (Reply(200, [{"name": "staging"}]), Transient, ""),
        (Reply(200, {"message": "hello"}), Transient, ""),
        (Reply(200, [{**SERVING, "phase": "dancing"}]), Transient, ""),
        (Reply(200, [{**SERVING, "serving": {"digest": DIGEST, "since": "2026-03-01T12:00:00"}}]), Transient, ""),
    ],
)
def test_a_refusal_or_another_shape_is_an_error(reply: Reply, kind: type[Exception], reason: str) -> None:
    with answering(lambda _request: reply) as server, pytest.raises(kind) as raised:
        ProcessCluster(server.url, token="t0ken").observe()
    assert getattr(raised.value, "reason", "") == reason
    assert "t0ken" not in str(raised.value)


def test_a_host_that_is_away_is_transient() -> None:
    with pytest.raises(Transient):
        ProcessCluster("http://127.0.0.1:9", token="t0ken").observe()
