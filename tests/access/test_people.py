"""Who has a login on the forge, and how often the forge is asked for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from controller.access.people import People
from controller.core.errors import Transient
from tests.world.forge import PEOPLE
from tests.world.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize("login", ["alice", "nobody-there"])
def test_the_forge_is_asked_once_for_a_login_whether_somebody_has_it_or_nobody(world: World, login: str) -> None:
    people = People(world.platform)
    found = {people.by_login(login) for _ in range(50)}
    assert found == {PEOPLE.get(login)}
    assert world.forge.asked_for_people == 1


def test_a_login_that_nobody_had_is_asked_for_again_after_a_while(world: World) -> None:
    people = People(world.platform)
    people.by_login("nobody-there")
    world.clock.advance(timedelta(minutes=11))
    people.by_login("nobody-there")
    assert world.forge.asked_for_people == 2


def test_a_login_may_be_given_away_and_the_last_answer_counts_with_the_forge_away(world: World) -> None:
    people = People(world.platform)
    people.by_login("alice")
    world.clock.advance(timedelta(hours=2))
    world.forge.is_away = True
    assert people.by_login("alice") == PEOPLE["alice"]
    world.forge.is_away = False
    people.by_login("alice")
    assert world.forge.asked_for_people == 3


def test_with_the_forge_away_nobody_is_told_to_be_unknown(world: World) -> None:
    world.forge.is_away = True
    with pytest.raises(Transient):
        People(world.platform).by_login("alice")
