"""Which events start which workflows: `push` and `pull_request`, with their filters by branch."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import pygit2

from sandbox.actions.workflow import Workflow
from sandbox.forge.events import Event
from sandbox.forge.git_repository import ZERO, GitRepository

_WORKFLOWS = ".github/workflows"
# GitHub's default types of `pull_request`.
_PULL_REQUEST_TYPES = ("opened", "synchronize", "reopened")


def commit_of(event: Event) -> tuple[str, str] | None:
    """The branch and commit whose workflows an event may start; None for every other event."""
    if event.name == "push" and event.payload["ref"].startswith("refs/heads/") and event.payload["after"] != ZERO:
        return event.payload["ref"].removeprefix("refs/heads/"), event.payload["after"]
    if event.name == "pull_request":
        head = event.payload["pull_request"]["head"]
        return head["ref"], head["sha"]
    return None


def wants(workflow: Workflow, event: Event) -> bool:
    """Whether the workflow's `on` names the event, its type and its branch. Filters by path are not judged."""
    if event.name not in workflow.triggers:
        return False
    rule = workflow.triggers[event.name]
    if event.name == "push":
        return _branch_matches(rule, event.payload["ref"].removeprefix("refs/heads/"))
    types = _texts(rule.get("types")) or _PULL_REQUEST_TYPES
    return event.action in types and _branch_matches(rule, event.payload["pull_request"]["base"]["ref"])


def workflow_paths(repository: GitRepository, sha: str) -> list[str]:
    """The workflow files at a commit."""
    folder = repository.entry(sha, _WORKFLOWS)
    if not isinstance(folder, pygit2.Tree):
        return []
    names = [str(entry.name) for entry in folder]
    return [f"{_WORKFLOWS}/{name}" for name in names if name.endswith((".yml", ".yaml"))]


def _branch_matches(rule: Mapping[str, Any], branch: str) -> bool:
    if "branches" in rule:
        return any(fnmatchcase(branch, pattern) for pattern in _texts(rule["branches"]))
    if "branches-ignore" in rule:
        return not any(fnmatchcase(branch, pattern) for pattern in _texts(rule["branches-ignore"]))
    # A workflow for tags alone is none for branches.
    return not ({"tags", "tags-ignore"} & set(rule))


def _texts(found: Any) -> tuple[str, ...]:
    """One text or a list of them."""
    return tuple(map(str, found)) if isinstance(found, list) else ((str(found),) if found is not None else ())
