"""Chromium without a window, and one person in front of it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo.errors import DemoError, NotSoError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTH = 1200
_TALLEST = 900
_PATIENCE_SECONDS = 90
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# It asks its maker's servers for updates and the like otherwise.
_QUIET = ("--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update")


def chromium() -> str:
    """The browser's program; `DemoError` says what is missing where there is none."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        raise DemoError("Chromium is missing: apt install chromium")
    if importlib.util.find_spec("playwright") is None:
        raise DemoError("Playwright is missing: make setup")
    return program


@contextlib.contextmanager
def launched(program: str) -> Iterator[Browser]:
    """The browser, for as long as the context lasts."""
    from playwright.sync_api import sync_playwright

    # As root its own sandbox does not start; nothing but the demo's pages is opened.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=list(_QUIET), chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        browser.close()


@dataclass(frozen=True)
class Seat:
    """Somebody's own window, on the console and on the forge. `NotSoError` where a page does not come to what is awaited."""

    login: str
    page: Page
    console: str

    def go(self, path: str) -> None:
        """Opens a page of the console."""
        self.page.goto(self.console + path)

    def sign_in(self, path: str = "/modules") -> None:
        """Signs in through the forge, and arrives at the page that was asked for."""
        self.go(path)
        self.press("Sign in with GitHub")
        self.press(f"Sign in as {self.login}")
        self.press("Authorize Modwright")
        self.page.wait_for_url(self.console + path)

    def press(self, name: str) -> None:
        """A button, by what it says."""
        self.page.get_by_role("button", name=name).first.click()

    def write(self, label: str, text: str) -> None:
        """Fills a field, by its label."""
        self.page.get_by_label(label).first.fill(text)

    def waits_for(self, text: str) -> None:
        """The page comes to say that by itself."""
        from playwright.sync_api import Error

        try:
            self.page.get_by_text(text).first.wait_for(timeout=_PATIENCE_SECONDS * 1000)
        except Error as error:
            raise NotSoError(self.page.url, expected=text, seen=self.page.locator("main").inner_text()) from error

    def picture(self, *, top: str = "", height: int = _TALLEST) -> bytes:
        """A PNG of the window, with the element `top` (a CSS selector) at its upper edge."""
        self.page.set_viewport_size({"width": WIDTH, "height": height})
        self.page.wait_for_load_state("load")  # what is still to come would move the page
        self.page.evaluate("top => window.scrollTo(0, top ? document.querySelector(top).offsetTop - 16 : 0)", top)
        self.page.evaluate("document.activeElement.blur()")
        return self.page.screenshot(scale="css", animations="disabled", caret="hide")


def seat(browser: Browser, login: str, *, console: str) -> Seat:
    """A window of one's own, in English and in the light theme."""
    context = browser.new_context(
        viewport={"width": WIDTH, "height": _TALLEST}, locale="en-GB", color_scheme="light", device_scale_factor=1
    )
    context.set_default_timeout(_PATIENCE_SECONDS * 1000)
    return Seat(login, context.new_page(), console)
