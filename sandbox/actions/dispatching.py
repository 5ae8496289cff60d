"""What `workflow_dispatch` accepts, in GitHub's words."""

from collections.abc import Mapping
from typing import Any

from sandbox.actions.workflow import Workflow, WorkflowError


def accepted_inputs(workflow: Workflow, given: Mapping[str, str]) -> dict[str, str]:
    """The inputs with their defaults; raises WorkflowError for what GitHub answers with 422."""
    if "workflow_dispatch" not in workflow.triggers:
        raise WorkflowError("Workflow does not have 'workflow_dispatch' trigger")
    declared = workflow.triggers["workflow_dispatch"].get("inputs") or {}
    if not isinstance(declared, Mapping) or not all(isinstance(rule or {}, Mapping) for rule in declared.values()):
        raise WorkflowError("on.workflow_dispatch.inputs: found no table of tables")
    if unexpected := sorted(set(given) - set(declared)):
        names = ", ".join(f'"{name}"' for name in unexpected)
        raise WorkflowError(f"Unexpected inputs provided: [{names}]")
    return {name: _accepted(name, rule or {}, given.get(name)) for name, rule in declared.items()}


def _accepted(name: str, rule: Mapping[str, Any], value: str | None) -> str:
    if not value and rule.get("required") and rule.get("default") is None:
        raise WorkflowError(f"Required input '{name}' not provided")
    if value is None:
        return _spelt(rule.get("default"))
    options = rule.get("options")
    if options and value not in map(str, options):
        raise WorkflowError(f"Provided value '{value}' for input '{name}' not in the list of allowed values")
    return value


def _spelt(default: Any) -> str:
    if default is None:
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)
