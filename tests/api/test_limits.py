"""What no request passes without, and the form of every error."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest
import requests

from tests.api.served import Api, token_of

PLAN = {"changes": [{"kind": "install", "module": "blog"}]}


def post(api: Api, body: bytes, media_type: str | None) -> requests.Response:
    headers = {"Authorization": f"Bearer {token_of('alice')}"}
    if media_type is not None:
        headers["Content-Type"] = media_type
    return requests.post(f"{api.url}/api/v1/changes:plan", data=body, headers=headers, timeout=20)


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_write_that_is_not_declared_as_json_is_refused(shared: Api, media_type: str | None) -> None:
    answer = post(shared, b'{"changes": []}', media_type)
    assert (answer.status_code, answer.json()["reason"]) == (415, "NotJson")


def test_a_body_that_is_not_json_is_refused(shared: Api) -> None:
    answer = post(shared, b"{", "application/json")
    assert (answer.status_code, answer.json()["reason"]) == (400, "NotJson")


def test_a_body_that_is_too_large_is_refused(shared: Api) -> None:
    answer = post(shared, b" " * 70_000, "application/json; charset=utf-8")
    assert (answer.status_code, answer.json()["reason"]) == (413, "TooLarge")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "body.changes"),
        ({"changes": []}, "body.changes"),
        ({**PLAN, "force": True}, "body.force"),
        ({"changes": [{"kind": "delete", "module": "blog"}]}, "body.changes.0.kind"),
        ({"changes": [{"kind": "install", "module": "x" * 300}]}, "body.changes.0.module"),
        ({"changes": [{"kind": "install", "module": 7}]}, "body.changes.0.module"),
        ({"changes": [{"kind": "upgrade", "module": "blog"}]}, "upgrade needs version"),
        ({"changes": [{"kind": "set-features", "module": "blog"}]}, "set-features needs features"),
        ({"changes": PLAN["changes"] * 21}, "body.changes"),
        ({**PLAN, "reason": "x" * 3000}, "body.reason"),
    ],
)
def test_a_body_that_is_not_as_it_must_be_is_refused_with_its_place(shared: Api, body: object, place: str) -> None:
    status, error = shared.refused("alice", "POST", "/changes:plan", body)
    assert (status, error["reason"]) == (422, "Invalid")
    assert place in error["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/status", 415), ("PUT", "/status", 405)]
)
def test_what_is_not_there_is_an_error_of_the_same_form(shared: Api, method: str, path: str, status: int) -> None:
    body = {} if method == "PUT" else None
    assert shared.refused("alice", method, path, body)[0] == status


def test_other_origins_get_no_permission(shared: Api) -> None:
    answer = requests.options(
        f"{shared.url}/api/v1/changes",
        headers={"Origin": "https://elsewhere.invalid", "Access-Control-Request-Method": "POST"},
        timeout=20,
    )
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_nothing_is_served_beside_the_api(shared: Api, path: str) -> None:
    assert requests.get(shared.url + path, timeout=20).status_code == 404


def test_health_says_whether_the_loop_lives_and_needs_no_token(api: Api) -> None:
    answer = api.ask(None, "GET", "/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["loop"]["last"]["sound"]
    api.lives[0] = False
    assert api.ask(None, "GET", "/healthz").status_code == 503


def test_a_request_with_two_lengths_is_refused_and_nothing_is_read_behind_it(shared: Api) -> None:
    parts = urlsplit(shared.url)
    head = (
        b"POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20) as connection:
        connection.sendall(head + b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answered = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answered.startswith(b"HTTP/1.1 400 ")
    assert answered.count(b"HTTP/1.1 ") == 1
