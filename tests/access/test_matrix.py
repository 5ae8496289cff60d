"""
Case 12: every route of both faces with every role and every way to come, against the tables, and nothing beside them.

A route that stands in no table fails here before it can be served.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

import pytest
import requests
from fastapi.routing import APIRoute

from controller.access.routes import API, ASKS, METRICS, OPEN, OPEN_PAGES, PAGES, is_for_programs
from controller.core.model import Person, Role
from controller.core.roles import LEAST_ROLE
from controller.serving.application import FACES
from tests.access.stating import Keys, identity, statement
from tests.api.served import DOORS, Api, served, token_of
from tests.world.forge import PEOPLE
from tests.world.world import World

WHO = {None: "erin", Role.VIEWER: "dave", Role.OPERATOR: "carol", Role.ADMIN: "alice", Role.SUPER_ADMIN: "bob"}
TABLE = {**ASKS, **PAGES}
_TOKENS = {"ui": "ui super-admin scope=read,write,act-for", "none": "none scope=read,write,act-for"}
_OLD = "an-old-token"


@cache
def every_route() -> tuple[tuple[str, str], ...]:
    """Method and path of everything that the application answers."""
    routes = [route for router in FACES for route in router.routes]
    assert all(isinstance(route, APIRoute) for route in routes), "a route of a kind that is not looked at"
    return tuple(
        sorted((method, route.path) for route in routes if isinstance(route, APIRoute) for method in route.methods)
    )


def test_every_route_stands_in_exactly_one_table_and_every_row_has_its_route() -> None:
    tables = [set(ASKS), set(PAGES), set(OPEN), set(OPEN_PAGES)]
    assert all(not one & other for one, other in itertools.combinations(tables, 2))
    assert set(every_route()) == set().union(*tables)


def test_no_route_that_changes_something_is_asked_for_by_get() -> None:
    looking = {Role.VIEWER}
    assert {LEAST_ROLE[ask] for (method, _), ask in TABLE.items() if method == "GET"} <= looking
    assert {method for method, _ in every_route()} <= {"GET", "POST", "DELETE"}


@pytest.fixture(scope="module")
def served_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("matrix")
    world = World(folder)
    world.begin()
    with served(world, folder, doors=replace(DOORS, identity=identity(Keys()))) as api:
        with api.tokens.open("a") as lines:
            for token, line in {**_TOKENS, _OLD: "bob super-admin expires=2026-01-01"}.items():
                lines.write(f"{hashlib.sha256(token.encode()).hexdigest()} {line}\n")
        yield api


@dataclass(frozen=True)
class Way:
    """One way to come: what is sent beside the request."""

    headers: dict[str, str]


def by_token(role: Role | None) -> Way:
    return Way({"Authorization": f"Bearer {token_of(WHO[role])}"})


def by_session(api: Api, role: Role | None) -> Way:
    assert api.access is not None
    sessions = api.access.sessions
    session, value = sessions.start(PEOPLE.get(WHO[role], Person(WHO[role])))
    word = sessions.stamps("csrf", f"session {session.id}")[0]
    return Way({"Cookie": f"{sessions.name()}={value}", "Modwright-CSRF": word, "Origin": api.url})


def by_statement(api: Api, role: Role | None) -> Way:
    """Who has no role is vouched for by a token that has none either: the token's role is what a stranger gets."""
    text = statement(api.world.clock.now, forge_login=WHO[role] if role is not None else None)
    return Way({"Authorization": f"Bearer {'ui' if role is not None else 'none'}", "Modwright-User": text})


def ways_of_nobody(api: Api) -> dict[str, Way]:
    """What must let nobody in anywhere."""
    assert api.access is not None
    now, sessions = api.world.clock.now, api.access.sessions
    _, sound = sessions.start(PEOPLE["bob"])
    body, _, signature = sound.rpartition(".")
    other = identity(Keys())

    def stated(**claims: object) -> Way:
        return Way({"Authorization": "Bearer ui", "Modwright-User": statement(now, forge_login="bob", **claims)})

    return {
        "nothing": Way({}),
        "an empty token": Way({"Authorization": "Bearer "}),
        "an empty header": Way({"Authorization": ""}),
        "any text": Way({"Authorization": "Bearer any-text"}),
        "a hash": Way({"Authorization": f"Bearer {hashlib.sha256(token_of('bob').encode()).hexdigest()}"}),
        "an expired token": Way({"Authorization": f"Bearer {_OLD}"}),
        "another scheme": Way({"Authorization": f"Basic {token_of('bob')}"}),
        "no scheme": Way({"Authorization": token_of("bob")}),
        "a token in a cookie": Way({"Cookie": f"{sessions.name()}={token_of('bob')}"}),
        "a forged session": Way({"Cookie": f"{sessions.name()}={body}.{signature[::-1]}", "Modwright-CSRF": "x"}),
        "a wrong token beside a sound session": Way(
            {"Cookie": f"{sessions.name()}={sound}", "Authorization": "Bearer wrong"}
        ),
        "a statement alone": Way({"Modwright-User": statement(now, forge_login="bob")}),
        "an empty statement": Way({"Authorization": "Bearer ui", "Modwright-User": ""}),
        "an expired statement": stated(exp=int(now.timestamp()) - 60, iat=int(now.timestamp()) - 300),
        "a statement for another service": stated(aud="https://elsewhere.example"),
        "a statement by another issuer": stated(iss=f"{other.issuer}.elsewhere"),
        "a statement by another key": stated(by="EdDSA-other", kid="EdDSA"),
        "a statement beside a token that may not act": Way(
            {"Authorization": f"Bearer {token_of('bob')}", "Modwright-User": statement(now, forge_login="bob")}
        ),
    }


