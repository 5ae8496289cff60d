"""The App signs people in: GitHub's web flow, from the page to the token and what it may."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests

from sandbox.forge import authorizations
from tests.sandbox.forge.browsing import Browser

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def browser(forge: Any) -> Browser:
    return Browser(forge)


def app(forge: Any) -> Any:
    return forge.settings["app"]


def address(forge: Any, **changes: str | None) -> str:
    wish = {"client_id": app(forge)["client_id"], "redirect_uri": app(forge)["callback_urls"][0], "state": "s&1"}
    asked = {key: value for key, value in {**wish, **changes}.items() if value is not None}
    return f"/login/oauth/authorize?{urlencode(asked)}"


def answered(answer: requests.Response) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def code(forge: Any, browser: Browser, login: str = "bob", **changes: str | None) -> str:
    browser.open(address(forge, **changes))
    browser.press(f"Sign in as {login}")
    return answered(browser.press("Authorize Modwright"))["code"]


def exchange(forge: Any, code: str, **changes: str) -> Any:
    wish = {"client_id": app(forge)["client_id"], "client_secret": app(forge)["client_secret"], "code": code}
    answer = requests.post(
        f"{forge.url}/login/oauth/access_token",
        data={**wish, **changes},
        headers={"Accept": "application/json"},
        timeout=10,
    )
    assert answer.status_code == 200
    return answer.json()


def test_a_person_signs_in_authorizes_and_the_token_says_who_they_are(forge: Any, browser: Browser) -> None:
    page = browser.open(address(forge))
    assert "Sandbox forge" in page.text
    assert "There are no passwords" in page.text
    assert browser.buttons() == ["Sign in as alice", "Sign in as bob", "Sign in as carol"]
    browser.press("Sign in as bob")
    answer = browser.press("Authorize Modwright")
    assert answer.headers["Location"].startswith("http://127.0.0.1:9/auth/callback?code=")
    assert answered(answer)["state"] == "s&1"
    made = exchange(forge, answered(answer)["code"], redirect_uri=app(forge)["callback_urls"][0])
    assert made["access_token"].startswith("ghu_")
    assert (made["token_type"], made["scope"]) == ("bearer", "")
    user = forge.call("GET", "/user", token=made["access_token"]).json()
    assert (user["login"], user["id"], user["name"]) == ("bob", 1002, "Bob")
    assert user["avatar_url"]


def test_the_form_may_lead_to_the_callback_and_nowhere_else(forge: Any, browser: Browser) -> None:
    browser.sign_in("bob")
    policy = browser.open(address(forge)).headers["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:9;" in policy


def test_a_token_does_what_both_the_person_and_the_app_may(forge: Any, browser: Browser) -> None:
    token = exchange(forge, code(forge, browser, "carol"))["access_token"]
    refused = forge.repo("POST", "/git/refs", token=token, json={"ref": "refs/heads/x", "sha": forge.head()})
    assert refused.status_code == 403
    assert forge.repo("GET", "/pulls", token=token).status_code == 200
    writer = exchange(forge, code(forge, Browser(forge), "bob"))["access_token"]
    made = forge.repo("POST", "/git/refs", token=writer, json={"ref": "refs/heads/x", "sha": forge.head()})
    assert made.status_code == 201
    # Alice administers the repository, but the App may not; and it has no right for issues.
    lent = exchange(forge, code(forge, Browser(forge), "alice"))["access_token"]
    assert forge.repo("POST", "/issues", token=lent, json={"title": "t"}).status_code == 403
    assert forge.repo("POST", "/issues", as_user="alice", json={"title": "t"}).status_code == 201


def test_a_persons_token_is_not_revoked_as_an_installations(forge: Any, browser: Browser) -> None:
    token = exchange(forge, code(forge, browser))["access_token"]
    assert forge.call("DELETE", "/installation/token", token=token).status_code == 403
    assert forge.call("GET", "/user", token=token).status_code == 200


def test_a_token_survives_a_restart(forge: Any, browser: Browser) -> None:
    token = exchange(forge, code(forge, browser))["access_token"]
    again = forge.in_loop(lambda: type(forge.forge.accounts)(forge.forge.settings, forge.forge.store))
    assert again.identify(token).user["login"] == "bob"


def test_an_answer_is_a_form_to_who_does_not_accept_json_and_json_may_be_sent(forge: Any, browser: Browser) -> None:
    wish = {key: app(forge)[key] for key in ("client_id", "client_secret")}
    url = f"{forge.url}/login/oauth/access_token"
    answer = requests.post(url, json={**wish, "code": code(forge, browser)}, timeout=10)
    assert answer.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert dict(parse_qsl(answer.text))["access_token"].startswith("ghu_")
    assert "no-store" in answer.headers["Cache-Control"]


def test_who_cancels_is_sent_back_with_access_denied(forge: Any, browser: Browser) -> None:
    browser.sign_in("bob")
    browser.open(address(forge))
    told = answered(browser.press("Cancel"))
    assert (told["error"], told["state"]) == ("access_denied", "s&1")
    assert "code" not in told


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_id": "unknown"}, 404),
        ({"client_id": None}, 404),
        ({"redirect_uri": "http://evil.example/auth/callback"}, 400),
        ({"redirect_uri": "http://127.0.0.1:9/auth/callback/more"}, 400),
        ({"redirect_uri": "http://127.0.0.1:9/auth/callback?x=1"}, 400),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, 400),
        ({"code_challenge": CHALLENGE}, 400),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, 400),
    ],
)
def test_what_does_not_fit_the_app_is_told_here_and_never_sent_on(
    forge: Any, browser: Browser, changes: Any, status: int
) -> None:
    browser.sign_in("bob")
    page = browser.open(address(forge, **changes))
    assert (page.status_code, page.is_redirect) == (status, False)
    assert "Authorize Modwright" not in browser.buttons()
    browser.open(address(forge))
    fields = {**browser.fields("Cancel"), "decision": "cancel"}
    sent = browser.send(address(forge, **changes), fields)
    assert (sent.status_code, sent.is_redirect) == (status, False)


def test_without_a_redirect_the_first_callback_is_meant_and_a_query_of_one_is_kept(
    forge: Any, browser: Browser
) -> None:
    browser.sign_in("bob")
    browser.open(address(forge, redirect_uri=None, state=None))
    answer = browser.press("Authorize Modwright")
    assert set(answered(answer)) == {"code"}
    browser.open(address(forge, redirect_uri=app(forge)["callback_urls"][1]))
    assert answered(browser.press("Authorize Modwright"))["kept"] == "1"


def test_a_code_is_worth_nothing_the_second_time(forge: Any, browser: Browser) -> None:
    given = code(forge, browser)
    assert "access_token" in exchange(forge, given)
    again = exchange(forge, given)
    assert again["error"] == "bad_verification_code"
    assert again["error_description"] == "The code passed is incorrect or expired."


def expire(known: authorizations.Authorizations) -> None:
    """As if the codes that are out had been given ten minutes earlier."""
    for given, one in known._codes.items():
        known._codes[given] = replace(one, expires=one.expires - authorizations.CODE_LIFETIME)


def test_a_code_is_worth_nothing_after_ten_minutes(forge: Any, browser: Browser) -> None:
    given = code(forge, browser)
    assert authorizations.CODE_LIFETIME.total_seconds() == 600
    forge.in_loop(lambda: expire(forge.forge.authorizations))
    assert exchange(forge, given)["error"] == "bad_verification_code"


@pytest.mark.parametrize("wrong", [{"client_secret": "other"}, {"client_secret": ""}, {"client_id": "other"}])
def test_who_is_not_the_app_gets_no_token_and_spoils_no_code(forge: Any, browser: Browser, wrong: Any) -> None:
    given = code(forge, browser)
    assert exchange(forge, given, **wrong)["error"] == "incorrect_client_credentials"
    assert "access_token" in exchange(forge, given)


def test_another_redirect_than_the_code_was_asked_for_is_refused(forge: Any, browser: Browser) -> None:
    other = app(forge)["callback_urls"][1]
    assert exchange(forge, code(forge, browser), redirect_uri=other)["error"] == "redirect_uri_mismatch"


@pytest.mark.parametrize("verifier", [{}, {"code_verifier": "w" * 64}])
def test_a_code_with_a_challenge_needs_its_verifier(forge: Any, browser: Browser, verifier: Any) -> None:
    challenge = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    given = code(forge, browser, **challenge)
    assert exchange(forge, given, **verifier)["error"] == "bad_verification_code"
    assert exchange(forge, given, code_verifier=VERIFIER)["error"] == "bad_verification_code"
    fresh = code(forge, Browser(forge), **challenge)
    assert "access_token" in exchange(forge, fresh, code_verifier=VERIFIER)


def test_who_is_suggested_stands_first_and_another_may_be_chosen(forge: Any, browser: Browser) -> None:
    browser.sign_in("bob")
    browser.open(address(forge, login="carol"))
    assert browser.buttons()[1] == "Sign in as carol"
    browser.press("Sign in as alice")
    assert "Authorize Modwright" in browser.buttons()
    assert "<strong>alice</strong>" in browser.page.text


def test_an_app_without_a_client_id_signs_nobody_in(document: Any, tmp_path: Any, app_key: Any, begin: Any) -> None:
    for key in ("client_id", "client_secret", "callback_urls"):
        del document["app"][key]
    for running in begin(document, tmp_path / "state", app_key):
        asked = requests.get(f"{running.url}/login/oauth/authorize?client_id=", timeout=10)
        assert asked.status_code == 404
        body = {"client_id": "", "client_secret": "", "code": ""}
        headers = {"Accept": "application/json"}
        told = requests.post(f"{running.url}/login/oauth/access_token", json=body, headers=headers, timeout=10).json()
        assert told["error"] == "incorrect_client_credentials"


def test_a_fault_meets_the_exchange_like_any_call(forge: Any, browser: Browser) -> None:
    rule = {"path": "/login/oauth/access_token", "status": 503}
    assert requests.put(f"{forge.url}/_sandbox/faults", json=[rule], timeout=10).ok
    answer = requests.post(f"{forge.url}/login/oauth/access_token", data={}, timeout=10)
    assert answer.status_code == 503
