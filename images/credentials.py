"""How a push shows who it is. Source: distribution's token authentication specification."""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from dataclasses import dataclass, field

from images.connection import Answer, Connection, is_loopback
from images.errors import ImageError

_PARAMETER = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Most image registries look at the token alone; the user is for those that want one."""

    token: str = field(repr=False)
    user: str = "modwright"

    @property
    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.user}:{self.token}".encode()).decode()


def authorization(connection: Connection, *, repository: str, credentials: Credentials | None) -> str | None:
    """The `Authorization` header to push with, found by asking; nothing where none is wanted.

    Raises `ImageError` when one is wanted and there are no credentials, or they are refused.
    """
    first = connection.ask("GET", "/v2/", headers={"Accept": "*/*"})
    challenge = first.headers.get("www-authenticate", "")
    if first.status != 401:
        return credentials.basic if credentials else None
    if credentials is None:
        raise ImageError("the image registry wants a token", hint="set the token's environment variable")
    if challenge.lower().startswith("bearer"):
        return "Bearer " + _exchange(
            dict(_PARAMETER.findall(challenge)), repository=repository, credentials=credentials
        )
    return credentials.basic


def _exchange(challenge: dict[str, str], *, repository: str, credentials: Credentials) -> str:
    """The token that the image registry's token service gives for ours."""
    realm = urllib.parse.urlsplit(challenge.get("realm", ""))
    if realm.scheme != "https" and not is_loopback(realm.hostname or ""):
        raise ImageError(f"the token service {realm.netloc!r} is not encrypted", hint="a token is not sent there")
    query = {"service": challenge.get("service", ""), "scope": f"repository:{repository}:pull,push"}
    with Connection.to(realm.netloc) as service:
        path = f"{realm.path or '/'}?{urllib.parse.urlencode(query)}"
        answer = service.ask("GET", path, headers={"Authorization": credentials.basic})
    return _token(answer)


def _token(answer: Answer) -> str:
    """Under either of the two names that the specification allows."""
    try:
        document = json.loads(answer.body)
        return str(document.get("token") or document["access_token"])
    except (ValueError, KeyError, AttributeError) as error:
        hint = "is it the right one, and may it push?"
        raise ImageError(f"the token was refused: the token service answered {answer.status}", hint=hint) from error
