"""Signing in with a browser: with the forge, with a token, and everything that must not let anybody in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from controller.access.sign_in import safe_path
from tests.access.signing_in import WorldSignIn
from tests.api.served import DOORS, Api, served, token_of
from tests.world.forge import PEOPLE
from tests.world.world import World

ALICE, BOB = PEOPLE["alice"], PEOPLE["bob"]


class Visitor:
    """A browser that shows no pages but sends its forms."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.client = api.client()

    def get(self, path: str, **query: str) -> requests.Response:
        return self.client.get(f"{self.api.url}{path}", params=query, timeout=20, allow_redirects=False)

    def word(self) -> str:
        return self.get("/sign-in").text.split('name="csrf" value="')[1].split('"')[0]

    def send(self, **fields: str) -> requests.Response:
        data = {"csrf": self.word(), **fields}
        return self.client.post(f"{self.api.url}/sign-in", data=data, timeout=20, allow_redirects=False)

    def leave(self, **fields: str) -> str:
        """Off to the forge; where to."""
        answer = self.send(**fields)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def problem(self, answer: requests.Response) -> str:
        """Why signing in failed."""
        assert answer.status_code == 303
        place = urlsplit(answer.headers["Location"])
        assert place.path == "/sign-in"
        return parse_qs(place.query)["problem"][0]

    @property
    def is_in(self) -> bool:
        return self.get("/api/v1/me").status_code == 200


@pytest.fixture(scope="module")
def forge() -> WorldSignIn:
    return WorldSignIn()


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, forge: WorldSignIn) -> Iterator[Api]:
    folder: Path = tmp_path_factory.mktemp("signing-in")
    world = World(folder)
    world.begin()
    with served(world, folder, doors=replace(DOORS, sign_in=forge)) as made:
        yield made


@pytest.fixture
def visitor(api: Api, forge: WorldSignIn) -> Visitor:
    forge.is_away = False
    return Visitor(api)


def test_the_forge_says_who_somebody_is_and_they_are_led_back_to_their_page(
    visitor: Visitor, forge: WorldSignIn
) -> None:
    back = forge.agree(visitor.leave(next="/modules?search=blog"), ALICE)
    answer = visitor.get("/auth/callback", **back)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/modules?search=blog")
    told = visitor.get("/api/v1/me").json()
    assert (told["login"], told["role"], told["via"]) == ("alice", "admin", "session")


def test_the_browser_is_sent_with_a_proof_key_to_come_back_here(visitor: Visitor, api: Api) -> None:
    asked = parse_qs(urlsplit(visitor.leave()).query)
    assert asked["redirect_uri"] == [f"{api.url}/auth/callback"]
    assert len(asked["state"][0]) >= 32
    assert len(asked["code_challenge"][0]) == 43


def test_the_session_s_cookie_is_for_this_service_s_pages_alone(visitor: Visitor, forge: WorldSignIn) -> None:
    answer = visitor.get("/auth/callback", **forge.agree(visitor.leave(), ALICE))
    cookies = [value for name, value in answer.raw.headers.items() if name.lower() == "set-cookie"]
    session = next(cookie for cookie in cookies if cookie.startswith("modwright-session="))
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=28800"} <= set(session.split("; "))
    assert "Domain" not in session


def test_coming_back_in_another_browser_lets_nobody_in(visitor: Visitor, forge: WorldSignIn, api: Api) -> None:
    """Somebody sends their own code to a victim, who would then act in the sender's name."""
    back = forge.agree(visitor.leave(), BOB)
    victim = Visitor(api)
    assert victim.problem(victim.get("/auth/callback", **back)) == "SignInStale"
    assert not victim.is_in


@pytest.mark.parametrize("state", ["", "wrong", "ü"])
def test_a_state_that_was_not_given_out_lets_nobody_in(visitor: Visitor, forge: WorldSignIn, state: str) -> None:
    back = {**forge.agree(visitor.leave(), ALICE), "state": state}
    assert visitor.problem(visitor.get("/auth/callback", **back)) == "SignInStale"
    assert not visitor.is_in


def test_coming_back_twice_lets_nobody_in_the_second_time(visitor: Visitor, forge: WorldSignIn) -> None:
    back = forge.agree(visitor.leave(), ALICE)
    visitor.get("/auth/callback", **back)
    assert visitor.problem(visitor.get("/auth/callback", **back)) == "SignInStale"


