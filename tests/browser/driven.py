"""A real browser on the console: what a visitor does, and what the browser itself complained of meanwhile."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = Path(os.environ.get("MODWRIGHT_ARTEFACTS", ROOT / "artefacts"))
"""Where pictures of the runs are kept, to be looked at."""
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# It asks its maker's servers for updates and the like otherwise, which a test must not.
_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

expect.set_options(timeout=15_000)


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser, without a window and without a profile of anybody's."""
    assert CHROMIUM is not None
    # As root its sandbox does not start; nothing but our own pages is opened.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=list(_QUIET), chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody at the console. `complaints` are errors of scripts and refusals of the page's own policy."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Patterns of complaints that the test brings about itself."""

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text} ({self.page.url})")

    def go(self, path: str) -> None:
        """Opens a page of the console, and waits until it has been drawn."""
        self.page.goto(self.url + path)

    def sign_in(self, token: str) -> None:
        """Signs in by a token, as where no forge lets people in."""
        self.go("/sign-in")
        field = self.page.locator("input[name=token]")  # in whatever language the page is
        field.fill(token)
        field.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def press(self, name: str | re.Pattern[str]) -> None:
        """The button with that name."""
        self.page.get_by_role("button", name=name).click()

    def follow(self, name: str | re.Pattern[str]) -> None:
        """The first link with that name."""
        self.page.get_by_role("link", name=name).first.click()

    def sees(self, text: str | re.Pattern[str], *, seconds: float = 15) -> None:
        """That text is there, now or as soon as the page has been told."""
        expect(self.page.locator("main")).to_contain_text(text, timeout=seconds * 1000)

    def violations(self) -> list[str]:
        """What axe-core finds on the page: rule, and the first elements that break it."""
        found: Any = Axe().run(self.page, options=_AXE).response["violations"]
        return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]

    def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return width

    def keep(self, name: str) -> None:
        """Keeps a picture of the whole page."""
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)

    @property
    def unexpected(self) -> list[str]:
        """The complaints that no pattern expects."""
        return [said for said in self.complaints if not any(re.search(one, said) for one in self.expected)]
