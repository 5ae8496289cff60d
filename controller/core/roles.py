"""Who may ask for what: the least role for each thing that a person can ask. What is not listed, nobody may."""

from __future__ import annotations

from enum import StrEnum

from controller.core.errors import Denied
from controller.core.model import Role


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
}


def demand(role: Role | None, ask: Ask, *, who: str) -> None:
    """Passes where the role suffices; `Denied` with what would be needed else."""
    least = LEAST_ROLE.get(ask)
    if role is None or least is None or not role.includes(least):
        wanted = least.value if least is not None else "nobody"
        message = f"{who} may not {ask.value}: role {role.value if role else 'none'}, wanted {wanted}"
        raise Denied("RoleMissing", message, hint="roles stand in .modwright/config.yaml")
