"""What is no token that counts, and when a change of tokens and roles does; every route and role: `tests/access`."""

from __future__ import annotations

import itertools
import os
import time

import pytest

from tests.api.served import LOGINS, Api, token_lines, token_of


@pytest.mark.parametrize(
    "header",
    [
        "Bearer wrong",
        "Bearer ",
        "Basic dG9rZW4tb2YtYWxpY2U=",
        "token-of-alice",
        "Bearer \udcff".encode("utf-8", "surrogateescape"),
    ],
)
def test_what_is_no_known_token_is_refused(shared: Api, header: str) -> None:
    answer = shared.ask(None, "GET", "/status", Authorization=header)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_role_in_the_tokens_line_counts_where_the_platform_knows_nobody(shared: Api) -> None:
    assert shared.ask("frank", "GET", "/status").status_code == 200
    status, error = shared.refused("frank", "POST", "/changes", {"changes": []})
    assert (status, error["reason"]) == (403, "RoleMissing")


def test_a_line_that_is_removed_is_revoked_at_once(api: Api) -> None:
    assert api.ask("dave", "GET", "/releases").status_code == 200
    api.tokens.write_text(token_lines(*(login for login in LOGINS if login != "dave")))
    assert api.ask("dave", "GET", "/releases").status_code == 401
    assert api.ask("carol", "GET", "/releases").status_code == 200


def test_a_tokens_file_that_is_spoiled_lets_nobody_in_and_is_tried_again(api: Api) -> None:
    api.tokens.write_text("no hash at all\n")
    status, error = api.refused("alice", "GET", "/releases")
    assert status == 503
    assert "tokens:1" in error["detail"]
    api.tokens.write_text(token_lines(*LOGINS))
    os.utime(api.tokens, (time.time(), time.time() + 1))
    assert api.ask("alice", "GET", "/releases").status_code == 200


def test_a_role_taken_away_on_the_default_branch_counts_from_the_next_pass(api: Api) -> None:
    path = ".modwright/config.yaml"
    text = api.world.origin.file(api.world.origin.heads()["main"], path)
    api.world.push_to_main({path: text.replace(b"carol: operator", b"carol: viewer")}, who="alice", message="Less")
    api.world.tick()
    status, error = api.refused("carol", "POST", "/freezes", {"reason": "now"})
    assert status == 403
    assert "carol may not freeze" in error["detail"]


def test_no_answer_holds_a_token(shared: Api) -> None:
    texts = [shared.ask(who, "GET", path).text for who, path in itertools.product(("alice", "erin"), ("/status", "/x"))]
    assert not any(token_of(login) in text for text in texts for login in LOGINS)
