"""Who may push and pull: static tokens, by Docker's token flow or given directly.

Clients differ: docker and skopeo answer a `Bearer realm=` challenge by asking that realm with their user and password;
simple clients send the token itself as Bearer or as the password of Basic. All three end at the same comparison.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.registry.errors import RegistryError

Right = Literal["pull", "push"]
_ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Access:
    """The tokens that may push (and pull) and those that may only pull."""

    push: frozenset[str] = frozenset()
    pull: frozenset[str] = frozenset()
    anonymous_pull: bool = False

    def allows(self, token: str | None, right: Right) -> bool:
        """Whether a token carries a right."""
        if right == "pull" and self.anonymous_pull:
            return True
        accepted = self.push if right == "push" else self.push | self.pull
        return token is not None and any(hmac.compare_digest(token.encode(), each.encode()) for each in accepted)


def from_tokens(tokens: Mapping[str, str]) -> Access:
    """The access that a configuration gives; `anonymous: pull` lets everybody pull. An empty token opens nothing."""
    named = {right: frozenset({token} if (token := tokens.get(right)) else ()) for right in ("push", "pull")}
    return Access(push=named["push"], pull=named["pull"], anonymous_pull=tokens.get("anonymous") == "pull")


def require(request: Request, access: Access, right: Right) -> None:
    """Raises 401 with a challenge when nobody is named, 403 when the named one may not push."""
    token = _presented_token(request)
    if access.allows(token, right):
        return
    if token is not None and right == "push" and access.allows(token, "pull") and token != _ANONYMOUS:
        raise RegistryError(403, "DENIED", "this token may pull, it may not push")
    raise RegistryError(401, "UNAUTHORIZED", "a token is needed", {"WWW-Authenticate": _challenge(request, right)})


def issue(request: Request, access: Access) -> Response:
    """The token endpoint of Docker's flow: the password of Basic is the token, and comes back as such."""
    token = _presented_token(request)
    if token is None and access.anonymous_pull:
        token = _ANONYMOUS
    elif token is None or not access.allows(token, "pull"):
        challenge = {"WWW-Authenticate": 'Basic realm="sandbox"'}
        raise RegistryError(401, "UNAUTHORIZED", "the password is no token of this registry", challenge)
    return JSONResponse({"token": token, "access_token": token, "expires_in": 3600})


def _challenge(request: Request, right: Right) -> str:
    host = request.headers.get("host", "127.0.0.1")
    challenge = f'Bearer realm="http://{host}/token",service="{host}"'
    name = request.path_params.get("name")
    actions = "pull,push" if right == "push" else "pull"
    return f'{challenge},scope="repository:{name}:{actions}"' if name else challenge


def _presented_token(request: Request) -> str | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None
