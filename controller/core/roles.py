"""Who may ask for what: the least role for each thing that a person can ask. What is not listed, nobody may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from codegen import Sentence
from controller.core.errors import Denied
from controller.core.model import Known, Role, Unknown, highest


class Ask(StrEnum):
    """The things that a person can ask."""

    LOOK = "look"
    SMOKE = "run checks"
    CHANGE = "change modules"
    WITHDRAW = "withdraw a proposal"
    CANCEL_BUILD = "cancel a build"
    PROMOTE = "promote"
    ADOPT = "adopt a first release"
    ROLL_BACK = "roll back"
    REVERT = "revert a change"
    HOLD = "hold"
    LIFT = "lift a hold or a freeze"
    FREEZE = "freeze"
    ADMIT = "admit a commit"
    OVERRIDE = "override a policy"


LEAST_ROLE = {
    Ask.LOOK: Role.VIEWER,
    Ask.SMOKE: Role.OPERATOR,
    Ask.HOLD: Role.OPERATOR,
    Ask.LIFT: Role.OPERATOR,
    Ask.FREEZE: Role.OPERATOR,
    Ask.ROLL_BACK: Role.OPERATOR,
    Ask.REVERT: Role.OPERATOR,
    Ask.CHANGE: Role.ADMIN,
    Ask.WITHDRAW: Role.ADMIN,
    Ask.CANCEL_BUILD: Role.ADMIN,
    Ask.PROMOTE: Role.ADMIN,
    Ask.ADOPT: Role.ADMIN,
    Ask.ADMIT: Role.SUPER_ADMIN,
    Ask.OVERRIDE: Role.SUPER_ADMIN,
}


Members = Mapping[str, Known[frozenset[str]] | Unknown]
"""Who is in each team, by logins in lower case, where that is known."""


@dataclass(frozen=True)
class RoleFound:
    """The highest role that is known, and the highest that the teams which could not be read may give beside it."""

    role: Role | None
    perhaps: Role | None = None

    def cannot_tell(self, ask: Ask) -> bool:
        """Whether it hangs on a team that could not be read if this may be asked."""
        return not may(self.role, ask) and may(self.perhaps, ask)

    def at_most(self, most: Role | None) -> RoleFound:
        """No role beyond that one."""
        return RoleFound(_lower(self.role, most), _lower(self.perhaps, most))


def role_among(logins: Mapping[str, Role], teams: Mapping[str, Role], login: str, *, members: Members) -> RoleFound:
    """Somebody's role by their login and by every team that they are in: the highest counts."""
    given = [logins.get(login)]
    perhaps: list[Role | None] = []
    for team, role in teams.items():
        match members.get(team):
            case Known(value=found):
                given.append(role if login.lower() in found else None)
            case _:
                perhaps.append(role)
    return RoleFound(highest(*given), highest(*perhaps))


def may(role: Role | None, ask: Ask) -> bool:
    """Whether that role suffices."""
    least = LEAST_ROLE.get(ask)
    return role is not None and least is not None and role.includes(least)


def _lower(role: Role | None, most: Role | None) -> Role | None:
    return role if role is None or most is None or most.includes(role) else most


def demand(role: Role | None, ask: Ask, *, who: str) -> None:
    """Passes where the role suffices; `Denied` with what would be needed else."""
    least = LEAST_ROLE.get(ask)
    if not may(role, ask):
        wanted = least.value if least is not None else "nobody"
        message = Sentence(
            "{who} may not {ask}: role {role}, wanted {wanted}",
            who=who,
            ask=ask.value,
            role=Sentence(role.value if role else "none"),
            wanted=Sentence(wanted),
        )
        raise Denied("RoleMissing", message, hint=Sentence("roles stand in .modwright/config.yaml"))
