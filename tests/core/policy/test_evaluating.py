"""A policy fails closed: only `true` of type bool lets a change through."""

from __future__ import annotations

import json

import pytest

from controller.core.policy import Verdict, evaluate, read_policies


def verdict(require: str, subject: dict[str, object], *, effect: str = "deny") -> Verdict:
    text = "\n".join(
        [
            "format: 1",
            "name: rule",
            "description: why",
            "message: It must not be so",
            f"effect: {effect}",
            f"require: {json.dumps(require)}",
            "cases: [{name: any, input: {}, expect: deny}]",
        ]
    )
    (found,) = evaluate(read_policies({"p.yaml": text}), subject)
    return found


def test_true_allows() -> None:
    assert verdict("change.size == 1", {"change": {"size": 1}}) == Verdict("rule", "allow", "")


def test_false_denies_with_the_policys_own_message() -> None:
    assert verdict("change.size == 1", {"change": {"size": 2}}) == Verdict("rule", "deny", "It must not be so")


def test_false_of_a_warning_policy_warns() -> None:
    assert verdict("change.size == 1", {"change": {"size": 2}}, effect="warn").effect == "warn"


@pytest.mark.parametrize(
    ("require", "said"),
    [
        ("change.missing", "missing"),
        ("change.items[7] == 1", "index"),
        ("1 / change.zero == 1", "divide"),
        ("change.name > 3", "overload"),
        ("approval.mode == 'solo'", "approval"),
        ("change.name.matches('(')", "("),
    ],
)
@pytest.mark.parametrize("effect", ["deny", "warn"])
def test_what_cannot_be_found_out_denies_and_says_so(require: str, said: str, effect: str) -> None:
    found = verdict(require, {"change": {"items": [], "zero": 0, "name": "x"}}, effect=effect)

    assert found.effect == "deny"
    assert found.error is not None
    assert said in found.error.lower()
    assert found.error in found.message


@pytest.mark.parametrize("require", ["'true'", "1", "change.items", "change", "null", "[true]", "1.0"])
def test_a_truthy_value_that_is_no_bool_denies(require: str) -> None:
    found = verdict(require, {"change": {"items": [1]}})

    assert found.effect == "deny"
    assert "wanted is bool" in str(found.error)


def test_too_much_work_denies_and_names_the_bound() -> None:
    files = [f"f{number}" for number in range(2_000)]

    found = verdict("proposal.files.all(f, proposal.files.all(g, f != '' && g != ''))", {"proposal": {"files": files}})

    assert found.effect == "deny"
    assert "more steps" in str(found.error)


@pytest.mark.parametrize("value", [{1, 2}, object(), 2**80, b"\xff", float("nan")])
def test_an_input_that_is_no_plain_value_never_allows(value: object) -> None:
    assert verdict("change.value == 1", {"change": {"value": value}}).effect == "deny"


def test_a_pathological_regular_expression_ends() -> None:
    assert verdict("change.name.matches('^(a+)+$')", {"change": {"name": "a" * 5_000 + "!"}}).effect == "deny"


def test_a_hostile_name_cannot_break_the_line_of_a_verdict() -> None:
    found = verdict("change[change.name]", {"change": {"name": "x\n\x1b[31mok\u202e"}})

    assert found.effect == "deny"
    assert found.message.isprintable()


def test_every_policy_gets_a_verdict_in_the_order_of_the_files() -> None:
    def text(name: str) -> str:
        case = "cases: [{name: any, input: {}, expect: allow}]"
        return f"format: 1\nname: {name}\ndescription: d\nmessage: m\nrequire: 'true'\n{case}\n"

    policies = read_policies({"b.yaml": text("first"), "a.yaml": text("second")})

    assert [found.policy for found in evaluate(policies, {})] == ["second", "first"]
    assert evaluate((), {}) == ()
