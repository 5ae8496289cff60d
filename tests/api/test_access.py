"""Who may ask for what: every route of the application, each role, and tokens."""

from __future__ import annotations

import itertools
import os
import re
import time

import pytest
from fastapi.routing import APIRoute

from controller.access.routes import ASKS, OPEN, OPEN_PAGES, PAGES
from controller.core.model import Role
from controller.core.roles import LEAST_ROLE
from controller.serving.application import FACES
from tests.api.served import LOGINS, Api, token_lines, token_of

WHO = {None: "erin", Role.VIEWER: "dave", Role.OPERATOR: "carol", Role.ADMIN: "alice", Role.SUPER_ADMIN: "bob"}


def every_route() -> list[tuple[str, str]]:
    """Method and path of everything that the application answers."""
    routes = [route for router in FACES for route in router.routes if isinstance(route, APIRoute)]
    assert len(routes) == sum(len(router.routes) for router in FACES), "a route of a kind that is not looked at"
    return sorted((method, route.path) for route in routes for method in route.methods)


def test_every_route_names_what_it_asks_of_a_role() -> None:
    assert set(every_route()) == {*ASKS, *PAGES, *OPEN, *OPEN_PAGES}


@pytest.mark.parametrize(("method", "path"), sorted(ASKS))
def test_a_route_lets_in_the_roles_that_may_and_nobody_else(shared: Api, method: str, path: str) -> None:
    filled = re.sub(r"\{\w+\}", "1", path).removeprefix("/api/v1")
    body = {"nonsense": 1} if method == "POST" else None
    let_in = {role for role, who in WHO.items() if shared.ask(who, method, filled, body).status_code not in (401, 403)}
    least = LEAST_ROLE[ASKS[method, path]]
    assert let_in == {role for role in Role if role.includes(least)}


@pytest.mark.parametrize(("method", "path"), sorted(ASKS))
def test_no_route_answers_without_a_token(shared: Api, method: str, path: str) -> None:
    filled = re.sub(r"\{\w+\}", "1", path).removeprefix("/api/v1")
    status, error = shared.refused(None, method, filled, {} if method == "POST" else None)
    assert (status, error["reason"]) == (401, "NotAuthenticated")


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
