"""The in-memory hosts keep the contract that the real adapters keep."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from controller.core.model import Digest, EnvironmentName, RolloutPhase, Running
from tests.contract.hosts_contract import HostsContract
from tests.world.clock import SteppedClock
from tests.world.running import WorldCluster, WorldImages, WorldProber

STAGING = EnvironmentName("staging")


class InMemory:
    """`HostsWorld` over the stand-ins."""

    def __init__(self) -> None:
        self.environment = STAGING
        self.images = WorldImages()
        self.cluster = WorldCluster(SteppedClock(), {STAGING: Running(STAGING, "env://staging", RolloutPhase.EMPTY)})
        self.prober = WorldProber(self.images, self.cluster)

    def build(self, *modules: str, starts: bool = True) -> Digest:
        digest = Digest("sha256:" + hashlib.sha256(f"{modules}".encode()).hexdigest())
        self.images.modules[digest] = frozenset(modules)
        if not starts:
            self.cluster.refuses.add(digest)
        return digest

    def make_unwell(self, module: str) -> None:
        self.prober.unwell.add((self.environment, module))

    def settled(self) -> Running:
        return self.cluster.observe()[self.environment]

    @contextmanager
    def images_away(self) -> Iterator[None]:
        self.images.is_away = True
        yield
        self.images.is_away = False

    @contextmanager
    def host_away(self) -> Iterator[None]:
        self.cluster.is_away = True
        yield
        self.cluster.is_away = False


class TestWorldHosts(HostsContract):
    """Over nothing."""

    @pytest.fixture
    def world(self) -> InMemory:  # type: ignore[override]
        return InMemory()
