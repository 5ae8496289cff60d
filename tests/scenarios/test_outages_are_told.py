"""What cannot be read is told when that begins and when it ends, and not at each pass between."""

from __future__ import annotations

from structlog.testing import capture_logs

from tests.world.world import World


def test_an_outage_of_the_forge_is_told_once_and_so_is_its_end(world: World) -> None:
    with capture_logs() as told:
        world.forge.is_away = True
        for _ in range(3):
            world.tick()
        world.forge.is_away = False
        for _ in range(2):
            world.tick()
    lines = [line for line in told if line["event"] in ("unknown", "everything is read again")]
    assert [line["event"] for line in lines] == ["unknown", "everything is read again"]
    assert lines[0]["why"] == ["proposals, builds, commands: the forge does not answer"]


def test_an_outage_of_the_environments_is_told_beside_it(world: World) -> None:
    with capture_logs() as told:
        world.forge.is_away = True
        world.tick()
        world.cluster.is_away = True
        world.tick()
    assert len([line for line in told if line["event"] == "unknown"]) == 2
    assert "environments: the process host does not answer" in str(told[-1])
