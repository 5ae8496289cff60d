"""The jobs of a run, known before it starts: those of the workflow and of the reusable workflows it calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.actions.workflow import Job, Workflow

# What a workflow's token may do when nothing says so: GitHub's restricted default.
_DEFAULT_PERMISSIONS = {"contents": "read", "packages": "read"}


@dataclass(frozen=True)
class PlannedJob:
    """A job as GitHub names it (`caller / job`) and as act names it in its output."""

    name: str
    act_name: str
    job: Job


@dataclass(frozen=True)
class Call:
    """The target of a job's `uses:`: a repository (None: the workflow's own), a path, a ref."""

    repository: str | None
    path: str
    ref: str


def parse_call(uses: str) -> Call:
    """`owner/name/path@ref`, or `./path`."""
    target, _, ref = uses.partition("@")
    if target.startswith("./"):
        return Call(None, target.removeprefix("./"), "")
    owner, name, *path = target.split("/")
    return Call(f"{owner}/{name}", "/".join(path), ref)


def plan_jobs(workflow: Workflow, path: str, *, called: Callable[[Call], Workflow]) -> list[PlannedJob]:
    """Every job that will stand in the run. `called` reads a reusable workflow, and raises WorkflowError."""
    planned = []
    for job in workflow.jobs:
        if job.uses is None:
            planned.append(PlannedJob(job.name, f"{_act_workflow_name(workflow, path)}/{job.name}", job))
            continue
        call = parse_call(job.uses)
        inner = called(call)
        prefix = f"{job.name}/{_act_workflow_name(inner, call.path)}"
        planned += [PlannedJob(f"{job.name} / {each.name}", f"{prefix}/{each.name}", each) for each in inner.jobs]
    return planned


def token_permissions(workflow: Workflow, planned: list[PlannedJob]) -> dict[str, str]:
    """What the run's token may do: act knows one token for a run, so it carries what any job asks for."""
    union: dict[str, str] = {}
    for each in (*workflow.jobs, *(planned_job.job for planned_job in planned)):
        _add(union, each.permissions if each.permissions is not None else workflow.permissions)
    return union


def _add(union: dict[str, str], permissions: Mapping[str, str] | None) -> None:
    for name, level in (_DEFAULT_PERMISSIONS if permissions is None else permissions).items():
        if level == "write" or name not in union:
            union[name] = level


def _act_workflow_name(workflow: Workflow, path: str) -> str:
    """act calls a workflow without a name by its file's name, GitHub by its path."""
    return path.rpartition("/")[2] if workflow.name == path else workflow.name
