"""What the forge's headers say of its rate limits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from controller.adapters.github.budget import Budgets
from controller.ports import CallBudget
from tests.support.sandbox_world import SandboxWorld

SAID = {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "4987",
    "x-ratelimit-reset": "1780000000",
    "x-ratelimit-resource": "core",
}


def test_the_newest_word_of_each_kind_is_kept() -> None:
    budgets = Budgets()
    budgets.note(SAID)
    budgets.note(SAID | {"x-ratelimit-resource": "graphql", "x-ratelimit-remaining": "1"})
    budgets.note(SAID | {"x-ratelimit-remaining": "4986"})
    at = datetime.fromtimestamp(1780000000, UTC)
    assert budgets.known() == (CallBudget("core", 5000, 4986, at), CallBudget("graphql", 5000, 1, at))


@pytest.mark.parametrize("strange", ["", "-1", "many", "9" * 400, "٣"])
@pytest.mark.parametrize("header", ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"])
def test_a_strange_header_changes_nothing(header: str, strange: str) -> None:
    budgets = Budgets()
    budgets.note(SAID | {header: strange})
    budgets.note({})
    assert budgets.known() == ()


def test_the_forge_tells_its_budget_with_each_answer(world: SandboxWorld) -> None:
    world.forge.heads()
    (core,) = [budget for budget in world.forge.budget() if budget.resource == "core"]
    assert 0 < core.remaining <= core.limit
