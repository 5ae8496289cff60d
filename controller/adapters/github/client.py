"""
The one door to the forge: every request of this package passes `get`, `write` or `graphql`.

Here it is decided once that only GET is repeated (PyGithub's default repeats POST), that a 3xx is no success, that a
401 is tried once more with a new token (it had no effect), and how long writes wait for each other.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from requests import RequestException
from urllib3 import Retry

from controller.adapters.github import errors, tokens
from controller.adapters.github.budget import Budgets
from controller.adapters.github.connections import Connections
from controller.adapters.github.library import Auth, Github, GithubIntegration, Requester
from controller.adapters.github.names import RepositoryName
from controller.core.errors import Terminal
from controller.ports import CallBudget

_API_VERSION = "2022-11-28"
_USER_AGENT = "modwright"
_TIMEOUT = timedelta(seconds=20)
_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """Status, headers in lower case, and the body as text."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self, *, what: str) -> Any:
        """The body as JSON. Raises `Transient` where it is none: a proxy's error page is not an answer."""
        try:
            return json.loads(self.text) if self.text else None
        except (ValueError, RecursionError) as error:
            raise errors.strange(error, what=what) from error


class Client:
    """Requests about one repository, with the App's tokens."""

    def __init__(
        self,
        *,
        api: str,
        repository: RepositoryName,
        credentials: tokens.AppCredentials,
        pacing: timedelta,
        timeout: timedelta = _TIMEOUT,
    ) -> None:
        settings: dict[str, Any] = {
            "base_url": api.rstrip("/"),
            "timeout": max(1, int(timeout.total_seconds())),
            "user_agent": _USER_AGENT,
            "per_page": 100,
            "retry": _only_reads_are_repeated(),
            "seconds_between_requests": 0,
            "seconds_between_writes": 0,  # paced below, across both tokens and all threads
            "lazy": True,
            "api_version": _API_VERSION,
        }
        app = Auth.AppAuth(credentials.app_id, credentials.private_key)
        integration = GithubIntegration(auth=app, **settings)
        self.repository = repository
        self.tokens = tokens.InstallationTokens(integration.requester, repository=repository, credentials=credentials)
        self._budgets = Budgets()
        self._reading = _Side(self.tokens, tokens.READING, settings, self._budgets)
        # A token of its own: an App that may not see members must still be able to read all else.
        self._organisation = _Side(self.tokens, tokens.MEMBERS, settings, self._budgets)
        self._writing = _Side(self.tokens, tokens.WRITING, settings, self._budgets)
        self._pace = _Pace(pacing)

    @property
    def api(self) -> str:
        """The API's address as the forge writes it into links."""
        return self._reading.requester.base_url

    def budget(self) -> tuple[CallBudget, ...]:
        """What the answers last said of the rate limits."""
        return self._budgets.known()

    def get(
        self, path: str, *, parameters: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Reads; 200, 302 or 304 come back, everything else raises."""
        side = self._organisation if path.startswith("/orgs/") else self._reading
        answer = side.send("GET", path, parameters=parameters, headers=headers)
        return _checked(answer, allowed=(200, 302, 304), what=f"GET {path}")

    def write(self, verb: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Changes something, once. Answers the JSON. Only 200, 201, 202 and 204 are success."""
        self._pace.wait()
        answer = self._writing.send(verb, path, body=body)
        what = f"{verb} {path}"
        return _checked(answer, allowed=(200, 201, 202, 204), what=what).json(what=what)

    def graphql(self, document: str, variables: Mapping[str, Any], *, what: str) -> Mapping[str, Any]:
        """
        Sends one GraphQL document with mutations. Answers its `data`.

        Any error raises, also beside data: a mutation before the failed one has then taken effect, so the caller looks
        again before it writes again.
        """
        self._pace.wait()
        body = {"query": document, "variables": dict(variables)}
        answer = _checked(
            self._writing.send("POST", self._writing.requester.graphql_url, body=body), allowed=(200,), what=what
        )
        told = answer.json(what=what)
        if not isinstance(told, dict) or ("data" not in told and "errors" not in told):
            raise errors.strange("neither data nor errors", what=what)
        if told.get("errors"):
            raise errors.refused_graphql(told["errors"], headers=answer.headers, what=what)
        return told.get("data") or {}


class _Side:
    """A PyGithub requester with its narrowed token."""

    def __init__(
        self,
        made: tokens.InstallationTokens,
        permissions: Mapping[str, str],
        settings: Mapping[str, Any],
        budgets: Budgets,
    ) -> None:
        self._budgets = budgets
        self._auth = tokens.NarrowedToken(made, permissions)
        self.requester: Requester = Github(auth=self._auth, **settings).requester
        self._connections = Connections(settings["base_url"], timeout=settings["timeout"], retry=settings["retry"])

    def send(
        self,
        verb: str,
        path: str,
        *,
        parameters: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        """Sends once, and once more with a new token where the forge does not take this one."""
        answer = self._once(verb, path, parameters, headers, body)
        if answer.status == 401:
            self._auth.forget()
            answer = self._once(verb, path, parameters, headers, body)
        return answer

    def _once(
        self,
        verb: str,
        path: str,
        parameters: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
        body: Mapping[str, Any] | None,
    ) -> Answer:
        what = f"{verb} {path}"
        asked: dict[str, Any] = {"parameters": dict(parameters or {}), "headers": dict(headers or {}), "input": body}
        try:
            with self._connections.one() as connection:
                status, told, text = self.requester.requestJson(verb, path, **asked, cnx=connection)
        except RequestException as error:
            raise errors.unanswered(error, what=what) from error
        except (AssertionError, RuntimeError) as error:  # what PyGithub raises for a redirect to another host
            raise Terminal(errors.FORGE_MOVED, f"the forge sent {what} to another host") from error
        self._budgets.note(told)
        if len(text) > _MOST_BYTES:
            raise errors.strange("it is larger than 64 MiB", what=what)
        return Answer(status=status, headers=told, text=text)


class _Pace:
    """Keeps writes apart, as GitHub asks ("at least one second"); one limiter for all threads."""

    def __init__(self, pacing: timedelta) -> None:
        self._seconds = pacing.total_seconds()
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Returns when it is this write's turn."""
        if self._seconds <= 0:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._seconds
        time.sleep(turn - now)


def _checked(answer: Answer, *, allowed: tuple[int, ...], what: str) -> Answer:
    if answer.status in allowed:
        return answer
    if answer.status < 300:
        raise errors.strange(f"status {answer.status}", what=what)
    body = _body_of_refusal(answer)
    raise errors.refused(status=answer.status, headers=answer.headers, body=body, what=what)


def _body_of_refusal(answer: Answer) -> object:
    try:
        return json.loads(answer.text)
    except (ValueError, RecursionError):
        return answer.text[:1000]


def _only_reads_are_repeated() -> Retry:
    """A connection that was never made may be tried again by any method: nothing was sent."""
    return Retry(
        total=2,
        backoff_factor=0.05,
        allowed_methods=frozenset({"GET", "HEAD"}),
        status_forcelist=(500, 502, 503, 504),
        respect_retry_after_header=False,  # urllib3 would sleep for as long as the other side says
        raise_on_status=False,
    )
