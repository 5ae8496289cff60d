"""Who is asking: by what they prove it, and whether they may."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Depends, Request

from codegen import Sentence
from controller.access import tokens as token
from controller.access.people import People
from controller.access.rates import Limits, Rates, Standing
from controller.access.roles import Known, Roles, demand_scope, scope_for
from controller.access.routes import METRICS, OPEN, OPEN_PAGES, ask_of
from controller.access.sessions import Session, Sessions, recognize
from controller.access.statements import HEADER as STATEMENT
from controller.access.statements import Identity, Stated, Statements
from controller.access.tokens import Holder, Tokens
from controller.core.errors import Denied, Transient
from controller.core.model import Person, Role
from controller.core.roles import Ask, may
from controller.ports import SignIn
from controller.reconcile.loop import Loop


@dataclass(frozen=True)
class Caller:
    """
    Who asks, with the role that was enough, how that is known, and what may be done that way.

    `person` is known by the forge's id where the forge said so; `Access.person` looks up the others.
    """

    login: str
    role: Role
    person: Person | None = None
    via: Literal["token", "session", "statement"] = "token"
    scope: frozenset[str] = token.USUAL

    def may(self, ask: Ask) -> bool:
        """Whether role and scope suffice: what a face offers. What is done is judged again where it is done."""
        return may(self.role, ask) and scope_for(ask) in self.scope

    @property
    def all_asks(self) -> tuple[Ask, ...]:
        """Everything that this caller may ask."""
        return tuple(ask for ask in Ask if self.may(ask))


@dataclass(frozen=True)
class Doors:
    """What browsers and platforms' own interfaces are let in by; without keys no browser is."""

    session_keys: tuple[bytes, ...] = field(default=(), repr=False)
    ended_sessions: Path | None = None
    """The file that keeps which sessions were signed out."""
    public_url: str = ""
    """`https://host` under which browsers see this service; empty on loopback."""
    sign_in: SignIn | None = None
    identity: Identity | None = None
    limits: Limits = field(default_factory=Limits)


