"""What is read from workflow files and from act, without running anything."""

from typing import Any

import pytest

from sandbox.actions.act import annotation, parse_line
from sandbox.actions.expressions import evaluate
from sandbox.actions.masking import Masks
from sandbox.actions.planning import Call, parse_call, plan_jobs, token_permissions
from sandbox.actions.triggers import commit_of, wants
from sandbox.actions.workflow import Workflow, WorkflowError, parse_workflow
from sandbox.forge.events import Event

PATH = ".github/workflows/main.yml"


def parsed(text: str) -> Workflow:
    return parse_workflow(text.encode(), path=PATH)


def on(trigger: str) -> Workflow:
    return parsed(f"on: {trigger}\njobs: {{a: {{runs-on: x, steps: []}}}}")


def pushed(branch: str, after: str = "1" * 40) -> Event:
    return Event(name="push", repository="o/n", payload={"ref": f"refs/heads/{branch}", "after": after}, actor={})


def proposed(action: str, base: str = "main") -> Event:
    pull = {"head": {"ref": "topic", "sha": "2" * 40}, "base": {"ref": base}}
    return Event(name="pull_request", repository="o/n", payload={"pull_request": pull}, actor={}, action=action)


@pytest.mark.parametrize(
    ("trigger", "event", "wanted"),
    [
        ("push", pushed("main"), True),
        ("[push, pull_request]", proposed("opened"), True),
        ("{push: {branches: [main, 'release/*']}}", pushed("release/1"), True),
        ("{push: {branches: [main]}}", pushed("topic"), False),
        ("{push: {branches-ignore: ['modwright/**']}}", pushed("modwright/install/blog"), False),
        ("{push: {tags: ['v*']}}", pushed("main"), False),
        ("pull_request", proposed("closed"), False),
        ("{pull_request: {types: [closed]}}", proposed("closed"), True),
        ("{pull_request: {branches: [main]}}", proposed("opened", base="other"), False),
        ("workflow_dispatch", pushed("main"), False),
    ],
)
def test_an_event_starts_the_workflows_that_name_it(trigger: str, event: Event, wanted: bool) -> None:
    assert wants(on(trigger), event) is wanted


def test_a_deleted_branch_starts_nothing() -> None:
    assert commit_of(pushed("main", after="0" * 40)) is None
    assert commit_of(proposed("opened")) == ("topic", "2" * 40)


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("${{ inputs.tree }} ${{inputs.commit}}", "4b82 c0ff"),
        ("${{ github.event.ref }}", "refs/heads/main"),
        ("${{ inputs.missing }}|${{ inputs.tree.deeper }}|${{ format('x') }}", "||"),
        ("no expression", "no expression"),
    ],
)
def test_paths_in_expressions_are_filled_in(template: str, wanted: str) -> None:
    contexts = {"inputs": {"tree": "4b82", "commit": "c0ff"}, "github": {"event": {"ref": "refs/heads/main"}}}
    assert evaluate(template, contexts) == wanted


@pytest.mark.parametrize(
    ("uses", "wanted"),
    [
        ("o/n/.github/workflows/x.yml@v1", Call("o/n", ".github/workflows/x.yml", "v1")),
        ("./.github/workflows/x.yml", Call(None, ".github/workflows/x.yml", "")),
        ("actions/checkout@abc", Call("actions/checkout", "", "abc")),
    ],
)
def test_a_use_names_a_repository_a_path_and_a_ref(uses: str, wanted: Call) -> None:
    assert parse_call(uses) == wanted


def test_the_token_carries_what_any_job_asks_for_and_no_more() -> None:
    workflow = parsed("""
on: push
permissions: {}
jobs:
  a: {runs-on: x, permissions: {contents: read}, steps: []}
  b: {runs-on: x, permissions: {contents: write, checks: read}, steps: []}
  c: {runs-on: x, steps: []}
""")
    planned = plan_jobs(workflow, PATH, called=lambda _call: pytest.fail("nothing is called"))
    assert token_permissions(workflow, planned) == {"contents": "write", "checks": "read"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "on: push",
        "on: push\njobs: []",
        "on: [",
        "on: push\njobs: {a: 5}",
        "on: push\njobs: {a: {steps: [5]}}",
        "on: push\njobs: {a: {steps: x}}",
        "on: 5\njobs: {}",
        "on: push\npermissions: [x]\njobs: {}",
    ],
)
def test_what_is_no_workflow_is_said_to_be_none(text: str) -> None:
    with pytest.raises(WorkflowError, match=PATH):
        parsed(text)


def test_masks_reach_every_string_of_a_line() -> None:
    masks = Masks(["secret", "two\nlines", ""])
    line: dict[str, Any] = {"msg": "a secret", "kvPairs": {"title": "lines"}, "n": 1, "list": ["c2VjcmV0", "secrets"]}
    masked = {"msg": "a ***", "kvPairs": {"title": "***"}, "n": 1, "list": ["***", "***s"]}
    assert masks.anything(line) == masked


def test_an_error_command_becomes_an_annotation() -> None:
    found = annotation(
        parse_line({"command": "error", "arg": "broken", "kvPairs": {"file": "a.rs", "line": "3", "endLine": "x"}})
    )
    assert found == {
        "path": "a.rs",
        "start_line": 3,
        "end_line": 3,
        "annotation_level": "failure",
        "title": "",
        "message": "broken",
    }
    assert annotation(parse_line({"msg": "no command"})) is None
