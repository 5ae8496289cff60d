"""
The port `SignIn` on a forge that speaks GitHub's OAuth: where a browser goes, and who came back.

Source: GitHub, "Generating a user access token for a GitHub App", web application flow; RFC 7636.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from controller.adapters.github import answers
from controller.core.errors import Denied, Terminal, Transient
from controller.core.model import Person
from controller.redaction import remote_text

PUBLIC_WEB = "https://github.com"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MOST_BYTES = 64 * 1024
_HINT = "sign in again"


class GitHubSignIn:
    """
    Signing in with one App. `web` is where its pages are, `api` where its REST API is.

    What a person's token is asked is who they are, once; then it is forgotten. Nothing is done in their name.
    """

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        web: str = PUBLIC_WEB,
        api: str,
        timeout: timedelta = timedelta(seconds=10),
    ) -> None:
        for address in (web, api):
            _demand_private(address)
        self._client_id = client_id
        self._client_secret = client_secret
        self._web = web.rstrip("/")
        self._api = api.rstrip("/")
        self._timeout = timeout.total_seconds()

    @property
    def origin(self) -> str:
        """`scheme://host` of the forge's pages."""
        parts = urlsplit(self._web)
        return f"{parts.scheme}://{parts.netloc}"

    def authorize_url(self, *, state: str, challenge: str, callback: str) -> str:
        """Where to send the browser."""
        query = {
            "client_id": self._client_id,
            "redirect_uri": callback,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "allow_signup": "false",
        }
        return f"{self._web}/login/oauth/authorize?{urlencode(query)}"

    def person(self, *, code: str, verifier: str, callback: str) -> Person:
        """Who came back with that code. `Denied` where the forge does not take it."""
        wish = {
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": callback,
        }
        told = self._asked("POST", f"{self._web}/login/oauth/access_token", data=wish)
        token = told.get("access_token")
        if not isinstance(token, str) or not token:
            # The forge answers 200 for refusals too, with `error` in the body.
            said = remote_text(told.get("error", "no token"))
            raise Denied("SignInRefused", f"the forge let nobody in: {said}", hint=_HINT)
        return self._who(token)

    def _who(self, token: str) -> Person:
        told = self._asked("GET", f"{self._api}/user", headers={"Authorization": f"Bearer {token}"})
        try:
            person = answers.person(told)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Transient(f"the forge did not say who it is ({type(error).__name__})") from error
        if person.id is None or person.is_bot:
            raise Denied("SignInRefused", f"{remote_text(person.login)} is no person", hint=_HINT)
        return person

    def _asked(
        self, method: str, url: str, *, data: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """A session for each call, so that no token outlives it."""
        with requests.Session() as session:
            session.trust_env = False
            accepted = {"Accept": "application/json", **(headers or {})}
            try:
                answer = session.request(
                    method, url, data=data, headers=accepted, timeout=self._timeout, allow_redirects=False
                )
                told = json.loads(answer.content) if len(answer.content) <= _MOST_BYTES else None
            except (requests.RequestException, ValueError, RecursionError) as error:
                raise Transient(f"the forge did not answer as signing in needs it ({type(error).__name__})") from None
        if answer.status_code != 200 or not isinstance(told, dict):
            raise Transient(f"the forge answered {answer.status_code} to signing in")
        return told


def _demand_private(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise Terminal("SignInAddress", f"{address[:80]!r} would carry secrets in clear", hint="use an https address")
