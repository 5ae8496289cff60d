"""Roles by teams: the highest counts, the forge is asked once a minute, and unknown is neither yes nor no."""

from __future__ import annotations

from datetime import timedelta

import pytest

from controller.core.model import Known, Role, Unknown
from controller.core.roles import Ask, RoleFound, role_among
from tests.api.served import Api
from tests.scenarios.story import install
from tests.world.world import World

TEAM = "acme/platform"
MEMBERS = {TEAM: Known(frozenset({"erin"}))}
AWAY = {TEAM: Unknown("away")}


@pytest.mark.parametrize(
    ("logins", "login", "members", "found"),
    [
        ({}, "erin", MEMBERS, RoleFound(Role.ADMIN)),
        ({}, "Erin", MEMBERS, RoleFound(Role.ADMIN)),
        ({}, "frank", MEMBERS, RoleFound(None)),
        ({"erin": Role.VIEWER}, "erin", MEMBERS, RoleFound(Role.ADMIN)),
        ({"erin": Role.SUPER_ADMIN}, "erin", MEMBERS, RoleFound(Role.SUPER_ADMIN)),
        ({}, "erin", AWAY, RoleFound(None, Role.ADMIN)),
        ({"erin": Role.VIEWER}, "erin", AWAY, RoleFound(Role.VIEWER, Role.ADMIN)),
        ({}, "erin", {}, RoleFound(None, Role.ADMIN)),
    ],
)
def test_the_highest_role_of_login_and_teams_counts(
    logins: dict[str, Role], login: str, members: dict[str, Known[frozenset[str]] | Unknown], found: RoleFound
) -> None:
    assert role_among(logins, {TEAM: Role.ADMIN}, login, members=members) == found


def test_what_cannot_be_told_is_only_what_hangs_on_the_team() -> None:
    found = RoleFound(Role.VIEWER, Role.ADMIN)
    assert [found.cannot_tell(ask) for ask in (Ask.LOOK, Ask.CHANGE, Ask.ADMIT)] == [False, True, False]


def with_team(world: World, role: str = "admin") -> None:
    path = ".modwright/config.yaml"
    text = world.origin.file(world.origin.heads()["main"], path)  # type: ignore[index]
    changed = text.replace(b"roles: {", f'roles: {{ "@{TEAM}": {role}, '.encode())
    world.push_to_main({path: changed}, who="alice", message="A team")
    world.tick()


def test_a_member_may_what_the_team_may_and_no_longer_than_a_minute_after_leaving(api: Api) -> None:
    api.world.forge.teams[TEAM] = frozenset({"Erin"})
    assert api.ask("erin", "GET", "/releases").status_code == 403
    with_team(api.world)
    assert api.done("erin", "GET", "/me")["role"] == "admin"
    api.world.forge.teams[TEAM] = frozenset()
    api.world.clock.advance(timedelta(seconds=61))
    assert api.ask("erin", "GET", "/releases").status_code == 403


def test_with_the_forge_away_the_last_answer_counts_for_ten_minutes_and_then_nobody_can_tell(api: Api) -> None:
    api.world.forge.teams[TEAM] = frozenset({"erin"})
    with_team(api.world)
    assert api.ask("erin", "GET", "/releases").status_code == 200
    api.world.forge.is_away = True
    api.world.clock.advance(timedelta(minutes=9))
    assert api.ask("erin", "GET", "/releases").status_code == 200
    api.world.clock.advance(timedelta(minutes=2))
    status, problem = api.refused("erin", "GET", "/releases")
    assert (status, problem["reason"]) == (503, "Transient")
    assert "cannot be told now" in problem["detail"]
    assert api.ask("alice", "GET", "/releases").status_code == 200
    assert api.ask("dave", "GET", "/releases").status_code == 200


def test_the_forge_is_not_asked_at_every_request(api: Api) -> None:
    api.world.forge.teams[TEAM] = frozenset({"erin"})
    with_team(api.world)
    before = api.world.forge.asked_for_teams
    for _ in range(20):
        api.ask("erin", "GET", "/releases")
    assert api.world.forge.asked_for_teams - before <= 1


def test_a_team_that_is_not_there_gives_nobody_a_role(api: Api) -> None:
    with_team(api.world, "super-admin")
    assert api.refused("erin", "GET", "/releases")[0] == 503
    assert api.ask("dave", "GET", "/releases").status_code == 200


def test_a_review_by_a_member_of_an_admins_team_is_an_approval(api: Api) -> None:
    api.world.forge.teams[TEAM] = frozenset({"dave"})
    with_team(api.world)
    proposal = install(api.world, "blog")
    api.world.settle()
    api.world.forge.review(proposal.number, "dave")
    api.world.settle()
    assert api.world.forge.by_number[proposal.number].merged_commit is not None
