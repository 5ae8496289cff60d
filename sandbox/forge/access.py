"""Whose token a request carries, and whether the asker may do what it asks for."""

from __future__ import annotations

import base64

from sandbox.forge.accounts import Identity
from sandbox.forge.forge import Forge
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
    full_name = forge.repository(repository).full_name
    if not forge.accounts.sees(asker, full_name):
        raise not_found()
    if not any(forge.accounts.may(asker, full_name, *one.split(":")) for one in needs.split("|")):
        raise forbidden() if asker.permissions is not None else forbidden("Must have admin rights to Repository.")
