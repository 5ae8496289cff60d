"""The forge's webhooks wake the loop, if they are signed; nothing else of them counts."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

import httpx
import pytest
import requests

from tests.api.served import SECRETS, Api

BODY = b'{"repository": {"full_name": "acme/platform"}}'


def deliver(api: Api, body: bytes | Iterator[bytes], signature: str | bytes | None) -> requests.Response:
    headers = {"X-Hub-Signature-256": signature} if signature is not None else {}
    return requests.post(f"{api.url}/webhooks/github", data=body, headers=headers, timeout=20)


def signed(body: bytes, secret: bytes) -> str:
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


@pytest.fixture(autouse=True)
def _asleep(shared: Api) -> None:
    shared.world.loop._woken.clear()


@pytest.mark.parametrize("secret", SECRETS)
def test_a_delivery_signed_with_a_live_secret_wakes_the_loop(shared: Api, secret: bytes) -> None:
    answer = deliver(shared, BODY, signed(BODY, secret))
    assert (answer.status_code, answer.json()) == (202, {"state": "accepted"})
    assert shared.world.loop._woken.is_set()


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        signed(BODY, b"another secret"),
        signed(BODY + b" ", SECRETS[0]),
        signed(BODY, SECRETS[0]).upper(),
        signed(BODY, SECRETS[0]).removeprefix("sha256="),
        "sha256=Ümläut".encode("latin-1"),
        "sha256=\u00e9" * 20,
    ],
)
def test_any_other_delivery_is_refused_and_wakes_nobody(shared: Api, signature: str | bytes | None) -> None:
    answer = deliver(shared, BODY, signature)
    assert answer.status_code == 401
    assert answer.json()["reason"] == "NotSigned"
    assert not shared.world.loop._woken.is_set()


def test_a_delivery_with_two_signatures_is_refused_though_one_is_right(shared: Api) -> None:
    headers = [("X-Hub-Signature-256", signed(BODY, SECRETS[0])), ("X-Hub-Signature-256", "sha256=00")]
    answer = httpx.post(f"{shared.url}/webhooks/github", content=BODY, headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["reason"]) == (401, "NotSigned")


@pytest.mark.parametrize("body", [BODY, BODY.replace(b"acme/platform", b"else/where"), b'{"action": "merged"}'])
def test_a_delivery_changes_nothing_by_itself_whoever_it_is_about_and_however_often_it_comes(
    shared: Api, body: bytes
) -> None:
    """Replays, wrong orders and other repositories cost one look each, which finds what is true."""
    before = dict(shared.world.origin.heads())
    for _ in range(3):
        assert deliver(shared, body, signed(body, SECRETS[0])).status_code == 202
    shared.world.tick()
    assert shared.world.origin.heads() == before


def test_what_a_delivery_says_is_not_read(shared: Api) -> None:
    body = b"\xff\x00 this is no JSON"
    assert deliver(shared, body, signed(body, SECRETS[0])).status_code == 202


def test_a_delivery_that_never_ends_is_cut_off(shared: Api) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield bytes(1024 * 1024)

    try:
        answer = deliver(shared, endless(), "sha256=00")
    except requests.ConnectionError:
        return  # the server closed while we were still sending, which is as good an answer
    assert answer.status_code == 413
