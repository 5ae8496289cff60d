"""Case 11: what another site has a browser send is refused; and a token needs no word of a session."""

from __future__ import annotations

import pytest
import requests

from controller.access.sessions import Session
from controller.core.model import Person
from tests.api.served import Api
from tests.world.forge import PEOPLE

PLAN = {"changes": [{"kind": "install", "module": "blog"}], "reason": "to write"}


def word(api: Api, client: requests.Session) -> str:
    """The word that a page of this session would carry."""
    assert api.access is not None
    sessions = api.access.sessions
    session = sessions.read(str(client.cookies.get(sessions.name())))
    assert isinstance(session, Session)
    return sessions.stamps("csrf", f"session {session.id}")[0]


@pytest.fixture
def alice(shared: Api) -> requests.Session:
    return shared.browser(PEOPLE["alice"])


def plan(api: Api, client: requests.Session, **headers: str) -> requests.Response:
    return client.post(f"{api.url}/api/v1/changes:plan", json=PLAN, headers=headers, timeout=20)


def test_a_session_reads_without_more_ado(shared: Api, alice: requests.Session) -> None:
    assert alice.get(f"{shared.url}/api/v1/releases", timeout=20).status_code == 200


def test_a_session_s_write_with_its_word_goes_through(shared: Api, alice: requests.Session) -> None:
    answer = plan(shared, alice, **{"Modwright-CSRF": word(shared, alice), "Origin": shared.url})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("given", ["", "wrong", "ü", "0" * 64])
def test_a_session_s_write_without_its_word_is_refused(shared: Api, alice: requests.Session, given: str) -> None:
    headers = {"Modwright-CSRF": given.encode()} if given else {}
    answer = alice.post(f"{shared.url}/api/v1/changes:plan", json=PLAN, headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["reason"]) == (403, "ForgedRequest")


def test_the_word_of_another_session_is_refused(shared: Api, alice: requests.Session) -> None:
    other = word(shared, shared.browser(PEOPLE["alice"]))
    assert plan(shared, alice, **{"Modwright-CSRF": other}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.invalid"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "pointed-here.invalid", "Origin": "http://pointed-here.invalid"},
    ],
)
def test_what_another_site_sends_is_refused_even_with_the_word(
    shared: Api, alice: requests.Session, headers: dict[str, str]
) -> None:
    answer = plan(shared, alice, **{"Modwright-CSRF": word(shared, alice), **headers})
    assert (answer.status_code, answer.json()["reason"]) == (403, "ForgedRequest")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_of_another_site_never_reaches_the_api(shared: Api, alice: requests.Session, media_type: str) -> None:
    headers = {"Content-Type": media_type, "Modwright-CSRF": word(shared, alice)}
    answer = alice.post(f"{shared.url}/api/v1/changes", data=b"{}", headers=headers, timeout=20)
    assert answer.status_code == 415


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "multipart/form-data"])
def test_a_browser_s_face_takes_forms_alone(shared: Api, alice: requests.Session, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    answer = alice.post(f"{shared.url}/sign-out", data=b"{}", headers=headers, timeout=20)
    assert answer.status_code == 415


def test_a_wrong_token_is_not_made_good_by_a_cookie(shared: Api, alice: requests.Session) -> None:
    headers = {"Authorization": "Bearer wrong"}
    assert alice.get(f"{shared.url}/api/v1/releases", headers=headers, timeout=20).status_code == 401


def test_a_token_needs_no_word_even_beside_a_cookie(shared: Api, alice: requests.Session) -> None:
    answer = plan(shared, alice, Authorization="Bearer token-of-alice")
    assert answer.status_code == 200


def test_signing_out_asks_for_the_word_and_ends_the_session_everywhere(shared: Api) -> None:
    client = shared.browser(PEOPLE["dave"])
    copied = str(client.cookies.get("modwright-session"))
    assert client.post(f"{shared.url}/sign-out", data={"csrf": "x"}, timeout=20).status_code == 403
    answer = client.post(
        f"{shared.url}/sign-out", data={"csrf": word(shared, client)}, timeout=20, allow_redirects=False
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    again = requests.get(f"{shared.url}/api/v1/releases", cookies={"modwright-session": copied}, timeout=20)
    assert again.status_code == 401


def test_who_has_no_role_has_none_in_a_session_either(shared: Api) -> None:
    client = shared.browser(Person("erin"))
    assert client.get(f"{shared.url}/api/v1/releases", timeout=20).status_code == 403
