"""Signing in with the forge itself: the sandbox's pages, its codes and tokens, from the first form to the session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from controller.access.sign_in import challenge_of
from controller.adapters.github.sign_in import GitHubSignIn
from controller.core.errors import Denied, Terminal, Transient
from controller.core.model import UserId
from tests.api.served import DOORS, Api, served
from tests.sandbox.forge.browsing import Browser
from tests.support.sandbox import CALLBACK, CLIENT_ID, CLIENT_SECRET, Sandbox
from tests.world.world import World

VERIFIER = "v" * 64


def sign_in(sandbox: Sandbox, **changes: str) -> GitHubSignIn:
    usual = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "web": str(sandbox.addresses["forge"])}
    return GitHubSignIn(**{**usual, "api": sandbox.api, **changes})  # type: ignore[arg-type]


def agreed(sandbox: Sandbox, address: str, login: str = "bob") -> dict[str, str]:
    """Somebody signs in on the forge's own pages and agrees; with what they come back."""
    browser = Browser(SimpleNamespace(url=str(sandbox.addresses["forge"])))
    browser.open(address)
    browser.press(f"Sign in as {login}")
    answer = browser.press("Authorize Modwright")
    browser._session.close()
    assert answer.headers["Location"].startswith(f"{CALLBACK}?")
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


@pytest.fixture
def code(sandbox: Sandbox) -> str:
    challenge = challenge_of(VERIFIER)
    there = sign_in(sandbox).authorize_url(state="s&1", challenge=challenge, callback=CALLBACK)
    back = agreed(sandbox, there)
    assert back["state"] == "s&1"
    return back["code"]


def test_the_forge_says_who_came_back_by_number(sandbox: Sandbox, code: str) -> None:
    person = sign_in(sandbox).person(code=code, verifier=VERIFIER, callback=CALLBACK)
    assert (person.login, person.id) == ("bob", UserId(1002))


def test_a_code_counts_once(sandbox: Sandbox, code: str) -> None:
    sign_in(sandbox).person(code=code, verifier=VERIFIER, callback=CALLBACK)
    with pytest.raises(Denied, match="bad_verification_code"):
        sign_in(sandbox).person(code=code, verifier=VERIFIER, callback=CALLBACK)


def test_a_code_that_was_caught_on_the_way_is_worth_nothing_without_the_proof(sandbox: Sandbox, code: str) -> None:
    with pytest.raises(Denied) as refused:
        sign_in(sandbox).person(code=code, verifier="w" * 64, callback=CALLBACK)
    assert refused.value.reason == "SignInRefused"


def test_another_callback_or_a_wrong_secret_lets_nobody_in(sandbox: Sandbox, code: str) -> None:
    with pytest.raises(Denied, match="incorrect_client_credentials"):
        sign_in(sandbox, client_secret="wrong").person(code=code, verifier=VERIFIER, callback=CALLBACK)
    with pytest.raises(Denied, match="redirect_uri_mismatch"):
        sign_in(sandbox).person(code=code, verifier=VERIFIER, callback="http://127.0.0.1:9/elsewhere")


def test_a_forge_that_does_not_answer_is_no_refusal(sandbox: Sandbox) -> None:
    with pytest.raises(Transient) as error:
        sign_in(sandbox, web="http://127.0.0.1:9").person(code="c", verifier=VERIFIER, callback=CALLBACK)
    assert CLIENT_SECRET not in error.value.message


@pytest.mark.parametrize("web", ["http://forge.example", "ftp://127.0.0.1", "forge.example"])
def test_an_address_that_would_carry_secrets_in_clear_is_refused(sandbox: Sandbox, web: str) -> None:
    with pytest.raises(Terminal) as error:
        sign_in(sandbox, web=web)
    assert error.value.reason == "SignInAddress"


@pytest.fixture
def api(sandbox: Sandbox, tmp_path: Path) -> Iterator[Api]:
    world = World(tmp_path)
    world.begin()
    doors = replace(DOORS, sign_in=sign_in(sandbox), public_url=CALLBACK.removesuffix("/auth/callback"))
    with served(world, tmp_path, doors=doors) as made:
        yield made


def test_the_whole_way_from_the_page_over_the_forge_to_a_session(sandbox: Sandbox, api: Api) -> None:
    with requests.Session() as client:
        page = client.get(f"{api.url}/sign-in", timeout=20).text
        fields = {"csrf": page.split('name="csrf" value="')[1].split('"')[0], "next": "/releases"}
        there = client.post(f"{api.url}/sign-in", data=fields, timeout=20, allow_redirects=False)
        back = agreed(sandbox, there.headers["Location"], "alice")
        answer = client.get(f"{api.url}/auth/callback", params=back, timeout=20, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/releases")
        me = client.get(f"{api.url}/api/v1/me", timeout=20).json()
    assert (me["login"], me["role"], me["via"]) == ("alice", "admin", "session")
    assert str(sandbox.addresses["forge"]) in answer.headers["Content-Security-Policy"]
