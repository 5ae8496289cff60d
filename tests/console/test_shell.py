"""What stands around every page: signing in, language, theme, errors, the console's own files."""

from __future__ import annotations

import pytest
import requests

from controller.console.language import NAMES
from controller.console.rendering import compile_all, environment
from controller.console.static import files, static_url
from tests.api.served import Api
from tests.console.browsing import Reader


def test_a_page_without_a_session_leads_to_signing_in_and_back(untouched: Api) -> None:
    nobody = Reader(untouched)
    page = nobody.open("/changes?state=open")
    assert page.path == "/sign-in?next=%2Fchanges%3Fstate%3Dopen"
    assert nobody.sign_in("alice", page).path == "/changes?state=open"


def test_a_wrong_token_is_told_and_asked_again(untouched: Api) -> None:
    nobody = Reader(untouched)
    page = nobody.press(nobody.open("/sign-in"), "Sign in with the token", token="wrong")
    assert "This token is not known" in page.text


def test_a_session_that_ended_says_that_nothing_was_done(fresh: Api) -> None:
    alice = Reader(fresh, "alice")
    page = alice.open("/plan?install=blog")
    alice.client.cookies.clear()
    page = alice.press(page, "Open the pull request", reason="readers want it")
    assert page.path.startswith("/sign-in")
    assert "Your session has ended." in page.text
    assert not fresh.world.forge.by_number


def test_signing_out_ends_the_session(fresh: Api) -> None:
    alice = Reader(fresh, "alice")
    assert alice.press(alice.open("/modules"), "Sign out").path.startswith("/sign-in")
    assert alice.open("/modules").path.startswith("/sign-in")


def test_the_browsers_language_is_spoken_until_another_is_chosen(untouched: Api) -> None:
    reader = Reader(untouched, "dave", language="ru-RU,ru;q=0.9,en;q=0.5")
    page = reader.open("/modules")
    assert page.heading == "Модули"
    assert '<html lang="ru"' in page.html
    page = reader.press(page, "Сменить язык", language="en")
    assert (page.path, page.heading) == ("/modules", "Modules")


def test_a_theme_is_kept(untouched: Api) -> None:
    reader = Reader(untouched, "dave")
    page = reader.press(reader.open("/changes"), "Change theme", theme="dark")
    assert 'data-theme="dark"' in page.html
    assert page.path == "/changes"
    page = reader.press(page, "Change theme", theme="</html>")
    assert 'data-theme="dark"' in page.html


def test_what_is_not_there_is_a_page_with_a_way_on(untouched: Api) -> None:
    page = Reader(untouched, "dave").open("/changes/999")
    assert (page.status, page.heading) == (404, "Not found")
    assert "/modules" in page.links
    assert Reader(untouched).open("/nope").status == 404


def test_an_address_that_no_page_has_is_told_within_the_navigation_of_who_is_signed_in(untouched: Api) -> None:
    page = Reader(untouched, "alice").open("/nope")
    assert (page.status, page.heading) == (404, "Not found")
    assert "/environments" in page.links
    assert "Signed in as alice (admin)" in page.text
    assert "/environments" not in Reader(untouched).open("/nope").links


def test_every_template_is_compiled_before_the_first_page() -> None:
    compile_all()
    for chosen in NAMES:
        made = environment(chosen)
        assert made.cache is not None
        assert len(made.cache) == len(made.list_templates())


def test_what_a_role_may_not_is_told_as_a_page(untouched: Api) -> None:
    dave = Reader(untouched, "dave")
    page = dave.open("/modules")
    csrf = next(value for form in page.forms for name, value in form.fields if name == "csrf")
    data = {"csrf": csrf, "install": "blog", "reason": "I want it"}
    answer = dave.client.post(f"{untouched.url}/changes", data=data, timeout=20)
    assert answer.status_code == 403
    assert "Your role does not let you do this" in answer.text


def test_with_the_forge_away_pages_show_what_was_read_and_say_so(fresh: Api) -> None:
    alice = Reader(fresh, "alice")
    alice.open("/modules")
    fresh.world.forge.is_away = True
    fresh.world.loop.tick()
    page = alice.open("/modules")
    assert (page.status, page.heading) == (200, "Modules")
    assert "The forge does not answer." in page.text
    page = alice.open("/changes")
    assert (page.status, page.heading) == (503, "The other side does not answer")


def test_a_freeze_stands_above_every_page(fresh: Api) -> None:
    fresh.done("carol", "POST", "/freezes", {"environment": "production", "reason": "the sale"})
    page = Reader(fresh, "dave").open("/changes")
    assert "production: frozen. the sale (carol)" in page.text


def test_the_consoles_files_are_kept_for_good_under_their_hash(untouched: Api) -> None:
    for name in files():
        kept = requests.get(untouched.url + static_url(name), timeout=20)
        assert "immutable" in kept.headers["Cache-Control"]
        assert requests.get(f"{untouched.url}/static/{name}?v=old", timeout=20).headers["Cache-Control"] == "no-cache"
        tag = {"If-None-Match": kept.headers["ETag"]}
        assert requests.get(untouched.url + static_url(name), headers=tag, timeout=20).status_code == 304


@pytest.mark.parametrize("name", ["nope.css", "..%2Frendering.py", "%2e%2e/rendering.py"])
def test_no_other_file_is_served(untouched: Api, name: str) -> None:
    assert requests.get(f"{untouched.url}/static/{name}", timeout=20).status_code == 404


def test_a_page_has_its_landmarks_and_no_script_of_its_own(untouched: Api) -> None:
    page = Reader(untouched, "alice").open("/modules")
    for mark in ("<main", "<header", "<footer", 'aria-current="page"', 'href="#main"', "<h1"):
        assert mark in page.html
    assert " style=" not in page.html
    assert " onclick=" not in page.html
