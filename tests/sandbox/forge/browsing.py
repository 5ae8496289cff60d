"""A browser without a screen: keeps cookies, says where a form stood, and sends the forms that it has seen."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import requests


class _Forms(HTMLParser):
    """The forms of a page: address, hidden fields, and its buttons by their label."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._button: dict[str, Any] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append({"action": found["action"], "fields": {}, "buttons": {}})
        elif tag == "input":
            self.forms[-1]["fields"][found["name"]] = found.get("value", "")
        elif tag == "button":
            self._button = {**found, "label": ""}

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._button["label"] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None:
            self.forms[-1]["buttons"][self._button["label"].strip()] = self._button
            self._button = None


class Browser:
    """One person's browser."""

    def __init__(self, forge: Any) -> None:
        self.url = forge.url
        self._session = requests.Session()
        self.page = requests.Response()

    def open(self, address: str) -> requests.Response:
        self.page = self._session.get(urljoin(self.url, address), timeout=10, allow_redirects=False)
        return self.page

    def buttons(self) -> list[str]:
        return [label for form in self._forms() for label in form["buttons"]]

    def press(self, label: str, **fields: str) -> requests.Response:
        """Send the form that the button is of, and go where its answer leads as long as that is in the forge."""
        form = next(one for one in self._forms() if label in one["buttons"])
        button = form["buttons"][label]
        sent = {**form["fields"], **fields}
        if "name" in button:
            sent[button["name"]] = button.get("value", "")
        return self.send(button.get("formaction") or form["action"], sent)

    def send(self, address: str, fields: dict[str, str], **headers: str) -> requests.Response:
        headers = headers or {"Origin": self.url, "Sec-Fetch-Site": "same-origin"}
        self.page = self._session.post(
            urljoin(self.url, address), data=fields, headers=headers, timeout=10, allow_redirects=False
        )
        while self.page.is_redirect and urljoin(self.url, self.page.headers["Location"]).startswith(self.url):
            self.open(self.page.headers["Location"])
        return self.page

    def fields(self, label: str) -> dict[str, str]:
        """What the form of a button would send along."""
        return dict(next(one for one in self._forms() if label in one["buttons"])["fields"])

    def sign_in(self, login: str) -> None:
        self.open("/_sandbox/login")
        self.press(f"Sign in as {login}")

    def cookies(self) -> dict[str, str | None]:
        return self._session.cookies.get_dict()

    def plant(self, name: str, value: str) -> None:
        self._session.cookies.set(name, value)

    def _forms(self) -> list[dict[str, Any]]:
        parser = _Forms()
        parser.feed(self.page.text)
        return parser.forms
