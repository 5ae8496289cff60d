"""Whose token a request carries, and whether the asker may do what it asks for."""

from __future__ import annotations

import base64
from typing import Any

from sandbox.forge.accounts import Identity, lends
from sandbox.forge.call import Call, Endpoint
from sandbox.forge.forge import Forge
from sandbox.forge.git_repository import RefMovedError
from sandbox.forge.refusals import Refusal, forbidden, not_found


def credentials(authorization: str | None) -> str | None:
    """The token in an Authorization header: `token x`, `Bearer x`, or the password of Basic."""
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() in ("token", "bearer"):
        return value.strip()
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return None
    return password or user


_IN_ORGANISATION = "organization/"
_LEVELS = {"none": 0, "read": 1, "write": 2}


def admit(forge: Forge, endpoint: Endpoint, asker: Identity, repository: str) -> None:
    """Raise `Refusal` where the asker may not use an endpoint on a repository ("*" where its path names none)."""
    if not endpoint.readers or asker.kind != "user":
        permit(forge, asker, repository, endpoint.needs)
        return
    permit(forge, asker, repository, "metadata:read")
    if not any(lends(asker, *one.split(":")) for one in endpoint.needs.split("|")):
        raise forbidden()


def perform(endpoint: Endpoint, call: Call) -> Any:
    """What an endpoint does for a call that came by another way than REST: the same rules, the same refusals."""
    admit(call.forge, endpoint, call.asker, call.repository.full_name)
    try:
        return endpoint.handler(call)
    except RefMovedError as conflict:
        raise ref_moved(conflict) from conflict


def ref_moved(conflict: RefMovedError) -> Refusal:
    """What GitHub says to who moved a ref at the same time as somebody else."""
    return Refusal(422, f"Reference update failed: {conflict}")


def _permit_in_organisation(asker: Identity, permission: str, level: str) -> None:
    """An App by its own right in the organisation; a person always, for the sandbox knows of nobody outside."""
    granted = asker.permissions if asker.lent is None else asker.lent
    if granted is not None and _LEVELS[granted.get(permission, "none")] < _LEVELS[level]:
        raise forbidden()


def permit(forge: Forge, asker: Identity, repository: str, needs: str) -> None:
    """Raise `Refusal` where the asker lacks what is needed: 404 for what it may not see, 403 for what it may not do."""
    if needs in ("nobody", "anyone"):
        if needs == "anyone" and asker.kind == "app":
            raise Refusal(401, "A JSON web token could not be decoded")
        return
    if needs == "app":
        if asker.kind != "app":
            raise Refusal(401, "A JSON web token could not be decoded")
        return
    if asker.kind == "app":
        raise forbidden()
    if needs.startswith(_IN_ORGANISATION):
        _permit_in_organisation(asker, *needs.removeprefix(_IN_ORGANISATION).split(":"))
        return
    full_name = forge.repository(repository).full_name
    if not forge.accounts.sees(asker, full_name):
        raise not_found()
    if not any(forge.accounts.may(asker, full_name, *one.split(":")) for one in needs.split("|")):
        raise forbidden() if asker.permissions is not None else forbidden("Must have admin rights to Repository.")
