"""Which images are retained: what is known without asking, and how much is asked for behind a page."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from controller.core.ledger.state import Release
from controller.core.model import Digest, ReleaseId
from controller.operations.platform import Heard
from controller.operations.retained import BELIEVED, BUDGET, FRESH, PERIOD, ask_for, due, heard
from controller.operations.rollout import demand_image
from controller.showing.retained import retained
from tests.world.world import PRODUCTION, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.begin()
    made.platform.heard = Heard()
    made.images.asked.clear()
    return made


def many(world: World, count: int) -> tuple[Release, ...]:
    """Releases with an image of their own each, all of which can be pulled."""
    one = world.release_in(PRODUCTION)
    digests = [Digest(f"sha256:{number:064x}") for number in range(count)]
    world.images.modules.update(dict.fromkeys(digests, frozenset()))
    return tuple(replace(one, id=ReleaseId(f"rel_{digest[-6:]}"), digest=digest) for digest in digests)


def ask(world: World, releases: tuple[Release, ...]) -> None:
    ask_for(world.platform, world.view().configuration, due(world.platform, releases))


def shown(world: World, releases: tuple[Release, ...]) -> list[bool | None]:
    return list(retained(world.loop, releases).values())


def seen_at_last(world: World, releases: tuple[Release, ...]) -> list[bool | None]:
    """What is shown once nothing is asked for any more."""
    ends = time.monotonic() + 10
    while due(world.platform, releases) or world.platform.heard.asking.locked():
        assert time.monotonic() < ends
        shown(world, releases)
        time.sleep(0.01)
    return shown(world, releases)


def test_what_was_never_asked_for_is_not_known_and_is_by_the_next_look(world: World) -> None:
    kept, gone = many(world, 2)
    del world.images.modules[gone.digest]
    assert shown(world, (kept, gone)) == [None, None]
    assert seen_at_last(world, (kept, gone)) == [True, False]


def test_looking_again_and_again_asks_for_each_image_once(world: World) -> None:
    releases = many(world, 3)
    seen_at_last(world, releases)
    for _ in range(20):
        assert shown(world, releases) == [True] * 3
    assert sorted(world.images.asked) == sorted(release.digest for release in releases)


def test_an_image_that_several_releases_share_is_asked_for_once(world: World) -> None:
    one = many(world, 1)[0]
    ask(world, (one, replace(one, id=ReleaseId("rel_again"))))
    assert world.images.asked == [one.digest]


def test_a_long_list_takes_no_more_than_the_budget_until_its_period_is_over(world: World) -> None:
    releases = many(world, BUDGET + 5)
    ask(world, releases)
    ask(world, releases)
    assert len(world.images.asked) == BUDGET
    assert heard(world.platform, releases[-1]) is None
    world.clock.advance(PERIOD)
    ask(world, releases)
    assert len(world.images.asked) == BUDGET + 5
    assert heard(world.platform, releases[-1]) is True


def test_an_image_registry_that_is_away_is_asked_once_and_everything_stays_unknown(world: World) -> None:
    releases = many(world, 5)
    world.images.is_away = True
    ask(world, releases)
    ask(world, releases)
    assert len(world.images.asked) == 1
    assert [heard(world.platform, release) for release in releases] == [None] * 5
    world.images.is_away = False
    world.clock.advance(PERIOD)
    ask(world, releases)
    assert [heard(world.platform, release) for release in releases] == [True] * 5


def test_an_answer_is_asked_for_again_and_told_meanwhile_but_not_for_ever(world: World) -> None:
    releases = many(world, 1)
    ask(world, releases)
    world.clock.advance(FRESH)
    assert (due(world.platform, releases), heard(world.platform, releases[0])) == (releases, True)
    world.images.is_away = True
    ask(world, releases)
    world.clock.advance(BELIEVED - FRESH)
    assert heard(world.platform, releases[0]) is None


def test_what_a_promotion_or_a_rollback_found_out_is_known_without_asking(world: World) -> None:
    release = world.release_in(PRODUCTION)
    demand_image(world.platform, world.view().configuration, release)
    assert shown(world, (release,)) == [True]
    assert world.images.asked == [release.digest]
