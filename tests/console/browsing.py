"""What a person does with the console without a script: opens pages, fills in forms, sends them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import requests

from tests.api.served import Api, token_of


@dataclass
class Form:
    """A form as a browser would send it untouched: address, method, the fields that would go with it."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Gathers the forms, links and visible text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.scripts: list[dict[str, str]] = []
        self.text: list[str] = []
        self._inside: list[str] = []
        self._open = False
        self._area: tuple[str, list[str]] | None = None
        self._button: tuple[dict[str, str], list[str]] | None = None
        self._select: str = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(values.get("action", ""), values.get("method", "get")))
            self._open = True
        elif tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "script":
            self.scripts.append(values)
        elif tag == "textarea":
            self._area = (values.get("name", ""), [])
        elif tag == "button":
            self._button = (values, [])
        elif tag == "select":
            self._select = values.get("name", "")
        elif tag == "option" and "selected" in values and self._open:
            self.forms[-1].fields.append((self._select, values.get("value", "")))
        elif tag == "input" and self._open and values.get("name"):
            is_box = values.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in values:
                self.forms[-1].fields.append((values["name"], values.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag == "textarea" and self._area is not None:
            self.forms[-1].fields.append((self._area[0], "".join(self._area[1])))
            self._area = None
        elif tag == "button" and self._button is not None:
            values, text = self._button
            if self._open:
                self.forms[-1].buttons.append((" ".join("".join(text).split()), values))
            self._button = None

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._area is not None:
            self._area[1].append(data)
        if self._button is not None:
            self._button[1].append(data)


class Page:
    """One answer, read as a browser without scripts reads it."""

    def __init__(self, answer: requests.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.path = re.sub(r"^https?://[^/]+", "", answer.url)
        self.html = answer.text
        reader = _Reader()
        reader.feed(answer.text)
        self.forms, self.links, self.scripts = reader.forms, reader.links, reader.scripts
        self.text = " ".join("".join(reader.text).split())

    @property
    def heading(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.html, re.DOTALL)
        return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""

    @property
    def status_line(self) -> str:
        found = re.search(r'<p class="status[^>]*>(.*?)</p>', self.html, re.DOTALL)
        return " ".join(re.sub(r"<[^>]+>", "", found[1]).split()) if found else ""

    def form_with(self, button: str) -> Form:
        """The form that has a button of that name which can be pressed."""
        for form in self.forms:
            if any(name == button and "disabled" not in values for name, values in form.buttons):
                return form
        raise AssertionError(f"no button {button!r}; there are {[b[0] for f in self.forms for b in f.buttons]}")

    def is_disabled(self, button: str) -> bool:
        return any(name == button and "disabled" in values for form in self.forms for name, values in form.buttons)


class Reader:
    """Somebody with a browser that runs no scripts."""

    def __init__(self, api: Api, who: str | None = None, *, language: str = "en") -> None:
        self.api = api
        self.client = requests.Session()
        self.client.headers["Accept-Language"] = language
        if who is not None:
            self.client.cookies.set(*api.cookie(api.world.person(who)))

    def open(self, path: str) -> Page:
        return Page(self.client.get(self.api.url + path, timeout=20))

    def press(self, page: Page, button: str, **fields: str | list[str]) -> Page:
        """Sends the form that has the button, with these fields filled in; a page's own fields go along."""
        form = page.form_with(button)
        values = next(values for name, values in form.buttons if name == button)
        sent = [(name, value) for name, value in form.fields if name not in fields]
        for name, given in fields.items():
            sent += [(name, each) for each in ([given] if isinstance(given, str) else given)]
        if values.get("name"):
            sent.append((values["name"], values.get("value", "")))
        url = self.api.url + (values.get("formaction") or form.action)
        if form.method.lower() == "post":
            return Page(self.client.post(url, data=sent, timeout=20))
        return Page(self.client.get(url, params=sent, timeout=20))

    def sign_in(self, who: str, page: Page) -> Page:
        return self.press(page, "Sign in with the token", token=token_of(who))
