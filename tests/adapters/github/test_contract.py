"""The real adapter keeps the forge's contract."""

from __future__ import annotations

import pytest

from controller.core.model import GateReport, GateStatus, ProposalNumber, Sha
from tests.contract.forge_contract import ForgeContract
from tests.support.sandbox_world import SandboxWorld, forge_of


class TestGitHubForge(ForgeContract):
    """Over the sandbox."""

    @pytest.fixture
    def world(self, world: SandboxWorld) -> SandboxWorld:  # type: ignore[override]
        return world


@pytest.mark.parametrize(
    ("console", "leads_to"), [("https://modwright.example", "https://modwright.example/changes/12"), ("", None)]
)
def test_the_gate_leads_to_the_page_of_the_change(world: SandboxWorld, console: str, leads_to: str | None) -> None:
    forge = forge_of(world.sandbox, world.repository, console=console)
    head = world.head("main")
    asked = GateReport(Sha(head), GateStatus.WAITING, "Waits", "for a review", proposal=ProposalNumber(12))
    forge.write_gate(asked)
    (run,) = world.somebody("alice").ask("GET", f"/commits/{head}/check-runs")["check_runs"]
    assert run["details_url"] == (leads_to or run["html_url"])
