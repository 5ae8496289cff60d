"""A policy that is misspelt is an error with its place, never a rule that is silently gone."""

from __future__ import annotations

import pytest

from controller.core.errors import Terminal
from controller.core.policy import read_policies

GOOD = """\
format: 1
name: rule
description: why
message: no
require: "true"
cases:
  - name: any
    input: {}
    expect: allow
"""


def refusal(text: str) -> str:
    with pytest.raises(Terminal) as caught:
        read_policies({"dir/p.yaml": text})
    assert caught.value.reason == "PolicyUnreadable"
    assert caught.value.hint
    return caught.value.message


def test_a_good_file_is_read_and_denies_unless_it_says_otherwise() -> None:
    (policy,) = read_policies({"dir/p.yaml": GOOD})

    assert (policy.name, policy.effect, policy.path) == ("rule", "deny", "dir/p.yaml")
    assert policy.cases[0].name == "any"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("message: no", "mesage: no", "dir/p.yaml:4: mesage: no such key"),
        ("    expect: allow", "    expects: allow", "dir/p.yaml:9: expects: no such key"),
        ("format: 1", "format: 2", "dir/p.yaml:1: format: "),
        ("name: rule", "name: Rule One", "dir/p.yaml:2: name: found 'Rule One'"),
        ("message: no", "message: [no]", "dir/p.yaml:4: message: "),
        ("message: no", "message: no\neffect: audit", "dir/p.yaml:5: effect: found 'audit', allowed are deny, warn"),
        ('require: "true"', "require: true", "dir/p.yaml:5: require: "),
        ('require: "true"', 'require: "change.x &&"', "dir/p.yaml:5: require: not an expression"),
        ('require: "true"', 'require: "secrets.token == 1"', "undeclared reference to 'secrets"),
        ("    expect: allow", "    expect: yes please", "dir/p.yaml:9: expect: found 'yes please'"),
        ("    input: {}", "    input: 3", "dir/p.yaml:8: input: a mapping is wanted"),
        ("message: no\n", "", "dir/p.yaml:1: message: "),
        ("description: why", "description: why\ndescription: again", "dir/p.yaml:4: not YAML: "),
        ("    input: {}", "    input: {a: &x 1, b: *x}", "aliases"),
        ("    input: {}", "    input: " + "[" * 400, "nested"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    assert old in GOOD
    assert said in refusal(GOOD.replace(old, new))


@pytest.mark.parametrize("text", ["", "[]", "3", "\x00", "format: 1\ncases: []\n", "a" * 70_000])
def test_what_is_no_policy_is_refused(text: str) -> None:
    assert refusal(text).startswith("dir/p.yaml")


def test_a_policy_without_a_case_is_refused() -> None:
    assert "is not known to work" in refusal(GOOD.split("cases:")[0] + "cases: []\n")


def test_two_files_with_one_name_are_refused() -> None:
    with pytest.raises(Terminal, match=r"b\.yaml: name: 'rule' is already the name of a\.yaml"):
        read_policies({"a.yaml": GOOD, "b.yaml": GOOD})


def test_the_same_text_is_compiled_once() -> None:
    first, again = read_policies({"a.yaml": GOOD}), read_policies({"a.yaml": GOOD})

    assert first[0].program is again[0].program
