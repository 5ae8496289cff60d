"""Who is in the pictures, and what they do between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from demo.errors import DemoError
from demo.pictures.browser import Seat
from demo.pictures.visitor import statement_of


@dataclass(frozen=True)
class Cast:
    """alice asks, bob approves, carol is on call; Olga works in the platform's own admin interface."""

    alice: Seat
    bob: Seat
    carol: Seat
    known: dict[str, Any]

    def seat(self, login: str) -> Seat:
        """Somebody's window."""
        found: Seat = getattr(self, login)
        return found

    def plan(self, module: str, reason: str) -> None:
        """alice looks at a plan and gives her reason, and has not asked yet."""
        self.alice.go("/modules")
        self.alice.press(f"Install {module}")
        self.alice.write("Reason", reason)

    def ask(self, module: str, reason: str, *, until: str) -> None:
        """alice asks, and looks at the request until it says that."""
        self.plan(module, reason)
        self.alice.press("Open the pull request")
        self.alice.waits_for(until)

    def bob_looks(self) -> None:
        """bob opens the pull request that alice's page links to, and is signed in on the forge."""
        facts = self.alice.page.get_by_role("region", name="Facts")
        address = facts.get_by_role("link", name="#").first.get_attribute("href")
        self.bob.page.goto(str(address))
        if self.bob.page.get_by_role("button", name="Approve").count() == 0:
            self.bob.page.get_by_role("link", name="Sign in").first.click()
            self.bob.press("Sign in as bob")
        self.bob.page.get_by_role("button", name="Approve").wait_for()

    def bob_approves(self, *, until: str) -> None:
        """bob approves; alice's page follows by itself."""
        self.bob_looks()
        self.bob.press("Approve")
        self.alice.waits_for(until)

    def olga_asks(self, module: str, *, until: str) -> None:
        """Somebody whom the forge does not know asks through the platform's own interface; alice finds the request."""
        body = {"changes": [{"kind": "install", "module": module}], "reason": "pictures sell"}
        token, statement = statement_of(self.known)
        answer = requests.post(
            f"{self.known['controller']}/api/v1/changes",
            json=body,
            headers={"Authorization": f"Bearer {token}", "Modwright-User": statement},
            timeout=20,
        )
        if not answer.ok:
            raise DemoError(f"the request through the platform's own interface: {answer.status_code} {answer.text}")
        self.alice.go(f"/changes/{answer.json()['proposal']['number']}")
        self.alice.waits_for(until)
