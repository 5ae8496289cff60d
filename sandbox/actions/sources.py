"""Where the actions and reusable workflows of a run come from: our stand-ins, and the repositories of this forge."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.actions.planning import Call, PlannedJob, parse_call
from sandbox.actions.preparation import check_out
from sandbox.actions.workflow import Workflow, WorkflowError, parse_workflow
from sandbox.forge.refusals import Refusal

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

_STAND_INS = Path(__file__).parent / "standins"


class Sources:
    """Finds what `uses:` names. Repositories are checked out once for each commit and kept."""

    def __init__(self, forge: "Forge", folder: Path) -> None:
        self._forge = forge
        self._folder = folder

    def reusable_workflow(self, call: Call, *, repository: str, sha: str) -> Workflow:
        """The workflow that a job calls; raises WorkflowError when there is none."""
        source = call.repository or repository
        content = None
        commit = sha if call.repository is None else self._commit(source, call.ref)
        if commit is not None:
            content = self._forge.repository(source).read_file(commit, call.path)
        if content is None:
            raise WorkflowError(f"workflow was not found: {source}/{call.path}@{call.ref or sha}")
        return parse_workflow(content, path=call.path)

    def folders(self, workflow: Workflow, planned: list[PlannedJob]) -> dict[str, Path]:
        """`owner/name@ref` → folder for everything that is used from outside; raises WorkflowError for the unknown."""
        found: dict[str, Path] = {}
        for uses in _used(workflow, planned):
            call = parse_call(uses)
            if call.repository is not None:
                name = f"{call.repository}@{call.ref}"
                found[name] = found.get(name) or self._folder_of(call, uses)
        return found

    def _folder_of(self, call: Call, uses: str) -> Path:
        stand_in = _STAND_INS / str(call.repository)
        if stand_in.is_dir():
            return stand_in
        commit = self._commit(str(call.repository), call.ref)
        if commit is None:
            raise WorkflowError(f"Unable to resolve action `{uses}`: it has no stand-in here and is not on this forge")
        target = self._folder / str(call.repository) / commit
        if not target.is_dir():
            check_out(self._forge.repository(str(call.repository)).directory, target, sha=commit)
        return target

    def _commit(self, repository: str, ref: str) -> str | None:
        try:
            return self._forge.repository(repository).resolve(ref)
        except Refusal:
            return None


def _used(workflow: Workflow, planned: list[PlannedJob]) -> Iterator[str]:
    yield from (job.uses for job in workflow.jobs if job.uses)
    for each in planned:
        yield from (step.uses for step in each.job.steps if step.uses and not step.uses.startswith("docker://"))
