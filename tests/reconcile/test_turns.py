"""Long readings of a face: in parts, so that nobody waits for the whole of one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

from tests.world.world import World

MANY = 5_000


def test_who_waits_has_their_turn_between_two_parts_of_a_long_reading(tmp_path: Path) -> None:
    world = World(tmp_path)
    order: list[str] = []

    def roll_back() -> None:
        with world.loop.turn():
            order.append("rollback")

    person = threading.Thread(target=roll_back)

    def parts() -> Iterator[None]:
        order.append("first part")
        person.start()
        for _ in range(MANY):
            if "rollback" in order:
                break
            yield
        order.append("last part")

    world.loop.in_turns(parts)
    person.join()
    assert order == ["first part", "rollback", "last part"]


def test_of_two_long_readings_the_second_begins_when_the_first_has_ended(tmp_path: Path) -> None:
    world = World(tmp_path)
    order: list[str] = []

    def read(name: str) -> Iterator[None]:
        order.append(name)
        for _ in range(20):
            yield
        order.append(name)

    readers = [threading.Thread(target=world.loop.in_turns, args=(lambda name=name: read(name),)) for name in "ab"]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert order in (["a", "a", "b", "b"], ["b", "b", "a", "a"])
