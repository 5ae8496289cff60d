"""Fixtures: a served world of one's own, or one that is shared and not changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.served import Api, begun


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """A world of the test's own, with a module that went all the way."""
    with begun(tmp_path, "blog") as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One world for tests that change nothing in it."""
    with begun(tmp_path_factory.mktemp("shared"), "blog") as made:
        yield made


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Api]:
    """A world of the test's own, in which nobody has asked for anything yet."""
    with begun(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Such a world for tests that change nothing in it."""
    with begun(tmp_path_factory.mktemp("untouched")) as made:
        yield made
