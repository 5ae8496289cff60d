"""What people do by the forms of the pages, and who is kept from it."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests

from tests.sandbox.forge.browsing import Browser

PULL = "/acme/platform/pull/1"
_HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def pull(forge: Any) -> Any:
    """Pull request 1 by the bot, which lacks nothing but an approval."""
    token = forge.bot_token()
    forge.repo("POST", "/git/refs", json={"ref": "refs/heads/topic", "sha": forge.head()}, token=token)
    wish = {"message": "Add a file", "content": base64.b64encode(b"text\n").decode(), "branch": "topic"}
    assert forge.repo("PUT", "/contents/new.txt", json=wish, token=token).status_code == 201
    opened = forge.repo("POST", "/pulls", json={"title": "Add", "head": "topic", "base": "main"}, token=token).json()
    check = {"name": "modwright", "head_sha": opened["head"]["sha"], "conclusion": "success"}
    assert forge.repo("POST", "/check-runs", json=check, token=token).status_code == 201
    return opened


@pytest.fixture
def bob(forge: Any) -> Browser:
    return signed_in(forge, "bob")


def signed_in(forge: Any, login: str) -> Browser:
    browser = Browser(forge)
    browser.sign_in(login)
    return browser


def reviews(forge: Any) -> list[tuple[str, str]]:
    found = forge.repo("GET", "/pulls/1/reviews").json()
    return [(one["user"]["login"], one["state"]) for one in found]


def test_a_change_is_approved_merged_and_reverted_by_forms(forge: Any, pull: Any, bob: Browser) -> None:
    bob.open(PULL)
    page = bob.press("Approve", body="Well *done*")
    assert (page.status_code, "Well <em>done</em>" in page.text) == (200, True)
    approval = forge.repo("GET", "/pulls/1/reviews").json()[0]
    assert (approval["user"]["login"], approval["state"]) == ("bob", "APPROVED")
    assert approval["commit_id"] == pull["head"]["sha"]
    assert "Merged by bob" in bob.press("Merge (squash)").text
    assert forge.repo("GET", "/pulls/1").json()["merged_by"]["login"] == "bob"
    assert "new.txt" in [one["name"] for one in forge.repo("GET", "/contents/").json()]
    assert bob.buttons() == ["Sign out", "Comment", "Revert"]
    assert "Revert &#34;Add&#34;" in bob.press("Revert").text
    opened = forge.repo("GET", "/pulls/2").json()
    assert (opened["state"], opened["user"]["login"], opened["head"]["ref"]) == ("open", "bob", "revert-1-topic")


def test_comments_requests_for_changes_and_closing(forge: Any, pull: Any, bob: Browser) -> None:
    bob.open(PULL)
    assert "<em>hm</em>" in bob.press("Comment", body="*hm*").text
    assert "changes requested" in bob.press("Request changes", body="no").text
    assert reviews(forge) == [("bob", "CHANGES_REQUESTED")]
    bob.press("Close pull request")
    assert forge.repo("GET", "/pulls/1").json()["state"] == "closed"
    assert bob.buttons() == ["Sign out", "Comment"]


def test_a_deed_is_told_to_the_app_as_any_other(forge: Any, pull: Any, bob: Browser) -> None:
    told: list[Any] = []
    forge.in_loop(lambda: forge.forge.events.listen(told.append))
    bob.open(PULL)
    bob.press("Approve")
    assert [(one.name, one.actor["login"]) for one in told] == [("pull_request_review", "bob")]


def test_what_may_not_be_merged_yet_is_refused_in_words_and_what_was_typed_stays(
    forge: Any, pull: Any, bob: Browser
) -> None:
    bob.open(PULL)
    page = bob.press("Merge (squash)", body=f"typed {_HOSTILE}")
    assert page.status_code == 405
    assert "At least 1 approving review is required" in page.text
    assert 'role="alert"' in page.text
    assert "typed &lt;script&gt;" in page.text
    assert forge.repo("GET", "/pulls/1").json()["merged"] is False


def test_nobody_approves_their_own(forge: Any, pull: Any, bob: Browser) -> None:
    bob.open(PULL)
    bob.press("Approve")
    bob.press("Merge (squash)")
    bob.press("Revert")
    page = bob.press("Approve")
    assert (page.status_code, "Can not approve your own pull request" in page.text) == (422, True)


def test_who_only_reads_comments_and_cannot_merge_close_or_revert(forge: Any, pull: Any, bob: Browser) -> None:
    carol = signed_in(forge, "carol")
    carol.open(PULL)
    assert carol.press("Comment", body="hello").status_code == 200
    for label in ("Merge (squash)", "Close pull request"):
        page = carol.press(label)
        assert (page.status_code, "Must have admin rights to Repository." in page.text) == (403, True)
    bob.open(PULL)
    bob.press("Approve")
    bob.press("Merge (squash)")
    carol.open(PULL)
    assert carol.press("Revert").status_code == 403
    assert forge.repo("GET", "/pulls?state=open").json() == []


def test_what_a_person_may_not_see_they_may_not_change(forge: Any, pull: Any) -> None:
    del forge.forge.accounts._roles[1003, "acme/platform"]
    carol = signed_in(forge, "carol")
    carol.open(PULL)
    assert carol.press("Comment", body="hello").status_code == 404


def test_a_merge_is_of_the_head_that_was_shown(forge: Any, pull: Any, bob: Browser) -> None:
    bob.open(PULL)
    bob.press("Approve")
    wish = {"message": "More", "content": "YQ==", "branch": "topic"}
    forge.repo("PUT", "/contents/more.txt", json=wish, token=forge.bot_token())
    page = bob.press("Merge (squash)")
    assert (page.status_code, "Head branch was modified" in page.text) == (409, True)


def test_who_did_not_sign_in_sees_no_buttons_and_can_do_nothing(forge: Any, pull: Any, bob: Browser) -> None:
    stranger = Browser(forge)
    stranger.open(PULL)
    assert stranger.buttons() == []
    stranger.open("/_sandbox/login")
    fields = stranger.fields("Sign in as bob")
    page = stranger.send(f"{PULL}/approve", {**fields, "head": pull["head"]["sha"]})
    assert (page.status_code, "Sign in first." in page.text) == (401, True)
    assert reviews(forge) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Accept": "*/*"},
    ],
)
@pytest.mark.parametrize("path", [f"{PULL}/approve", "/_sandbox/login", "/_sandbox/logout"])
def test_a_form_from_elsewhere_is_refused(forge: Any, pull: Any, bob: Browser, path: str, headers: Any) -> None:
    bob.open(PULL)
    fields = {**bob.fields("Approve"), "login": "alice"}
    assert bob.send(path, fields, **headers).status_code == 403
    assert reviews(forge) == []
    assert "Signed in as <strong>bob</strong>" in bob.open(PULL).text


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_form_without_the_sessions_own_token_is_refused(forge: Any, pull: Any, bob: Browser, token: str) -> None:
    bob.open(PULL)
    assert bob.send(f"{PULL}/approve", {**bob.fields("Approve"), "authenticity_token": token}).status_code == 403
    assert reviews(forge) == []


def test_the_token_of_anothers_session_is_refused(forge: Any, pull: Any, bob: Browser) -> None:
    alice = signed_in(forge, "alice")
    alice.open(PULL)
    assert bob.send(f"{PULL}/approve", alice.fields("Approve")).status_code == 403


def test_a_form_to_a_foreign_name_is_refused(forge: Any, pull: Any, bob: Browser) -> None:
    bob.open(PULL)
    foreign = {"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}
    assert bob.send(f"{PULL}/approve", bob.fields("Approve"), **foreign).status_code == 404
    assert reviews(forge) == []


@pytest.mark.parametrize("name", ["approve", "merge", "close", "revert", "comment", "request-changes"])
def test_nothing_is_done_by_opening_an_address(forge: Any, pull: Any, bob: Browser, name: str) -> None:
    assert bob.open(f"{PULL}/{name}").status_code in (404, 405)


def test_signing_in_takes_a_fresh_secret_and_out_ends_it(forge: Any) -> None:
    browser = Browser(forge)
    browser.open("/_sandbox/login")
    name, before = next(iter(browser.cookies().items()))
    browser.press("Sign in as bob")
    inside = browser.cookies()[name]
    assert before != inside
    assert "Signed in as <strong>bob</strong>" in browser.page.text
    browser.press("Sign out")
    assert browser.cookies() == {}
    thief = requests.get(forge.url, cookies={name: inside or ""}, timeout=10)
    assert "Signed in as" not in thief.text


def test_the_cookie_is_kept_from_scripts_and_from_forms_of_other_sites(forge: Any) -> None:
    cookie = requests.get(f"{forge.url}/_sandbox/login", timeout=10).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_a_session_survives_a_restart_and_ends_with_its_user(forge: Any, bob: Browser) -> None:
    secret = next(iter(bob.cookies().values()))
    sessions = type(forge.forge.sessions)
    again = forge.in_loop(lambda: sessions(forge.forge.accounts, forge.forge.store).find(secret))
    assert again.user["login"] == "bob"
    forge.in_loop(lambda: forge.forge.accounts._people.clear())
    assert forge.in_loop(lambda: forge.forge.sessions.find(secret)).user is None


def test_a_session_that_is_over_is_nobodys_and_is_forgotten(forge: Any, bob: Browser) -> None:
    def expire() -> None:
        for record in forge.forge.store.all("session"):
            record["expires_at"] = "2020-01-01T00:00:00Z"

    forge.in_loop(expire)
    bob.open(PULL)
    assert "Signed in as" not in bob.page.text
    bob.sign_in("alice")
    assert len(forge.in_loop(lambda: forge.forge.store.all("session"))) == 1


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "http://evil.example", "/a\tb", ""])
def test_signing_in_leads_nowhere_but_here(forge: Any, target: str) -> None:
    browser = Browser(forge)
    browser.open("/_sandbox/login")
    page = browser.press("Sign in as bob", return_to=target)
    assert (page.status_code, page.url) == (200, f"{forge.url}/")


@pytest.mark.parametrize("login", ["nobody", "modwright[bot]", "acme", ""])
def test_only_configured_people_sign_in(forge: Any, login: str) -> None:
    browser = Browser(forge)
    browser.open("/_sandbox/login")
    fields = {**browser.fields("Sign in as bob"), "login": login}
    assert browser.send("/_sandbox/login", fields).status_code == 422


def test_a_form_that_is_too_large_is_refused(forge: Any, pull: Any, bob: Browser) -> None:
    bob.open(PULL)
    assert bob.press("Comment", body="x" * 300_000).status_code == 413


def test_one_gets_from_the_first_page_to_the_log(forge: Any, pull: Any) -> None:
    assert 'href="/acme/platform"' in Browser(forge).open("/").text
    assert PULL in Browser(forge).open("/acme/platform").text
    assert "/runs/" in Browser(forge).open(PULL).text
