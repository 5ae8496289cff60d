"""Heads that no client sends which means well: two tokens, and a host that is none."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from tests.api.served import Api, token_of
from tests.world.forge import PEOPLE


def asked(api: Api, method: str, path: str, *headers: tuple[str, str], body: bytes = b"") -> int:
    """The status of an answer to exactly these headers."""
    connection = http.client.HTTPConnection(urlsplit(api.url).netloc, timeout=20)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            connection.putheader(name, value)
        connection.endheaders(body)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("second", ["alice", "dave", "nobody"])
def test_two_tokens_are_none(shared: Api, second: str) -> None:
    """What stands before the service may have judged the one and the service the other."""
    tokens = [("Authorization", f"Bearer {token_of(who)}") for who in ("alice", second)]
    assert asked(shared, "GET", "/api/v1/me", ("Host", "localhost"), *tokens) == 401


@pytest.mark.parametrize("host", ["[", "[::1", "a b", ""])
def test_a_host_that_is_none_is_not_ours(shared: Api, host: str) -> None:
    cookie = "=".join(shared.cookie(PEOPLE["carol"]))
    headers = [("Host", host), ("Origin", f"http://{host}"), ("Cookie", cookie)]
    form = ("Content-Type", "application/x-www-form-urlencoded")
    assert asked(shared, "POST", "/freezes", *headers, form, body=b"reason=x") == 403
