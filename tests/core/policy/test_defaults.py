"""The policies that come with Modwright say what their own cases expect, and the example platform has the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.core.policy import Policy, evaluate, read_policies, run_cases

ROOT = Path(__file__).parents[3]
DEFAULTS = {file.name: file.read_text() for file in sorted((ROOT / "policies").glob("*.yaml"))}
POLICIES = read_policies(DEFAULTS)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_every_case_of_a_default_holds(policy: Policy) -> None:
    assert [(result.case, result.verdict.effect) for result in run_cases(policy)] == [
        (case.name, case.expect) for case in policy.cases
    ]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_every_default_has_a_case_that_holds_and_one_that_does_not(policy: Policy) -> None:
    assert {case.expect for case in policy.cases} >= {"allow", "deny"}


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_a_default_denies_what_it_is_told_nothing_of(policy: Policy) -> None:
    assert [verdict.effect for verdict in evaluate((policy,), {})] == ["deny"]


def test_the_example_platform_has_the_defaults() -> None:
    folder = ROOT / "examples/platform/.modwright/policies"

    assert {file.name: file.read_text() for file in folder.glob("*.yaml")} == DEFAULTS
