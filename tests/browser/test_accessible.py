"""Every page for everybody: axe-core finds nothing, in both themes and both languages, and a phone shows all of it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.api.served import Api, served, token_of
from tests.browser.conftest import Visit
from tests.browser.driven import Visitor
from tests.browser.lively import Lively, lively
from tests.console.test_override import forbidden

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LANGUAGES = {"en": "en-GB", "ru": "ru-RU"}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Api, Lively]]:
    folder = tmp_path_factory.mktemp("lively")
    made = lively(folder)
    with served(made.world, folder) as api:
        yield api, made


def _name(path: str) -> str:
    return path.partition("?")[0].strip("/").replace("/", "-") or "start"


@pytest.mark.parametrize(("theme", "language"), list(itertools.product(("light", "dark"), LANGUAGES)))
def test_axe_finds_nothing_on_any_page(busy: tuple[Api, Lively], visit: Visit, theme: str, language: str) -> None:
    api, made = busy
    visitor: Visitor = visit(api.url, locale=LANGUAGES[language], color_scheme=theme)
    visitor.go("/sign-in")
    found = {"/sign-in": visitor.violations()}
    visitor.sign_in(token_of("alice"))
    for path in made.addresses():
        visitor.go(path)
        visitor.keep(f"{_name(path)}-{theme}-{language}")
        found[path] = visitor.violations()
        assert visitor.page.locator("html").get_attribute("lang") == language
    assert {path: violations for path, violations in found.items() if violations} == {}


@pytest.mark.parametrize(("theme", "language"), list(itertools.product(("light", "dark"), LANGUAGES)))
def test_axe_finds_nothing_where_a_policy_forbids_a_change(api: Api, visit: Visit, theme: str, language: str) -> None:
    """The form that overrides it, as those see it who may and as those who may not."""
    forbidden(api)
    found = {}
    for who, width in (("bob", 1280), ("carol", 375)):
        visitor: Visitor = visit(
            api.url, locale=LANGUAGES[language], color_scheme=theme, viewport={"width": width, "height": 800}
        )
        visitor.sign_in(token_of(who))
        visitor.go("/changes/1")
        visitor.page.locator("#override-1 summary").click()
        visitor.keep(f"override-{who}-{theme}-{language}")
        found[who] = visitor.violations()
        assert visitor.overflow() <= 0
    assert found == {"bob": [], "carol": []}


def test_axe_does_find_what_is_wrong(busy: tuple[Api, Lively], visit: Visit) -> None:
    api, _ = busy
    visitor: Visitor = visit(api.url)
    visitor.sign_in(token_of("alice"))
    visitor.page.evaluate("document.querySelector('main').innerHTML = '<img src=\"/static/mark.svg\"><input>'")
    assert {one.partition(":")[0] for one in visitor.violations()} >= {"image-alt", "label"}


@pytest.mark.parametrize("width", [375, 320])
def test_a_phone_shows_every_page_without_scrolling_aside(busy: tuple[Api, Lively], visit: Visit, width: int) -> None:
    api, made = busy
    visitor: Visitor = visit(api.url, viewport={"width": width, "height": 720}, has_touch=True, locale="ru-RU")
    visitor.sign_in(token_of("alice"))
    wide = {}
    for path in made.addresses():
        visitor.go(path)
        visitor.keep(f"{_name(path)}-phone-{width}")
        wide[path] = visitor.overflow()
    assert {path: pixels for path, pixels in wide.items() if pixels > 0} == {}


def test_texts_may_be_twice_as_large(busy: tuple[Api, Lively], visit: Visit) -> None:
    """WCAG 2.2, 1.4.4: at 200 % nothing is lost; a window of half the width is how a browser zooms."""
    api, made = busy
    visitor: Visitor = visit(api.url, viewport={"width": 640, "height": 480}, device_scale_factor=2)
    visitor.sign_in(token_of("alice"))
    for path in made.addresses():
        visitor.go(path)
        assert visitor.overflow() <= 0, path
