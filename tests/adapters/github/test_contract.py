"""The real adapter keeps the forge's contract."""

from __future__ import annotations

import pytest

from tests.contract.forge_contract import ForgeContract
from tests.support.sandbox_world import SandboxWorld


class TestGitHubForge(ForgeContract):
    """Over the sandbox."""

    @pytest.fixture
    def world(self, world: SandboxWorld) -> SandboxWorld:  # type: ignore[override]
        return world