def test_coming_back_too_late_lets_nobody_in(visitor: Visitor, forge: WorldSignIn, api: Api) -> None:
    back = forge.agree(visitor.leave(), ALICE)
    api.world.clock.advance(timedelta(minutes=10))
    assert visitor.problem(visitor.get("/auth/callback", **back)) == "SignInStale"


def test_who_declines_on_the_forge_is_not_let_in(visitor: Visitor, forge: WorldSignIn) -> None:
    state = forge.agree(visitor.leave(), ALICE)["state"]
    assert visitor.problem(visitor.get("/auth/callback", error="access_denied", state=state)) == "SignInRefused"


def test_a_code_that_is_made_up_lets_nobody_in(visitor: Visitor, forge: WorldSignIn) -> None:
    state = forge.agree(visitor.leave(), ALICE)["state"]
    assert visitor.problem(visitor.get("/auth/callback", code="made-up", state=state)) == "SignInRefused"


def test_with_the_forge_away_it_is_said_and_nobody_is_let_in(visitor: Visitor, forge: WorldSignIn) -> None:
    back = forge.agree(visitor.leave(), ALICE)
    forge.is_away = True
    assert visitor.problem(visitor.get("/auth/callback", **back)) == "Transient"
    assert not visitor.is_in


def test_a_token_makes_a_session_where_there_is_no_other_way(visitor: Visitor) -> None:
    answer = visitor.send(token=f" {token_of('carol')} ", next="/releases")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/releases")
    told = visitor.get("/api/v1/me").json()
    assert (told["login"], told["role"], told["via"]) == ("carol", "operator", "session")


def test_a_wrong_token_lets_nobody_in(visitor: Visitor) -> None:
    assert visitor.problem(visitor.send(token="wrong")) == "NotAuthenticated"
    assert not visitor.is_in


def test_the_form_must_be_ours(visitor: Visitor) -> None:
    """Else another site could sign somebody in as its own user, and read what they then do."""
    answer = visitor.client.post(
        f"{visitor.api.url}/sign-in", data={"token": token_of("bob")}, timeout=20, allow_redirects=False
    )
    assert answer.status_code == 403
    assert not visitor.is_in


def test_without_a_forge_signing_in_with_it_says_so(shared: Api) -> None:
    visitor = Visitor(shared)
    assert visitor.problem(visitor.send()) == "SignInOff"


@pytest.mark.parametrize(
    ("given", "led"),
    [
        ("/changes/7?x=1", "/changes/7?x=1"),
        ("//elsewhere.invalid", "/"),
        ("/\\elsewhere.invalid", "/"),
        ("https://elsewhere.invalid", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\nSet-Cookie: x", "/"),
        ("/\t/elsewhere.invalid", "/"),
        ("/ü", "/"),
        ("", "/"),
        ("/" + "x" * 2000, "/"),
    ],
)
def test_nobody_is_led_to_another_site(given: str, led: str) -> None:
    assert safe_path(given) == led


def test_taking_a_role_away_counts_at_once_for_who_is_signed_in(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.begin()
    with served(world, tmp_path) as api:
        client = api.browser(BOB)
        assert client.get(f"{api.url}/api/v1/me", timeout=20).json()["role"] == "super-admin"
        path = ".modwright/config.yaml"
        text = world.origin.file(world.origin.heads()["main"], path)  # type: ignore[index]
        world.push_to_main({path: text.replace(b"bob: super-admin", b"bob: viewer")}, who="alice", message="Less")
        world.tick()
        assert client.get(f"{api.url}/api/v1/me", timeout=20).json()["role"] == "viewer"


def test_behind_tls_cookies_are_secure_and_held_to_this_host(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.begin()
    with served(world, tmp_path, doors=replace(DOORS, public_url="https://modwright.example")) as api:
        answer = requests.get(f"{api.url}/sign-in", timeout=20)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-modwright-visit=")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        name, value = api.cookie(ALICE)
        assert name == "__Host-modwright-session"
        headers = {"Cookie": f"{name}={value}", "Origin": api.url}
        refused = requests.post(f"{api.url}/api/v1/freezes", json={}, headers=headers, timeout=20)
        assert refused.json()["detail"] == "another origin asks"
