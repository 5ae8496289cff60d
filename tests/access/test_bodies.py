"""Case 6: bodies that are too large, come in pieces or a byte at a time cost neither memory nor the others' turn."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Iterator

import pytest
import requests

from tests.api.served import Api, token_of

MEGABYTE = 1024 * 1024
PATHS = ["/api/v1/changes", "/webhooks/github", "/sign-in"]


def pieces(size: int) -> Iterator[bytes]:
    for _ in range(size // MEGABYTE):
        yield bytes(MEGABYTE)


def media_type(path: str) -> str:
    return "application/json" if path.startswith(("/api", "/web")) else "application/x-www-form-urlencoded"


@pytest.mark.parametrize("path", PATHS)
def test_thirty_megabytes_in_pieces_are_cut_and_kept_nowhere(shared: Api, path: str) -> None:
    headers = {"Authorization": f"Bearer {token_of('alice')}", "Content-Type": media_type(path)}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        answer = requests.post(f"{shared.url}{path}", data=pieces(30 * MEGABYTE), headers=headers, timeout=30)
        assert (answer.status_code, answer.json()["reason"]) == (413, "TooLarge")
    except requests.ConnectionError:
        pass  # the server closed while we were still sending, which is as good an answer
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20 * 1024, f"{grown} KiB more"


@pytest.mark.parametrize("path", PATHS)
def test_a_declared_length_of_thirty_megabytes_is_not_waited_for(shared: Api, path: str) -> None:
    with socket.create_connection(("127.0.0.1", int(shared.url.rsplit(":", 1)[1])), timeout=20) as line:
        line.sendall(_head(path, f"Content-Length: {30 * MEGABYTE}") + bytes(200_000))
        assert requests.get(f"{shared.url}/healthz", timeout=5).status_code == 200


@pytest.mark.slow
def test_a_byte_a_second_is_cut_off_after_ten_and_others_are_served_meanwhile(shared: Api) -> None:
    port = int(shared.url.rsplit(":", 1)[1])
    lines = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(len(PATHS) * 4)]
    try:
        begun = time.monotonic()
        for line, path in zip(lines, PATHS * 4, strict=True):
            line.sendall(_head(path, "Transfer-Encoding: chunked"))
        for _ in range(3):
            for line in lines:
                line.sendall(b"1\r\nx\r\n")
            asked = time.monotonic()
            assert shared.ask("alice", "GET", "/releases").status_code == 200
            assert time.monotonic() - asked < 5
            time.sleep(1)
        for line in lines:
            assert b" 408 " in line.recv(65536).split(b"\r\n", 1)[0]
        assert 8 < time.monotonic() - begun < 20
    finally:
        for line in lines:
            line.close()


def _head(path: str, more: str) -> bytes:
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token_of('alice')}",
        f"Content-Type: {media_type(path)}",
        more,
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def test_a_body_with_a_key_twice_or_no_number_is_read_as_strictly_as_any(shared: Api) -> None:
    """Case 7: what JSON allows and we do not is refused, and the process lives."""
    headers = {"Authorization": f"Bearer {token_of('alice')}", "Content-Type": "application/json"}
    for body in (
        b"[" * 50_000,
        b'{"changes": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b'{"changes": NaN}',
        b'{"changes": [{"kind": "install", "module": "\\ud800"}]}',
        b'{"reason": null}',
        b"null",
        b'"x"',
        b"\xff\xfe",
    ):
        answer = requests.post(f"{shared.url}/api/v1/changes:plan", data=body, headers=headers, timeout=20)
        assert 400 <= answer.status_code < 500, (body[:40], answer.text[:200])
        assert answer.headers["Content-Type"] == "application/problem+json"
