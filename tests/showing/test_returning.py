"""The blast radius of a return, over real git."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.core.errors import Denied
from controller.core.model import EnvironmentName, Known, Unknown
from controller.showing.returning import blast_radius
from tests.scenarios.story import arrive
from tests.world.world import PRODUCTION, STAGING, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = World(tmp_path_factory.mktemp("world"))
    made.begin()
    arrive(made, "blog")
    arrive(made, "gallery")
    return made


def test_it_names_modules_changes_people_and_other_environments(world: World) -> None:
    first = min(world.ledger.releases.values(), key=lambda release: release.created_at)
    blast = blast_radius(world.platform, world.view(), PRODUCTION, to=first.id)
    assert sorted(entry.slug for entry in blast.difference.removed) == ["blog", "content", "gallery"]
    assert not blast.difference.is_forward
    assert not blast.is_predecessor
    assert [(each.modules, each.requested_by and each.requested_by.login, each.elsewhere) for each in blast.held] == [
        (("blog", "content"), "alice", (STAGING,)),
        (("gallery",), "alice", (STAGING,)),
    ]
    assert (blast.also_there, blast.has_image, blast.migrations) == ((STAGING,), Known(True), Known(()))


def test_without_a_name_it_is_the_predecessor(world: World) -> None:
    blast = blast_radius(world.platform, world.view(), STAGING)
    assert blast.is_predecessor
    assert [entry.slug for entry in blast.difference.removed] == ["gallery"]
    assert len(blast.held) == 1


def test_it_is_refused_as_the_return_itself_would_be(world: World) -> None:
    with pytest.raises(Denied) as refused:
        blast_radius(world.platform, world.view(), EnvironmentName("moon"))
    assert refused.value.reason == "NoSuchEnvironment"
    with pytest.raises(Denied) as same:
        blast_radius(world.platform, world.view(), STAGING, to=world.release_in(STAGING).id)
    assert same.value.reason == "NoSuchRelease"


def test_an_image_that_is_gone_or_cannot_be_asked_for_is_said(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.begin()
    arrive(world, "blog")
    world.images.is_away = True
    away = blast_radius(world.platform, world.view(), PRODUCTION).has_image
    assert isinstance(away, Unknown)
    world.images.is_away = False
    world.images.modules.clear()
    assert blast_radius(world.platform, world.view(), PRODUCTION).has_image == Known(False)
