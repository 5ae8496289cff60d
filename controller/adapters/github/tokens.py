"""
Installation tokens, narrowed to one repository and to the permissions that the holder needs.

PyGithub narrows by permissions only, so the request is made here. Reading and writing have tokens of their own: what
polls cannot write.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from jwt.exceptions import PyJWTError
from requests import RequestException

from controller.adapters.github import errors
from controller.adapters.github.library import Auth, GithubException, Requester
from controller.adapters.github.names import RepositoryName
from controller.core.errors import Terminal

READING: Mapping[str, str] = {
    "metadata": "read",
    "contents": "read",
    "pull_requests": "read",
    "checks": "read",
    "actions": "read",
    "deployments": "read",
}
WRITING: Mapping[str, str] = {
    "metadata": "read",
    "contents": "write",
    "pull_requests": "write",
    "checks": "write",
    "actions": "write",
    "deployments": "write",
}
MEMBERS: Mapping[str, str] = {"metadata": "read", "members": "read"}
PUSHING: Mapping[str, str] = {"metadata": "read", "contents": "write"}

_RENEWED_BEFORE_END = timedelta(minutes=5)
"""A token given to a push must not end on the way."""


@dataclass(frozen=True)
class AppCredentials:
    """The GitHub App: its id and its private key in PEM. `installation` is looked up where it is not given."""

    app_id: int
    private_key: str = field(repr=False)
    installation: int | None = None


@dataclass(frozen=True)
class _Token:
    text: str = field(repr=False)
    ends_at: datetime


class InstallationTokens:
    """Makes tokens by the App's JWT and keeps each until shortly before it ends."""

    def __init__(self, requester: Requester, *, repository: RepositoryName, credentials: AppCredentials) -> None:
        self._requester = requester
        self._repository = repository
        self._installation = credentials.installation
        self._kept: dict[tuple[tuple[str, str], ...], _Token] = {}
        self._lock = threading.Lock()

    def token(self, permissions: Mapping[str, str]) -> str:
        """A token that is good for at least five minutes. Raises `Transient` or `Terminal`."""
        key = tuple(sorted(permissions.items()))
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.ends_at - datetime.now(UTC) < _RENEWED_BEFORE_END:
                kept = self._kept[key] = self._made(permissions)
            return kept.text

    def forget(self, permissions: Mapping[str, str]) -> None:
        """Drops the token that the forge no longer takes."""
        with self._lock:
            self._kept.pop(tuple(sorted(permissions.items())), None)

    def app(self) -> Mapping[str, Any]:
        """The App's own record."""
        return self._asked("GET", "/app")

    def _made(self, permissions: Mapping[str, str]) -> _Token:
        body = {"repositories": [self._repository.name], "permissions": dict(permissions)}
        if self._installation is None:
            self._installation = int(self._asked("GET", f"{self._repository.path}/installation")["id"])
        answer = self._asked("POST", f"/app/installations/{self._installation}/access_tokens", body)
        try:
            return _Token(text=str(answer["token"]), ends_at=datetime.fromisoformat(answer["expires_at"]))
        except (KeyError, TypeError, ValueError):
            # From None: the cause's text could hold the token.
            raise errors.strange("no token or no end in it", what="the request for a token") from None

    def _asked(self, verb: str, path: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        what = f"{verb} {path}"
        try:
            _, data = self._requester.requestJsonAndCheck(verb, path, input=body)
        except GithubException as error:
            raise errors.refused(
                status=error.status, headers=error.headers or {}, body=error.data, what=what
            ) from error
        except RequestException as error:
            raise errors.unanswered(error, what=what) from error
        except (PyJWTError, TypeError, ValueError) as error:
            raise _unusable_key() from error
        if not isinstance(data, dict) or ("id" not in data and "token" not in data):
            raise errors.strange("it names neither id nor token", what=what)
        return data


class NarrowedToken(Auth.Auth):
    """How PyGithub is given such a token: asked anew for each request, so that it is never an old one."""

    def __init__(self, tokens: InstallationTokens, permissions: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._permissions = permissions

    @property
    def token_type(self) -> str:
        """The scheme of the Authorization header."""
        return "token"

    @property
    def token(self) -> str:
        """The token itself."""
        return self._tokens.token(self._permissions)

    def forget(self) -> None:
        """After a 401: the next request makes a new one."""
        self._tokens.forget(self._permissions)


def _unusable_key() -> Terminal:
    hint = "Give the App's RSA private key in PEM as the forge let you download it."
    return Terminal(errors.FORGE_KEY_UNUSABLE, "the App's private key cannot sign a request", hint=hint)
