"""The real adapters with a sandbox behind them; one sandbox for all tests, a repository for each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.support import sandbox as running_sandbox
from tests.support.sandbox import Sandbox
from tests.support.sandbox_world import SandboxWorld, forge_of


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox.running(tmp_path_factory.mktemp("sandbox")) as started:
        yield started


@pytest.fixture(scope="session")
def positions() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def world(sandbox: Sandbox, positions: Iterator[int]) -> Iterator[SandboxWorld]:
    repository = running_sandbox.repository_name(next(positions))
    yield SandboxWorld(forge=forge_of(sandbox, repository), sandbox=sandbox, repository=repository)
    sandbox.faults()


@pytest.fixture
def unchanged(sandbox: Sandbox) -> Iterator[SandboxWorld]:
    """A repository that no test changes, with a forge that has read nothing."""
    repository = running_sandbox.repository_name(0)
    yield SandboxWorld(forge=forge_of(sandbox, repository), sandbox=sandbox, repository=repository)
    sandbox.faults()
