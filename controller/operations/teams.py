"""
Who is in the teams that have roles, as the forge says. Asked at most once a minute, and believed for ten without it.

Unknown is not empty: a team that could not be read takes nobody's role away for good, and gives nobody one either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from controller.core.configuration import Configuration
from controller.core.errors import ControllerError
from controller.core.model import Known, Unknown
from controller.core.roles import Members, role_among
from controller.operations.platform import Membership, Platform

FRESH = timedelta(minutes=1)
BELIEVED = timedelta(minutes=10)
_PAUSE = timedelta(seconds=10)
"""After a question that was not answered, so that nobody waits for the forge at each request."""


def members(platform: Platform, teams: Iterable[str]) -> Members:
    """Who is in each team; the forge is asked where the last answer is older than a minute."""
    for team in teams:
        _ask_again(platform, team)
    return remembered(platform, teams)


def remembered(platform: Platform, teams: Iterable[str]) -> Members:
    """The same without asking."""
    return {team: _remembered(platform, team) for team in teams}


def refresh(platform: Platform) -> None:
    """Asks for every team that was ever looked for, where it is due."""
    for team in list(platform.teams):
        _ask_again(platform, team)


def with_members(platform: Platform, configuration: Configuration) -> Configuration:
    """The configuration with the roles that people have by their teams, as far as that is known; and asks next time."""
    found = remembered(platform, configuration.teams)
    for team in configuration.teams:
        platform.teams.setdefault(team, Membership())
    logins = {login for known in found.values() if isinstance(known, Known) for login in known.value}
    roles = {login: role_among({}, configuration.teams, login, members=found).role for login in logins}
    return replace(configuration, members={login: role for login, role in roles.items() if role is not None})


def _ask_again(platform: Platform, team: str) -> None:
    now, kept = platform.clock(), platform.teams.get(team, Membership())
    is_fresh = kept.read_at is not None and now - kept.read_at < FRESH
    if is_fresh or (kept.asked_at is not None and now - kept.asked_at < _PAUSE):
        return
    if kept.read_at is not None:
        # Others go on with the last answer meanwhile: one question is enough.
        platform.teams[team] = replace(kept, asked_at=now)
    try:
        found = frozenset(login.lower() for login in platform.forge.members_of(team))
    except ControllerError as error:
        platform.teams[team] = replace(kept, asked_at=now, failure=str(error))
    else:
        platform.teams[team] = Membership(found, read_at=now, asked_at=now)


def _remembered(platform: Platform, team: str) -> Known[frozenset[str]] | Unknown:
    kept = platform.teams.get(team, Membership())
    if kept.read_at is not None and platform.clock() - kept.read_at < BELIEVED:
        return Known(kept.members)
    return Unknown(kept.failure or "not asked yet")
