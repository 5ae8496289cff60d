"""A world whose past is judged from a clone, with its forge away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.world.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world whose first release runs in both environments."""
    made = World(tmp_path)
    made.begin()
    return made