def come(api: Api, route: tuple[str, str], way: Way) -> requests.Response:
    """One request with values that lead nowhere, so that who is let in changes nothing."""
    method, path = route
    filled = re.sub(r"\{\w+(:\w+)?\}", "1", path)
    headers = {**way.headers, "Accept": "application/json" if is_for_programs(path) else "text/html"}
    sent: dict[str, object] = {}
    if method != "GET":
        sent = {"json": {"nonsense": 1}} if is_for_programs(path) else {"data": {"nonsense": "1"}}
    # A stream of events never ends: its headers say enough.
    with requests.request(
        method, f"{api.url}{filled}", headers=headers, timeout=20, allow_redirects=False, stream=True, **sent
    ) as answer:
        return answer


def is_let_in(answer: requests.Response) -> bool:
    led_away = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
    assert answer.status_code != 500, answer.url
    return answer.status_code not in (401, 403) and not led_away


def may(route: tuple[str, str], role: Role | None) -> bool:
    return role is not None and role.includes(LEAST_ROLE[TABLE[route]])


@pytest.mark.parametrize("route", sorted(TABLE), ids=" ".join)
def test_a_route_lets_in_exactly_the_roles_that_may(served_for_all: Api, route: tuple[str, str]) -> None:
    api = served_for_all
    before = dict(api.world.origin.heads())
    for role in WHO:
        for name, way in {
            "token": by_token(role),
            "session": by_session(api, role),
            "statement": by_statement(api, role),
        }.items():
            assert is_let_in(come(api, route, way)) == may(route, role), (name, role)
    assert api.world.origin.heads() == before


@pytest.mark.parametrize("route", sorted(TABLE), ids=" ".join)
def test_a_route_lets_in_nobody_who_cannot_be_told(served_for_all: Api, route: tuple[str, str]) -> None:
    for name, way in ways_of_nobody(served_for_all).items():
        answer = come(served_for_all, route, way)
        assert not is_let_in(answer), name
        if route[1].startswith(API):
            assert answer.status_code == (403 if "may not act" in name else 401), name


@pytest.mark.parametrize("route", sorted(route for route in TABLE if route[0] != "GET"), ids=" ".join)
def test_no_session_changes_anything_without_its_word(served_for_all: Api, route: tuple[str, str]) -> None:
    api = served_for_all
    cookie = by_session(api, Role.SUPER_ADMIN).headers["Cookie"]
    assert come(api, route, Way({"Cookie": cookie})).status_code == 403
    another = by_session(api, Role.SUPER_ADMIN).headers["Modwright-CSRF"]
    assert come(api, route, Way({"Cookie": cookie, "Modwright-CSRF": another})).status_code == 403


@pytest.mark.parametrize("route", sorted(OPEN | OPEN_PAGES), ids=" ".join)
def test_an_open_route_asks_who_nobody_is_and_takes_no_form_of_another_site(
    served_for_all: Api, route: tuple[str, str]
) -> None:
    answer = come(served_for_all, route, Way({}))
    if route[0] == "GET":
        assert answer.status_code in (200, 303, 404)
    else:
        assert answer.status_code in (401, 403), "unsigned, or without the word of this visit"


@pytest.mark.parametrize("route", every_route(), ids=" ".join)
def test_every_answer_says_what_a_browser_may_do_with_it(served_for_all: Api, route: tuple[str, str]) -> None:
    for way in (Way({}), by_token(Role.SUPER_ADMIN)):
        headers = come(served_for_all, route, way).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Cache-Control" in headers


def test_the_matrix_is_whole(served_for_all: Api, record_testsuite_property: pytest.FixtureRequest) -> None:
    """How many there are, for whoever reads the run's record."""
    routes, roles, ways = len(TABLE), len(WHO), 3
    tried = routes * (roles * ways + len(ways_of_nobody(served_for_all)))
    record_testsuite_property("access matrix", f"{routes} routes x {roles} roles x {ways} ways, {tried} tried")  # type: ignore[operator]
    assert roles == len(Role) + 1
    assert METRICS not in {path for _, path in OPEN}


def test_a_session_of_an_hour_ago_is_still_let_in_and_one_of_yesterday_is_not(served_for_all: Api) -> None:
    api = served_for_all
    way = by_session(api, Role.VIEWER)
    assert is_let_in(come(api, ("GET", f"{API}/releases"), way))
    assert api.access is not None
    api.world.clock.advance(timedelta(hours=24))
    assert not is_let_in(come(api, ("GET", f"{API}/releases"), way))
