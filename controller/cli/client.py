"""The HTTP API as a client: one request, one answer, one error."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from requests.auth import AuthBase

from controller.core.errors import ControllerError, Denied, Terminal, Transient

Document = dict[str, Any]

_PREFIX = "/api/v1"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_DENIED = {403, 409}
_PAGE = 200
"""Entries that are asked for at once, the most that the API gives."""
_TIMEOUT = timedelta(seconds=60)
"""Of one request: a plan computes a whole composition, which takes seconds on a busy machine."""


class _Bearer(AuthBase):
    """Sends a token. As an `auth` object it also keeps a `.netrc` from putting another one in its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers["Authorization"] = f"Bearer {self._token}"
        return r


class Client:
    """
    Asks one API as one person.

    Raises `Denied` for what is understood and refused (403, 409), `Transient` for what may go through later, `Terminal`
    for the rest; message and hint are the server's.
    """

    def __init__(self, api: str, *, token: str, patience: timedelta = _TIMEOUT) -> None:
        parts = urlsplit(api)
        local = parts.hostname in _LOOPBACK
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            raise Terminal("InsecureApi", f"{api} would carry the token in clear", hint="use an https:// address")
        self._base = api.rstrip("/") + _PREFIX
        self._patience = patience
        self._session = requests.Session()
        self._session.auth = _Bearer(token)
        self._session.trust_env = not local  # no proxy stands between this machine and itself

    def get(self, path: str, **query: str | int | None) -> Any:
        """The document at a path below `/api/v1`."""
        return self._ask("GET", path, query=query).json()

    def all(self, path: str, **query: str | int | None) -> list[Document]:
        """Every entry of a list, page after page."""
        found: list[Document] = []
        cursor: str | None = None
        while True:
            page = self.get(path, limit=_PAGE, cursor=cursor, **query)
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return found

    def get_text(self, path: str, **query: str | int | None) -> str:
        """The text at a path."""
        return self._ask("GET", path, query=query).content.decode(errors="replace")

    def post(self, path: str, body: Document, *, key: str | None = None) -> Any:
        """Sends a request. `key` is the idempotency key: with it the same request may be sent again safely."""
        return self._ask("POST", path, body=body, headers={"Idempotency-Key": key} if key else {}).json()

    def _ask(
        self,
        method: str,
        path: str,
        *,
        body: Document | None = None,
        query: dict[str, str | int | None] | None = None,
        headers: dict[str, str] | None = None,
    ) -> requests.Response:
        try:
            answer = self._session.request(
                method,
                self._base + path,
                json=body,
                params=query,
                headers=headers,
                timeout=self._patience.total_seconds(),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Transient(f"the API at {self._base} does not answer ({type(error).__name__})") from error
        if answer.status_code // 100 != 2:
            raise _error_of(answer)
        if method == "GET" and "log" in path:
            return answer
        return _checked(answer)


def segment(name: object) -> str:
    """A name as one part of a path: a `/` in it must not lead elsewhere."""
    return quote(str(name), safe="")


def _checked(answer: requests.Response) -> requests.Response:
    try:
        answer.json()
    except requests.JSONDecodeError as error:
        hint = "does the context's `api` name Modwright?"
        raise Terminal("NoJson", f"{answer.url} answered with {answer.status_code} and no JSON", hint=hint) from error
    return answer


def _error_of(answer: requests.Response) -> ControllerError:
    problem = _problem(answer)
    message = str(problem.get("detail") or f"the API answered {answer.status_code} to {answer.url}")
    for row in problem.get("rows") or ():
        message += f"\n  {row.get('what')}: wanted {row.get('wanted')}, found {row.get('found')}"
    if answer.status_code in {429, 502, 503, 504}:
        return Transient(message, hint=str(problem.get("hint") or ""))
    kind = Denied if answer.status_code in _DENIED else Terminal
    reason = str(problem.get("reason") or "ApiError")
    # The server's hint is for programs, which send a header.
    hint = "modwright login ADDRESS" if reason == "NotAuthenticated" else str(problem.get("hint") or "")
    return kind(reason, message, hint=hint)


def _problem(answer: requests.Response) -> Document:
    try:
        plain = answer.json()
    except requests.JSONDecodeError:
        return {}
    return plain if isinstance(plain, dict) and "reason" in plain else {}
