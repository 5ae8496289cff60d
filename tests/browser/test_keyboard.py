"""The whole of an admin's act by keyboard alone: no pointer is moved, and where one is can always be seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.api.served import Api, token_of
from tests.browser.conftest import Visit
from tests.browser.driven import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
_FURTHEST = 120

_FOCUSED = """() => {
  const at = document.activeElement;
  const label = at.labels?.[0]?.textContent;
  const style = getComputedStyle(at);
  return {
    name: (at.getAttribute("aria-label") || label || at.textContent || at.value || "").replace(/\\s+/g, " ").trim(),
    kind: at.tagName.toLowerCase() + (at.type ? ":" + at.type : ""),
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
  };
}"""


def tab_to(page: Page, kind: str, name: str) -> None:
    """Presses Tab until the focus is on it; every stop on the way can be seen."""
    passed = []
    for _ in range(_FURTHEST):
        page.keyboard.press("Tab")
        at = page.evaluate(_FOCUSED)
        if at["kind"] != "body":
            assert at["ring"] or at["kind"] == "main", f"nothing shows the focus on {at}"
        if at["kind"] == kind and at["name"] == name:
            return
        passed.append(f"{at['kind']} {at['name'][:30]}")
    raise AssertionError(f"{kind} {name!r} is not reached by Tab; passed {passed}")


def test_a_module_is_asked_for_by_keyboard_alone(api: Api, visit: Visit) -> None:
    visitor: Visitor = visit(api.url)
    page = visitor.page
    visitor.go("/sign-in")
    tab_to(page, "input:password", "API token")
    page.keyboard.type(token_of("alice"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/modules")

    tab_to(page, "input:checkbox", "Install blog")
    page.keyboard.press("Space")
    tab_to(page, "button:submit", "Plan what is ticked")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plan?*")
    tab_to(page, "textarea:textarea", "Reason (required)")
    page.keyboard.type("we want to write")
    tab_to(page, "button:submit", "Open the pull request")
    page.keyboard.press("Enter")

    page.wait_for_url("**/changes/1")
    visitor.sees("we want to write")


def test_the_first_tab_leads_past_the_navigation(api: Api, signed_in: Callable[..., Visitor]) -> None:
    page = signed_in("dave").page
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUSED)["name"] == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
