"""Fixtures: a served world of one's own, or one that is shared and not changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.served import Api, begun


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    """A world of the test's own, with the first release in both environments."""
    with begun(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One world for tests that change nothing in it."""
    with begun(tmp_path_factory.mktemp("shared")) as made:
        yield made