class Access:
    """Authenticates by token or session, authorizes by the tables, and knows people as the forge knows them."""

    def __init__(self, tokens: Tokens, loop: Loop, doors: Doors | None = None) -> None:
        doors = doors or Doors()
        self.tokens = tokens
        self.public_url = doors.public_url
        self.sign_in = doors.sign_in
        self.limits = doors.limits
        self.sessions = Sessions(
            doors.session_keys,
            clock=loop.platform.clock,
            secure=doors.public_url.startswith("https:"),
            ended=doors.ended_sessions,
        )
        self.rates = Rates(loop.platform.clock)
        clock = loop.platform.clock
        self._statements = Statements(doors.identity, clock) if doors.identity is not None else None
        self._loop = loop
        self._roles = Roles(loop)
        self._people = People(loop.platform)

    def caller(self, request: Request, *, counts: bool = True) -> Caller | None:
        """
        Who asks; on an open route whoever is signed in, else `None`. Without `counts` it takes nothing from their quota.

        `Denied` for who cannot be told, for a route in no table, for a scope or a role that does not suffice.
        """
        route = (request.method, getattr(request.scope.get("route"), "path", ""))
        if route in OPEN | OPEN_PAGES:
            return self._visitor(request)
        known = self._known(request)
        if counts:
            request.state.standings = self._drawn(known, writes=request.method != "GET")
        ask = ask_of(route)
        if ask is None:
            raise Denied("RoleMissing", f"nobody may {request.method} {route[1]}")
        demand_scope(known, route, ask)
        if route[1] == METRICS and token.METRICS in known.scope:
            return self._caller(known, Role.VIEWER)
        return self._caller(known, self._roles.demanded(known, ask))

    def person(self, caller: Caller) -> Person:
        """
        The caller by the forge's id, asked once. Somebody whom the forge does not know has none.

        With the forge away a name has to do: what needs the id (a proposal) needs the forge anyhow.
        """
        if caller.person is not None:
            return caller.person
        try:
            return self._people.by_login(caller.login) or Person(caller.login)
        except Transient:
            return Person(caller.login)

    def now(self) -> datetime:
        """What time it is."""
        return self._loop.platform.clock()

    def visitor(self, request: Request) -> Caller | None:
        """Whoever is signed in, also where there is no such route; it grants nothing."""
        recognize(request, self.sessions)
        return self._visitor(request)

    def _visitor(self, request: Request) -> Caller | None:
        session: Session | None = request.state.session
        try:
            known = self._of_session(session) if session is not None else None
            role = self._roles.of(known).role if known is not None else None
        except (Denied, Transient):
            return None
        return self._caller(known, role) if known is not None and role is not None else None

    def _known(self, request: Request) -> Known:
        """A token that is sent counts alone, so that a wrong one is never made good by a cookie."""
        headers = request.headers.getlist("authorization")
        if headers:
            request.state.by_token = True
            # Two are none: what stands before us may have read the other one.
            holder = self._holder(headers[0] if len(headers) == 1 else "")
            stated = request.headers.getlist(STATEMENT)
            return (
                self._of_statement(holder, stated[0] if len(stated) == 1 else "") if stated else self._of_token(holder)
            )
        session: Session | None = request.state.session
        if session is not None:
            return self._of_session(session)
        raise Denied(
            "NotAuthenticated", Sentence("no token that is known"), hint=Sentence("send Authorization: Bearer TOKEN")
        )

    def _of_token(self, holder: Holder) -> Known:
        return Known(holder.login, "token", holder.scope, f"token {holder.mark}", holder.role)

    def _of_statement(self, holder: Holder, text: str) -> Known:
        """The user whom the token's holder vouches for; the quota stays the token's."""
        if self._statements is None:
            raise Denied(
                "StatementsOff",
                "no statement of a user is believed here",
                hint="see identity in the settings",
            )
        if token.ACT_FOR not in holder.scope:
            message = f"the token of {holder.login} may not act for anybody: its scope lacks {token.ACT_FOR}"
            raise Denied("ScopeMissing", message, hint="the scope stands in the token's line")
        stated = self._statements.read(text)
        voucher = self._of_token(holder)
        most = self._roles.of(voucher).role
        if most is None:
            raise Denied("RoleMissing", f"{holder.login} has no role, and nobody for whom they vouch")
        person = self._stated_person(stated, via=holder.login)
        return Known(person.login, "statement", holder.scope, voucher.bucket, None, most, person)

    def _stated_person(self, stated: Stated, *, via: str) -> Person:
        """As the forge knows the login that is claimed; by the statement's subject where it knows none."""
        found = self._people.by_login(stated.forge_login) if stated.forge_login else None
        if found is None:
            return Person(stated.login, name=stated.name, via=via)
        return replace(found, name=stated.name, via=via)

    def _of_session(self, session: Session) -> Known:
        """A session that a token made lives no longer than the token's line, and may what the line says."""
        if not session.token:
            return Known(session.login, "session", token.USUAL, f"session of {session.login}", person=session.person)
        holder = self.tokens.marked(session.token)
        if holder is None:
            raise Denied(
                "NotAuthenticated", Sentence("the token that signed in was revoked"), hint=Sentence("sign in again")
            )
        self.refuse_expired(holder)
        return Known(holder.login, "session", holder.scope, f"token {holder.mark}", holder.role)

    def _holder(self, header: str) -> Holder:
        scheme, _, given = header.partition(" ")
        holder = self.tokens.holder(given.strip()) if scheme.lower() == "bearer" and given.strip() else None
        if holder is None:
            raise Denied(
                "NotAuthenticated",
                Sentence("no token that is known"),
                hint=Sentence("send Authorization: Bearer TOKEN"),
            )
        self.refuse_expired(holder)
        return holder

    def refuse_expired(self, holder: Holder) -> None:
        """`Denied` (`TokenExpired`) from the moment on that the token's line names."""
        if holder.is_expired(self.now()):
            raise Denied(
                "TokenExpired",
                Sentence("the token of {who} has expired", who=holder.login),
                hint=Sentence("ask for a new one"),
            )

    def _drawn(self, known: Known, *, writes: bool) -> tuple[Standing, ...]:
        every = self.rates.draw("requests", known.bucket, quota=self.limits.requests)
        if not writes or every.wait is not None:
            return (every,)
        return every, self.rates.draw("writes", known.bucket, quota=self.limits.writes)

    def _caller(self, known: Known, role: Role) -> Caller:
        return Caller(known.login, role, person=known.person, via=known.via, scope=known.scope)


def authorize(request: Request) -> None:
    """Stands before every route of the application."""
    access: Access = request.app.state.access
    recognize(request, access.sessions)
    request.state.caller = access.caller(request)
    refuse_too_many(request.state.standings)


def refuse_too_many(standings: tuple[Standing, ...]) -> None:
    """`Denied` (`TooManyRequests`) where a limit is used up; the headers say when to come again."""
    used_up = next((one for one in standings if one.wait is not None), None)
    if used_up is not None:
        message = Sentence("more than {quota} {name} a minute", quota=used_up.quota, name=used_up.name)
        raise Denied("TooManyRequests", message, hint=Sentence("wait as long as Retry-After says"))


def _caller(request: Request) -> Caller:
    caller = request.state.caller
    if not isinstance(caller, Caller):
        raise Denied("NotAuthenticated", Sentence("no token that is known"))
    return caller


CallerGiven = Annotated[Caller, Depends(_caller)]
"""The caller, as a route's parameter."""
