"""Who is asking, and whether the role suffices for the route."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from controller.access.routes import ASKS, OPEN, OPEN_PAGES, PAGES
from controller.access.tokens import Holder, Tokens
from controller.core.errors import Denied, Terminal, Transient
from controller.core.model import Person, Role
from controller.core.roles import Ask, demand
from controller.reconcile.loop import Loop


@dataclass(frozen=True)
class Caller:
    """Who asks, with the role that was enough."""

    login: str
    role: Role


class Access:
    """Authenticates by token, authorizes by the table, and knows people as the forge knows them."""

    def __init__(self, tokens: Tokens, loop: Loop) -> None:
        self._tokens = tokens
        self._loop = loop
        self._people: dict[str, Person] = {}
        self._lock = threading.Lock()

    def caller(self, request: Request) -> Caller | None:
        """Who asks; `None` on an open route. `Denied` without a token that is known, or without the role."""
        route = getattr(request.scope.get("route"), "path", "")
        if (request.method, route) in OPEN | OPEN_PAGES:
            return None
        holder = self._holder(request.headers.get("authorization", ""))
        ask = ASKS.get((request.method, route)) or PAGES.get((request.method, route))
        if ask is None:
            raise Denied("RoleMissing", f"nobody may {request.method} {route}")
        role = holder.role or self._loop.look().view.configuration.role_of(holder.login)
        return Caller(holder.login, demanded(role, ask, who=holder.login))

    def person(self, caller: Caller) -> Person:
        """
        The caller by the forge's id, asked once. Somebody whom the forge does not know has none.

        With the forge away a name has to do: what needs the id (a proposal) needs the forge anyhow.
        """
        with self._lock:
            known = self._people.get(caller.login)
        if known is not None:
            return known
        try:
            found = self._loop.platform.forge.person(caller.login)
        except Transient:
            return Person(caller.login)
        except Terminal as error:
            if error.reason != "NotFound":
                raise
            return Person(caller.login)
        with self._lock:
            self._people[caller.login] = found
        return found

    def _holder(self, header: str) -> Holder:
        scheme, _, token = header.partition(" ")
        holder = self._tokens.holder(token.strip()) if scheme.lower() == "bearer" and token.strip() else None
        if holder is None:
            raise Denied("NotAuthenticated", "no token that is known", hint="send Authorization: Bearer TOKEN")
        return holder


def demanded(role: Role | None, ask: Ask, *, who: str) -> Role:
    """The role, where it suffices. `Denied` else."""
    demand(role, ask, who=who)
    if role is None:
        raise Denied("RoleMissing", f"{who} has no role")
    return role


def authorize(request: Request) -> None:
    """Stands before every route of the application."""
    access: Access = request.app.state.access
    request.state.caller = access.caller(request)


def _caller(request: Request) -> Caller:
    caller = request.state.caller
    if not isinstance(caller, Caller):
        raise Denied("NotAuthenticated", "no token that is known")
    return caller


CallerGiven = Annotated[Caller, Depends(_caller)]
"""The caller, as a route's parameter."""
