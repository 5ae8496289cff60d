"""Which role and which scope somebody has who proved to be there, and whether they suffice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from codegen import Sentence
from controller.access import tokens as token
from controller.access.routes import METRICS, Route
from controller.core.errors import Denied, Transient
from controller.core.model import Person, Role
from controller.core.roles import Ask, RoleFound, demand, role_among
from controller.operations.teams import members
from controller.reconcile.loop import Loop


@dataclass(frozen=True)
class Known:
    """Somebody who proved to be there, before it is asked what they may. `bucket` is whose quota is drawn from."""

    login: str
    via: Literal["token", "session", "statement"]
    scope: frozenset[str]
    bucket: str
    line: Role | None = None
    most: Role | None = None
    """The role of who vouched, beyond which nobody for whom they vouch comes."""
    person: Person | None = None


class Roles:
    """The roles that people have now: by their token's line, by the configuration, by their teams."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    def of(self, known: Known) -> RoleFound:
        """By the token's line, else by the configuration; who is vouched for and has none there, the voucher's."""
        if known.line is not None:
            return RoleFound(known.line)
        found = self._configured(known)
        if known.most is None:
            return found
        none = found.role is None and found.perhaps is None
        return RoleFound(known.most) if none else found.at_most(known.most)

    def _configured(self, known: Known) -> RoleFound:
        """A login that only a statement gives, and that no forge knows, is nobody's in the configuration."""
        configuration = self._loop.look().view.configuration
        if known.via == "statement" and (known.person is None or known.person.id is None):
            return RoleFound(None)
        platform, teams = self._loop.platform, configuration.teams
        return role_among(configuration.roles, teams, known.login, members=members(platform, teams))

    def demanded(self, known: Known, ask: Ask) -> Role:
        """
        The role, where it suffices for that; `Denied` else.

        `Transient` where it hangs on a team that the forge does not tell of now: unknown is neither yes nor no.
        """
        found = self.of(known)
        if found.cannot_tell(ask):
            raise Transient(f"the role of {known.login} cannot be told now: the forge does not say who is in a team")
        return demanded(found.role, ask, who=known.login)


def scope_for(ask: Ask) -> str:
    """The scope of a token that an ask needs: looking `read`, all else `write`."""
    return token.READ if ask is Ask.LOOK else token.WRITE


def demand_scope(known: Known, route: Route, ask: Ask) -> None:
    """Looking asks for `read`, all else for `write`; the metrics also open to a token for nothing but them."""
    wanted = scope_for(ask)
    if wanted in known.scope or (route[1] == METRICS and token.METRICS in known.scope):
        return
    found = ", ".join(sorted(known.scope))
    message = Sentence(
        "the token of {who} is not for this: scope {found}, wanted {wanted}",
        who=known.login,
        found=found,
        wanted=wanted,
    )
    raise Denied("ScopeMissing", message, hint=Sentence("the scope stands in the token's line"))


def demanded(role: Role | None, ask: Ask, *, who: str) -> Role:
    """The role, where it suffices. `Denied` else."""
    demand(role, ask, who=who)
    if role is None:
        raise Denied("RoleMissing", Sentence("{who} has no role", who=who))
    return role
