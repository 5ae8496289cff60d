"""One demo for all of these tests: each makes a change of its own in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.running import Running, brought_up


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with brought_up(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def running(demo: Running) -> Iterator[Running]:
    """The demo with nothing out of order; afterwards nothing exists twice, whatever happened."""
    yield demo
    demo.faults()
    demo.door.holds.clear()
    demo.door.hidden.clear()
    demo.door.hides_next.clear()
    demo.demand_nothing_twice()
