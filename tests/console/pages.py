"""Pages as somebody without scripts uses them: read, fill in the form, press its button."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import requests

from tests.api.served import Api
from tests.world.forge import PEOPLE


@dataclass
class Form:
    """A form of a page: where it leads, what its fields hold, which buttons it has and whether they may be pressed."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def may_be_sent(self) -> bool:
        return any(enabled for _, enabled in self.buttons)


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._inside: Form | None = None
        self._select = ""
        self._button: bool | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        if tag == "form":
            self._inside = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._inside)
        elif tag == "button" and self._inside is not None:
            self._button = "disabled" not in given
        elif tag == "select" and self._inside is not None:
            self._select = given.get("name", "")
            self._inside.choices[self._select] = []
        elif tag == "option" and self._select and self._inside is not None and "disabled" not in given:
            self._option(self._inside, given)
        elif tag in ("input", "textarea") and self._inside is not None and "name" in given:
            self._input(self._inside, given)

    def _input(self, form: Form, given: dict[str, str]) -> None:
        if given.get("type") not in ("radio", "checkbox") or "checked" in given:
            form.fields[given["name"]] = given.get("value", "")

    def _option(self, form: Form, given: dict[str, str]) -> None:
        form.choices[self._select].append(given.get("value", ""))
        if "selected" in given or self._select not in form.fields:
            form.fields[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._button is not None and self._inside is not None:
            self._inside.buttons.append((data.strip(), self._button))
            self._button = None


@dataclass
class Page:
    """An answer as somebody sees it."""

    answer: requests.Response
    forms: list[Form]
    text: str

    @property
    def status(self) -> int:
        return self.answer.status_code

    def form(self, action: str, button: str = "") -> Form:
        """The form that leads there; of several the one whose button begins with these words."""
        of_action = [form for form in self.forms if form.action == action]
        found = [form for form in of_action if any(text.startswith(button) for text, _ in form.buttons)]
        assert len(found) == 1, (action, [f.action for f in self.forms])
        return found[0]


class Visitor:
    """Somebody in front of a browser."""

    def __init__(self, api: Api, who: str, *, language: str = "en") -> None:
        self.api = api
        self.client = api.browser(PEOPLE[who])
        self.client.headers["Accept-Language"] = language

    def get(self, path: str) -> Page:
        return _page(self.client.get(self.api.url + path, timeout=20))

    def send(self, form: Form, **typed: str) -> Page:
        """Sends the form with what was typed, and follows to where the result is seen."""
        return _page(self.raw(form, **typed))

    def raw(self, form: Form, *, follow: bool = True, **typed: str) -> requests.Response:
        data = {**form.fields, **typed}
        url = self.api.url + form.action
        return self.client.post(url, data=data, timeout=20, allow_redirects=follow)


def _page(answer: requests.Response) -> Page:
    parser = _Parser()
    parser.feed(answer.text)
    return Page(answer, parser.forms, " ".join(" ".join(parser.text).split()))
